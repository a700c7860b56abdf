import { describe, expect, it } from 'vitest';
import type { EventObject } from '../../../../shared/domain/evidence-objects.ts';
import type { Condition, PodObject } from '../../../../shared/domain/objects.ts';
import { anEvent, caseOf, causeOf, codesOf } from '../../../support/node-case.ts';
import { aDaemonSet, aHandler, aKubeVirt, aNode, aVmi, pinnedTo } from '../../../support/objects.ts';

const CLUSTER = [aNode('node01'), aVmi('vm-1', 'node01'), aKubeVirt(), aDaemonSet()];
const orphan = (pod: PodObject, events?: readonly EventObject[]) =>
  caseOf('node01', [...CLUSTER, pod], { events });

const unbound = (...conditions: Condition[]) =>
  aHandler('node01', { spec: { affinity: pinnedTo('node01') }, status: { phase: 'Pending', conditions } });
const refused = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'Unschedulable',
  message: '1 Insufficient memory.',
};

describe('HandlerUnschedulable', () => {
  it('is named by the condition, with the Event of the scheduler', () => {
    const pod = unbound(refused);
    const event = anEvent(pod, 'FailedScheduling', { message: '0/3 nodes are available' });
    const situation = orphan(pod, [event]);
    expect(codesOf(situation)).toEqual(['HandlerUnschedulable']);
    expect(causeOf(situation, 'HandlerUnschedulable')).toMatchObject({
      certainty: 'Likely',
      origin: 'Pod',
      summary:
        'The scheduler cannot place Pod kubevirt/virt-handler-node01 on node01: Unschedulable: 1 Insufficient memory.',
      evidence: [
        { field: 'status.conditions[PodScheduled].status', value: 'False' },
        { field: 'status.conditions[PodScheduled].reason', value: 'Unschedulable' },
        { field: 'status.conditions[PodScheduled].message', value: '1 Insufficient memory.' },
        { object: 'Event kubevirt/virt-handler-node01.17a', field: 'reason' },
        { field: 'message', value: '0/3 nodes are available' },
      ],
    });
  });

  it('is named by the Event alone', () => {
    const pod = unbound();
    expect(codesOf(orphan(pod, [anEvent(pod, 'FailedScheduling')]))).toEqual(['HandlerUnschedulable']);
    expect(codesOf(orphan(pod))).toEqual(['Unknown']);
  });

  it('is named when the kubelet does not admit the pod', () => {
    const status = { phase: 'Failed', reason: 'OutOfmemory', message: 'Node did not have enough resource' };
    expect(causeOf(orphan(aHandler('node01', { status })), 'HandlerUnschedulable')).toMatchObject({
      evidence: [
        { field: 'status.phase', value: 'Failed' },
        { field: 'status.reason', value: 'OutOfmemory' },
        { field: 'status.message', value: 'Node did not have enough resource' },
      ],
    });
  });

  it('is not named once the pod is bound', () => {
    const pod = aHandler('node01', { status: { phase: 'Pending' } });
    expect(codesOf(orphan(pod, [anEvent(pod, 'FailedScheduling')]))).toEqual(['Unknown']);
  });
});

describe('HandlerEvicted', () => {
  it.each(['Evicted', 'Preempting', 'Terminated', 'NodeShutdown', 'Shutdown'])(
    'is named for %s',
    (reason) => {
      const pod = aHandler('node01', {
        status: { phase: 'Failed', reason, message: 'The node was low on memory.' },
      });
      const situation = orphan(pod, [anEvent(pod, 'Evicted')]);
      expect(codesOf(situation)).toEqual(['HandlerEvicted']);
      expect(causeOf(situation, 'HandlerEvicted')).toMatchObject({
        certainty: 'Likely',
        origin: 'Pod',
        summary: `Pod kubevirt/virt-handler-node01 was evicted from node01: ${reason}: The node was low on memory.`,
      });
      expect(causeOf(situation, 'HandlerEvicted').evidence[1]).toMatchObject({
        field: 'status.reason',
        value: reason,
      });
    },
  );

  const disrupted = (reason: string) =>
    aHandler('node01', {
      metadata: { deletionTimestamp: '2026-08-22T10:12:00Z' },
      status: { phase: 'Running', conditions: [{ type: 'DisruptionTarget', status: 'True', reason }] },
    });

  it('is named for a pod that somebody evicts', () => {
    expect(causeOf(orphan(disrupted('EvictionByEvictionAPI')), 'HandlerEvicted').evidence[1]).toMatchObject({
      field: 'status.conditions[DisruptionTarget].reason',
      value: 'EvictionByEvictionAPI',
    });
  });

  it('is not named for a pod that a taint evicts', () => {
    expect(codesOf(orphan(disrupted('DeletionByTaintManager')))).toEqual(['HandlerRollout']);
  });
});

describe('HandlerStuckTerminating', () => {
  const leaving = (deletionTimestamp: string, ready = 'False') =>
    aHandler('node01', {
      metadata: { deletionTimestamp },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready }] },
    });

  it.each(['False', 'True'])('is named past the grace period and the slack, Ready %s', (ready) => {
    const situation = orphan(leaving('2026-08-22T10:04:00Z', ready));
    expect(codesOf(situation)).toEqual(['HandlerStuckTerminating']);
    expect(causeOf(situation, 'HandlerStuckTerminating')).toMatchObject({
      certainty: 'Likely',
      origin: 'Pod',
      summary:
        'Pod kubevirt/virt-handler-node01 on node01 should have been gone by 2026-08-22T10:04:00Z, 6 min ago, and keeps its successor away.',
      evidence: [
        { field: 'metadata.deletionTimestamp', value: '2026-08-22T10:04:00Z' },
        { field: 'status.phase', value: 'Running' },
      ],
    });
  });

  it.each(['2026-08-22T10:15:00Z', '2026-08-22T10:09:00Z', 'soon'])(
    'is not named for %s',
    (deletionTimestamp) => {
      expect(codesOf(orphan(leaving(deletionTimestamp)))).toEqual(['HandlerRollout']);
    },
  );

  it('is not a risk while another handler is Ready', () => {
    const old = leaving('2026-08-22T10:00:00Z');
    const situation = caseOf('node01', [
      ...CLUSTER,
      { ...old, metadata: { ...old.metadata, name: 'old' } },
      aHandler('node01'),
    ]);
    expect(situation.judgement.verdict).toBe('Managed');
    expect(codesOf(situation)).toEqual([]);
  });
});

describe('HandlerNotReady', () => {
  const running = (startedAt: string | undefined, ...conditions: Condition[]) =>
    aHandler('node01', {
      status: {
        phase: 'Running',
        conditions,
        containerStatuses: [{ name: 'virt-handler', ready: false, state: { running: { startedAt } } }],
      },
    });
  const unready = { type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: 'virt-handler' };

  it('is named with the condition and the probe', () => {
    const pod = running('2026-08-22T09:00:00Z', unready);
    const probe = anEvent(pod, 'Unhealthy', { message: 'Readiness probe failed: HTTP 500', count: 40 });
    const situation = orphan(pod, [probe]);
    expect(codesOf(situation)).toEqual(['HandlerNotReady']);
    expect(causeOf(situation, 'HandlerNotReady')).toMatchObject({
      certainty: 'Likely',
      origin: 'Pod',
      summary:
        'Pod kubevirt/virt-handler-node01 runs but is not Ready: ContainersNotReady: virt-handler; Readiness probe failed: HTTP 500 (40 times).',
    });
    expect(causeOf(situation, 'HandlerNotReady').evidence[0]).toMatchObject({
      field: 'status.conditions[Ready].status',
      value: 'False',
    });
  });

  it.each([undefined, 'long ago'])('is named when it started at %s and has no condition', (startedAt) => {
    expect(causeOf(orphan(running(startedAt)), 'HandlerNotReady').evidence).toMatchObject([
      { field: 'status.conditions[Ready]', value: '(none)' },
    ]);
  });

  it('is not named while it may be starting', () => {
    expect(codesOf(orphan(running('2026-08-22T10:08:30Z', unready)))).toEqual(['HandlerRollout']);
  });
});
