import { describe, expect, it } from 'vitest';
import type { ClusterObject, NodeObject } from '../../../shared/domain/objects.ts';
import type { Taint } from '../../../shared/domain/placement-objects.ts';
import { judged } from '../../support/facts.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode } from '../../support/objects.ts';

function risksOf(node: NodeObject, others: readonly ClusterObject[] = [aDaemonSet(), aHandler('node02')]) {
  const { verdict, risks } = judged('node02', [node, aKubeVirt(), aLauncher('web-01', 'node02'), ...others]);
  return { verdict, codes: risks };
}

function tainted(...taints: Taint[]): NodeObject {
  return aNode('node02', { spec: { taints } });
}

function beating(heartbeat: string | undefined): NodeObject {
  return aNode('node02', {
    metadata: { annotations: heartbeat === undefined ? {} : { 'kubevirt.io/heartbeat': heartbeat } },
  });
}

describe('a managed node', () => {
  it.each([
    ['no taint', [], 'Managed', []],
    [
      'a NoSchedule taint, which spares the handler until its next restart',
      [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }],
      'AtRisk',
      ['HandlerWouldNotReturn'],
    ],
    [
      'a NoExecute taint that has not yet acted',
      [{ key: 'dedicated', effect: 'NoExecute' }],
      'AtRisk',
      ['HandlerWouldNotReturn'],
    ],
    ['a preference only', [{ key: 'dedicated', effect: 'PreferNoSchedule' }], 'Managed', []],
    [
      'the cordon, which every daemon tolerates',
      [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }],
      'Managed',
      [],
    ],
    [
      'a taint that virt-handler tolerates',
      [{ key: 'CriticalAddonsOnly', value: 'true', effect: 'NoSchedule' }],
      'Managed',
      [],
    ],
  ] as const)('with %s', (_, taints, verdict, codes) => {
    expect(risksOf(tainted(...taints))).toMatchObject({ verdict, codes });
  });

  it('is at risk when a label that the DaemonSet selects by has gone and the pod is still there', () => {
    const node = aNode('node02', { metadata: { labels: { 'kubernetes.io/os': 'windows' } } });
    expect(risksOf(node)).toMatchObject({ verdict: 'AtRisk', codes: ['HandlerWouldNotReturn'] });
  });

  it('is judged by the pod’s own tolerations when no DaemonSet was read', () => {
    const taint = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' };
    const tolerant = aHandler('node02', {
      spec: { nodeName: 'node02', tolerations: [{ operator: 'Exists' }] },
    });
    expect(risksOf(tainted(taint), [tolerant]).verdict).toBe('Managed');
    expect(risksOf(tainted(taint), [aHandler('node02')]).verdict).toBe('AtRisk');
  });

  it.each([
    ['5 min old', '2026-08-22T10:05:00Z', 'Managed'],
    ['over 5 min old', '2026-08-22T10:04:59Z', 'AtRisk'],
    ['in the future', '2026-08-22T10:20:00Z', 'Managed'],
    ['missing, which says nothing', undefined, 'Managed'],
    ['unreadable', 'soon', 'Managed'],
  ])('with a heartbeat %s', (_, heartbeat, verdict) => {
    expect(risksOf(beating(heartbeat)).verdict).toBe(verdict);
  });

  it('names every risk at once', () => {
    const node = aNode('node02', {
      metadata: { annotations: { 'kubevirt.io/heartbeat': '2026-08-22T09:10:00Z' } },
      spec: { taints: [{ key: 'dedicated', effect: 'NoSchedule' }] },
    });
    const leaving = aHandler('node02', { metadata: { deletionTimestamp: '2026-08-22T10:09:59Z' } });
    expect(risksOf(node, [aDaemonSet(), leaving]).codes).toEqual([
      'HandlerLeaving',
      'HandlerWouldNotReturn',
      'HeartbeatStale',
    ]);
  });
});

describe('a node that is not managed, or has no workload', () => {
  it('has no risk left to name', () => {
    const taint = { key: 'dedicated', effect: 'NoSchedule' };
    expect(risksOf(tainted(taint), [aDaemonSet()])).toMatchObject({ verdict: 'Orphaned', codes: [] });
    expect(judged('node02', [tainted(taint), aKubeVirt(), aDaemonSet(), aHandler('node02')]).verdict).toBe(
      'NoWorkload',
    );
  });
});
