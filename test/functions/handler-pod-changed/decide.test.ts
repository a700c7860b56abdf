import { describe, expect, it } from 'vitest';
import { decide } from '../../../functions/handler-pod-changed/decide.ts';
import { change, concerning, expectTotal, mattersIn } from '../../support/changes.ts';
import { aHandler, aLauncher } from '../../support/objects.ts';

const handler = aHandler('node02', { metadata: { uid: 'h' } });
const meantFor = {
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node02'] }] }],
      },
    },
  },
};

describe('handler-pod-changed', () => {
  it.each([
    ['a handler on a node', change('update', handler), 'node02'],
    ['one that is gone', change('delete', handler), 'node02'],
    [
      'one that is not bound yet',
      change('add', aHandler('', { spec: { nodeName: '', ...meantFor } })),
      'node02',
    ],
    ['one that is meant for nowhere', change('add', aHandler('', { spec: {} })), 'nothing'],
    ['a launcher', change('update', aLauncher('web', 'node02')), 'nothing'],
    ['a name only', change('update', handler, false), 'look-up'],
    ['a name only, gone', change('delete', handler, false), 'look-up'],
    ['the name of another pod, gone', change('delete', aLauncher('web', 'node02'), false), 'nothing'],
  ])('%s', (_, given, expected) => {
    expect(concerning(decide(given))).toBe(expected);
  });

  it.each([
    ['another resourceVersion', aHandler('node02', { metadata: { uid: 'h', resourceVersion: '9' } }), true],
    [
      'being deleted',
      aHandler('node02', { metadata: { uid: 'h', deletionTimestamp: '2026-08-22T10:00:00Z' } }),
      false,
    ],
    ['another pod of that name', aHandler('node02', { metadata: { uid: 'i' } }), false],
    ['no longer Ready', aHandler('node02', { metadata: { uid: 'h' }, status: { phase: 'Running' } }), false],
    [
      'a Ready condition that changed twice',
      {
        ...handler,
        status: {
          ...handler.status,
          conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-08-22T10:00:09Z' }],
        },
      },
      false,
    ],
  ])('%s: noise %s', (_, object, noise) => {
    const same = mattersIn(decide(change('update', object))) === mattersIn(decide(change('update', handler)));
    expect(same).toBe(noise);
  });

  it('takes the end of the grace period of a pod that is being deleted for noise', () => {
    const [begun, ended] = ['2026-08-22T10:00:30Z', '2026-08-22T10:00:00Z'].map((deletionTimestamp) =>
      mattersIn(decide(change('update', aHandler('node02', { metadata: { uid: 'h', deletionTimestamp } })))),
    );
    expect(ended).toBe(begun);
  });

  it('answers whatever is in the object', () => expectTotal(decide, 'Pod'));
});
