import { describe, expect, it } from 'vitest';
import { decide } from '../../../functions/daemonset-changed/decide.ts';
import { change, concerning, expectTotal, mattersIn } from '../../support/changes.ts';
import { aDaemonSet } from '../../support/objects.ts';

const daemonSet = aDaemonSet();

describe('daemonset-changed', () => {
  it.each([
    ['the DaemonSet', change('update', daemonSet), 'every-node'],
    ['it is gone, by name', change('delete', daemonSet, false), 'every-node'],
    ['a name only', change('update', daemonSet, false), 'look-up'],
    ['another DaemonSet', change('update', aDaemonSet({ metadata: { name: 'kube-proxy' } })), 'nothing'],
    [
      'another one, by name',
      change('delete', aDaemonSet({ metadata: { name: 'kube-proxy' } }), false),
      'nothing',
    ],
  ])('%s', (_, given, expected) => {
    expect(concerning(decide(given))).toBe(expected);
  });

  it.each([
    ['its counts', aDaemonSet({ ready: 9, metadata: { resourceVersion: '7' } }), true],
    ['its specification', aDaemonSet({ metadata: { generation: 2 } }), false],
    ['another one of that name', aDaemonSet({ metadata: { uid: 'other' } }), false],
  ])('%s: noise %s', (_, object, noise) => {
    expect(
      mattersIn(decide(change('update', object))) === mattersIn(decide(change('update', daemonSet))),
    ).toBe(noise);
  });

  it('answers whatever is in the object', () => expectTotal(decide, 'DaemonSet'));
});
