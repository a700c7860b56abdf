import { describe, expect, it } from 'vitest';
import type { NodeObject } from '../../../../shared/domain/objects.ts';
import { anEvent, caseOf, causeOf, codesOf } from '../../../support/node-case.ts';
import { aDaemonSet, aHandler, aKubeVirt, aNode, aVmi } from '../../../support/objects.ts';

const CLUSTER = [aKubeVirt(), aDaemonSet(), aVmi('vm-1', 'node01')];
const NOT_READY_TAINTS = [
  { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule', timeAdded: '2026-08-22T10:01:02Z' },
  { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' },
];

const ready = (status: string, reason: string, message: string): NodeObject['status'] => ({
  conditions: [{ type: 'Ready', status, reason, message, lastTransitionTime: '2026-08-22T10:01:00Z' }],
});

describe('NodeMissing', () => {
  it('is named when workload claims to run on a node that does not exist', () => {
    expect(causeOf(caseOf('node01', CLUSTER), 'NodeMissing')).toEqual({
      code: 'NodeMissing',
      certainty: 'Definite',
      origin: 'Node',
      summary: 'There is no node node01, although workload claims to run on it.',
      evidence: [{ object: 'Node node01', resourceVersion: '', field: '', value: 'not found' }],
    });
  });

  it('is not named when nodes were not read', () => {
    expect(codesOf(caseOf('node01', CLUSTER, { unread: ['Node'] }))).toEqual(['Unknown']);
  });

  it('says nothing about the frozen pod of such a node', () => {
    const frozen = aHandler('node01', { status: { phase: 'Running', conditions: [] } });
    expect(codesOf(caseOf('node01', [...CLUSTER, frozen]))).toEqual(['NodeMissing']);
  });
});

describe('NodeNotReady', () => {
  const node = aNode('node01', {
    spec: { taints: NOT_READY_TAINTS },
    status: ready('False', 'KubeletNotReady', 'container runtime is down.'),
  });
  const unready = aHandler('node01', {
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] },
  });

  it('is named, with condition, since when, and taints, and explains taints and pod', () => {
    const situation = caseOf('node01', [...CLUSTER, node, unready]);
    expect(codesOf(situation)).toEqual(['NodeNotReady']);
    const cause = causeOf(situation, 'NodeNotReady');
    expect(cause).toMatchObject({ certainty: 'Likely', origin: 'Node' });
    expect(cause.summary).toBe(
      'Node node01 is not ready since 2026-08-22T10:01:00Z, its kubelet says so: KubeletNotReady: container runtime is down.',
    );
    const field = (name: string, value: string) => ({
      object: 'Node node01',
      resourceVersion: '1000',
      field: name,
      value,
    });
    expect(cause.evidence).toEqual([
      field('status.conditions[Ready].status', 'False'),
      field('status.conditions[Ready].reason', 'KubeletNotReady'),
      field('status.conditions[Ready].message', 'container runtime is down.'),
      field('status.conditions[Ready].lastTransitionTime', '2026-08-22T10:01:00Z'),
      field('spec.taints[0]', 'node.kubernetes.io/not-ready:NoSchedule'),
      field('spec.taints[0].timeAdded', '2026-08-22T10:01:02Z'),
      field('spec.taints[1]', 'node.kubernetes.io/not-ready:NoExecute'),
    ]);
  });

  it('adds what the node controller said, with the uid that it has for nodes', () => {
    const event = anEvent(node, 'NodeNotReady', {
      involvedObject: { kind: 'Node', name: 'node01', uid: 'node01' },
    });
    const situation = caseOf('node01', [...CLUSTER, node], { events: [event] });
    expect(causeOf(situation, 'NodeNotReady').evidence.at(-1)?.value).toBe('NodeNotReady happened');
  });

  it('says that a kubelet is silent', () => {
    const silent = aNode('node01', { status: ready('Unknown', 'NodeStatusUnknown', '') });
    expect(causeOf(caseOf('node01', [...CLUSTER, silent]), 'NodeNotReady').summary).toContain(
      'its kubelet does not report: NodeStatusUnknown.',
    );
  });

  it('is named by the taints of a node without any status', () => {
    const { status: _, ...bare } = aNode('node01', { spec: { taints: NOT_READY_TAINTS } });
    expect(codesOf(caseOf('node01', [...CLUSTER, bare]))).toEqual(['NodeNotReady']);
  });

  it('is not named for a taint that stayed behind on a node that is ready again', () => {
    const back = aNode('node01', { spec: { taints: NOT_READY_TAINTS } });
    const situation = caseOf('node01', [...CLUSTER, back]);
    expect(codesOf(situation)).toEqual(['TaintNotTolerated']);
    expect(causeOf(situation, 'TaintNotTolerated').certainty).toBe('Likely');
  });

  it('is named for a node at risk whose handler the taint would not let back', () => {
    const situation = caseOf('node01', [...CLUSTER, node, aHandler('node01')]);
    expect(situation.judgement.verdict).toBe('AtRisk');
    expect(codesOf(situation)).toEqual(['NodeNotReady']);
  });
});

describe('HeartbeatStale', () => {
  const beating = (at: string) =>
    aNode('node01', {
      metadata: { annotations: { 'kubevirt.io/heartbeat': at }, labels: { 'kubernetes.io/os': 'linux' } },
    });

  it('is named for a Ready handler that is silent', () => {
    const situation = caseOf('node01', [...CLUSTER, beating('2026-08-22T10:02:59Z'), aHandler('node01')]);
    expect(situation.judgement.verdict).toBe('AtRisk');
    expect(codesOf(situation)).toEqual(['HeartbeatStale']);
    expect(causeOf(situation, 'HeartbeatStale')).toMatchObject({
      certainty: 'Likely',
      origin: 'Pod',
      summary: 'virt-handler on node01 is Ready but has sent no heartbeat for 7 min.',
      evidence: [
        { field: 'metadata.annotations[kubevirt.io/heartbeat]', value: '2026-08-22T10:02:59Z' },
        { field: 'metadata.labels[kubevirt.io/schedulable]', value: '(none)' },
      ],
    });
  });

  it.each(['2026-08-22T10:02:59Z', 'yesterday'])('is not named where no handler could beat: %s', (at) => {
    expect(codesOf(caseOf('node01', [...CLUSTER, beating(at)]))).not.toContain('HeartbeatStale');
  });
});
