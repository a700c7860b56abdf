import { describe, expect, it } from 'vitest';
import type { ContainerStatus } from '../../../shared/domain/container-status.ts';
import { judgeHandler, nodeOfHandler } from '../../../shared/domain/handler.ts';
import type { PodObject } from '../../../shared/domain/objects.ts';
import { aHandler, pinnedTo } from '../../support/objects.ts';

const unready = {
  type: 'Ready',
  status: 'False',
  reason: 'ContainersNotReady',
  message: 'containers with unready status: [virt-handler]',
};
const deleted = { deletionTimestamp: '2026-08-22T10:09:00Z' };

function container(state: ContainerStatus['state'], restartCount = 0): ContainerStatus {
  return { name: 'virt-handler', ready: false, restartCount, state };
}

function handler(status: PodObject['status'], metadata: Partial<PodObject['metadata']> = {}): PodObject {
  return aHandler('node02', { status, metadata });
}

describe('judgeHandler', () => {
  it.each([
    ['no pod', [], 'Absent', false, 'no virt-handler pod'],
    ['Ready', [aHandler('node02')], 'Ready', true, ''],
    [
      'running but not ready',
      [handler({ phase: 'Running', conditions: [unready] })],
      'NotReady',
      false,
      'ContainersNotReady: containers with unready status: [virt-handler]',
    ],
    ['running with no Ready condition yet', [handler({ phase: 'Running' })], 'NotReady', false, 'Running'],
    [
      'crash-looping',
      [
        handler({
          phase: 'Running',
          conditions: [unready],
          containerStatuses: [container({ waiting: { reason: 'CrashLoopBackOff' } }, 12)],
        }),
      ],
      'NotReady',
      false,
      'CrashLoopBackOff (container virt-handler, 12 restarts)',
    ],
    [
      'just crashed',
      [
        handler({
          phase: 'Running',
          conditions: [unready],
          containerStatuses: [container({ terminated: { reason: 'Error', exitCode: 2 } }, 1)],
        }),
      ],
      'NotReady',
      false,
      'Error, exit code 2 (container virt-handler, 1 restart)',
    ],
    [
      'pending, not schedulable',
      [
        aHandler('node02', {
          spec: { affinity: pinnedTo('node02') },
          status: {
            phase: 'Pending',
            conditions: [
              {
                type: 'PodScheduled',
                status: 'False',
                reason: 'Unschedulable',
                message: '0/3 nodes are available',
              },
            ],
          },
        }),
      ],
      'NotRunning',
      false,
      'Unschedulable: 0/3 nodes are available',
    ],
    [
      'pending in an init container that cannot be pulled',
      [
        handler({
          phase: 'Pending',
          initContainerStatuses: [
            { name: 'virt-launcher', state: { waiting: { reason: 'ImagePullBackOff' } } },
          ],
          containerStatuses: [container({ waiting: { reason: 'PodInitializing' } })],
        }),
      ],
      'NotRunning',
      false,
      'ImagePullBackOff (container virt-launcher)',
    ],
    [
      'starting',
      [
        handler({
          phase: 'Pending',
          containerStatuses: [container({ waiting: { reason: 'ContainerCreating' } })],
        }),
      ],
      'NotRunning',
      false,
      'Pending',
    ],
    ['evicted', [handler({ phase: 'Failed', reason: 'Evicted' })], 'NotRunning', false, 'Evicted'],
    ['failed', [handler({ phase: 'Failed' })], 'NotRunning', false, 'Failed'],
    [
      'ended, its Ready condition left True',
      [handler({ phase: 'Succeeded', conditions: [{ type: 'Ready', status: 'True' }] })],
      'NotRunning',
      false,
      'Succeeded',
    ],
    [
      'terminating but ready',
      [aHandler('node02', { metadata: deleted })],
      'Terminating',
      true,
      'deleted at 2026-08-22T10:09:00Z, still Ready',
    ],
    [
      'terminating, no longer ready',
      [handler({ phase: 'Running', conditions: [unready] }, deleted)],
      'Terminating',
      false,
      'deleted at 2026-08-22T10:09:00Z',
    ],
    ['no status at all', [handler(undefined)], 'NotRunning', false, 'no phase'],
  ] as const)('%s', (_, pods, state, manages, reason) => {
    expect(judgeHandler(pods)).toMatchObject({ state, manages, reason });
  });

  it.each([
    ['a Ready one beside a crash-looping one', ['ready', 'unready'], 'ready'],
    ['a new pending one beside an old one that terminates', ['pending', 'gone'], 'pending'],
    ['an unready one beside a pending one', ['pending', 'unready'], 'unready'],
    ['a leaving one that is still Ready beside its pending successor', ['leaving', 'pending'], 'leaving'],
    ['a Ready one beside a leaving one', ['leaving', 'ready'], 'ready'],
  ])('of two pods on one node takes %s', (_, names, expected) => {
    const pods: Record<string, PodObject> = {
      ready: aHandler('node02', { name: 'ready' }),
      unready: aHandler('node02', { name: 'unready', status: { phase: 'Running', conditions: [unready] } }),
      pending: aHandler('node02', { name: 'pending', status: { phase: 'Pending' } }),
      leaving: aHandler('node02', { name: 'leaving', metadata: deleted }),
      gone: aHandler('node02', {
        name: 'gone',
        metadata: deleted,
        status: { phase: 'Running', conditions: [unready] },
      }),
    };
    const both = names.map((name) => pods[name]).filter((pod) => pod !== undefined);
    expect(both).toHaveLength(2);
    expect(judgeHandler(both).pod?.metadata.name).toBe(expected);
    expect(judgeHandler(both.toReversed()).pod?.metadata.name).toBe(expected);
  });
});

describe('two candidates of one name in two namespaces', () => {
  it('are told apart the same way in any order', () => {
    const both = ['kubevirt', 'tenant-a'].map((namespace) =>
      aHandler('node02', { name: 'virt-handler-x', namespace }),
    );
    expect(judgeHandler(both).pod?.metadata.namespace).toBe('kubevirt');
    expect(judgeHandler(both.toReversed()).pod?.metadata.namespace).toBe('kubevirt');
  });
});

describe('nodeOfHandler', () => {
  it.each([
    ['bound', { nodeName: 'node02', affinity: pinnedTo('node03') }, 'node02'],
    [
      'meant for a node by the affinity of the DaemonSet controller',
      { affinity: pinnedTo('node03') },
      'node03',
    ],
    ['neither', {}, undefined],
  ])('%s', (_, spec, expected) => {
    expect(nodeOfHandler(aHandler('x', { spec }))).toBe(expected);
  });
});
