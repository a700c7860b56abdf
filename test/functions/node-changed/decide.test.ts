import { describe, expect, it } from 'vitest';
import { decide } from '../../../functions/node-changed/decide.ts';
import { change, concerning, expectTotal, mattersIn } from '../../support/changes.ts';
import { aNode } from '../../support/objects.ts';

const node = aNode('node02');

describe('node-changed', () => {
  it.each([
    ['a node', change('update', node), 'node02'],
    ['a node that is gone, by name', change('delete', node, false), 'node02'],
    ['a name only', change('update', node, false), 'look-up'],
  ])('%s', (_, given, expected) => {
    expect(concerning(decide(given))).toBe(expected);
  });

  it.each([
    [
      'a heartbeat',
      aNode('node02', {
        metadata: { resourceVersion: '7', annotations: { 'kubevirt.io/heartbeat': '2026-08-22T10:10:00Z' } },
      }),
      true,
    ],
    [
      "a condition's heartbeat",
      aNode('node02', {
        status: {
          conditions: [
            {
              type: 'Ready',
              status: 'True',
              reason: 'KubeletReady',
              lastHeartbeatTime: '2026-08-22T10:10:00Z',
            },
          ],
        },
      }),
      true,
    ],
    ['a taint', aNode('node02', { spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } }), false],
    ['a label', aNode('node02', { metadata: { labels: { zone: 'a' } } }), false],
    ['another node of that name', aNode('node02', { metadata: { uid: 'other' } }), false],
    [
      'a Ready condition that went and came back',
      aNode('node02', {
        status: {
          conditions: [
            {
              type: 'Ready',
              status: 'True',
              reason: 'KubeletReady',
              lastTransitionTime: '2026-08-22T10:10:00Z',
            },
          ],
        },
      }),
      false,
    ],
  ])('%s: noise %s', (_, object, noise) => {
    expect(mattersIn(decide(change('update', object))) === mattersIn(decide(change('update', node)))).toBe(
      noise,
    );
  });

  it('answers whatever is in the object', () => expectTotal(decide, 'Node'));
});
