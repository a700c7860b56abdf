import { describe, expect, it } from 'vitest';
import type { ClusterObject } from '../../../../shared/domain/objects.ts';
import type { Taint } from '../../../../shared/domain/placement-objects.ts';
import { caseOf, causeOf, codesOf } from '../../../support/node-case.ts';
import { aDaemonSet, aHandler, aKubeVirt, aNode, aVmi } from '../../../support/objects.ts';

const GPU: Taint = {
  key: 'dedicated',
  value: 'gpu',
  effect: 'NoSchedule',
  timeAdded: '2026-08-22T09:00:00Z',
};

function tainted(taints: readonly Taint[], ...objects: ClusterObject[]) {
  const node = aNode('node01', { spec: { taints } });
  return caseOf('node01', [node, aVmi('vm-1', 'node01'), aKubeVirt(), aDaemonSet(), ...objects]);
}

const crashing = aHandler('node01', {
  status: {
    phase: 'Running',
    containerStatuses: [{ name: 'virt-handler', state: { waiting: { reason: 'CrashLoopBackOff' } } }],
  },
});

describe('TaintNotTolerated', () => {
  it('is named with the taint, since when, and what is tolerated', () => {
    const situation = tainted([{ key: 'other', effect: 'PreferNoSchedule' }, GPU]);
    expect(codesOf(situation)).toEqual(['TaintNotTolerated']);
    expect(causeOf(situation, 'TaintNotTolerated')).toMatchObject({
      certainty: 'Definite',
      origin: 'Node',
      summary:
        'virt-handler does not tolerate taint dedicated=gpu:NoSchedule (since 2026-08-22T09:00:00Z) on node01.',
      evidence: [
        { object: 'Node node01', field: 'spec.taints[1]', value: 'dedicated=gpu:NoSchedule' },
        { object: 'Node node01', field: 'spec.taints[1].timeAdded', value: '2026-08-22T09:00:00Z' },
        {
          object: 'DaemonSet kubevirt/virt-handler',
          field: 'spec.template.spec.tolerations',
          value: '[{"key":"CriticalAddonsOnly","operator":"Exists"}]',
        },
      ],
    });
  });

  it.each<[string, Taint]>([
    ['a tolerated key', { key: 'CriticalAddonsOnly', effect: 'NoExecute' }],
    ['a cordon', { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }],
    ['a preference', { key: 'dedicated', effect: 'PreferNoSchedule' }],
    ['an unknown effect', { key: 'dedicated', effect: 'NoIdea' }],
  ])('is not named for %s', (_, taint) => {
    expect(codesOf(tainted([taint]))).toEqual(['DaemonSetStalled']);
  });

  it('says for a node at risk that the handler stays and does not return', () => {
    const situation = tainted([GPU], aHandler('node01'));
    expect(situation.judgement.verdict).toBe('AtRisk');
    expect(codesOf(situation)).toEqual(['TaintNotTolerated']);
    const { certainty, summary } = causeOf(situation, 'TaintNotTolerated');
    expect(certainty).toBe('Definite');
    expect(summary).toContain(
      'the virt-handler that runs may stay, but will not come back after its next restart',
    );
  });

  it('is Likely beside a pod that it spares, and the reason of the pod is named too', () => {
    const situation = tainted([GPU], crashing);
    expect(codesOf(situation)).toEqual(['TaintNotTolerated', 'ContainerCrash']);
    expect(causeOf(situation, 'TaintNotTolerated')).toMatchObject({ certainty: 'Likely' });
  });

  it('is Definite for NoExecute, which spares no pod', () => {
    const cause = causeOf(tainted([{ ...GPU, effect: 'NoExecute' }], crashing), 'TaintNotTolerated');
    expect(cause.certainty).toBe('Definite');
    expect(cause.summary).toMatch(/: the virt-handler pod that is there is deleted\.$/);
  });

  it.each([
    ['node.cloudprovider.kubernetes.io/uninitialized', 'Likely', 'set by the kubelet'],
    ['node-role.kubernetes.io/control-plane', 'Definite', 'set by the cluster installer'],
    ['constructor', 'Definite', 'taint constructor:NoSchedule on'],
  ])('knows who sets %s, and whether it passes', (key, certainty, says) => {
    const cause = causeOf(tainted([{ key, effect: 'NoSchedule' }]), 'TaintNotTolerated');
    expect(cause.certainty).toBe(certainty);
    expect(cause.summary).toContain(says);
  });

  it('is not claimed without a template to judge by', () => {
    const node = aNode('node01', { spec: { taints: [GPU] } });
    const cluster = [node, aVmi('vm-1', 'node01'), aKubeVirt()];
    expect(codesOf(caseOf('node01', cluster, { unread: ['DaemonSet'] }))).toEqual(['Unknown']);
  });
});

describe('RemediationInProgress', () => {
  it.each([
    'medik8s.io/drain',
    'medik8s.io/remediation',
    'medik8s.io/fence-agents-remediation',
    'remediation.medik8s.io/self-node-remediation',
    'remediation.medik8s.io/fence-agents-remediation',
    'node.kubernetes.io/out-of-service',
    'kubevirt.io/drain',
  ])('is named for %s, and the same taint is not named twice', (key) => {
    const situation = tainted([{ key, effect: 'NoSchedule', timeAdded: '2026-08-22T10:00:00Z' }]);
    expect(codesOf(situation)).toEqual(['RemediationInProgress']);
    expect(causeOf(situation, 'RemediationInProgress')).toMatchObject({
      certainty: 'Likely',
      origin: 'Node',
      evidence: [
        { object: 'Node node01', field: 'spec.taints[0]', value: `${key}:NoSchedule` },
        { field: 'spec.taints[0].timeAdded', value: '2026-08-22T10:00:00Z' },
      ],
    });
  });

  it('stands beside another taint', () => {
    const situation = tainted([{ key: 'kubevirt.io/drain', effect: 'NoSchedule' }, GPU]);
    expect(codesOf(situation)).toEqual(['RemediationInProgress', 'TaintNotTolerated']);
    expect(causeOf(situation, 'TaintNotTolerated').evidence[0]?.field).toBe('spec.taints[1]');
  });

  it.each(['notmedik8s.io/drain', 'medik8s.io.example.com/drain', 'drain'])('is not named for %s', (key) => {
    expect(codesOf(tainted([{ key, effect: 'NoSchedule' }]))).toEqual(['TaintNotTolerated']);
  });

  it('is not named when the taint is tolerated', () => {
    const node = aNode('node01', { spec: { taints: [{ key: 'kubevirt.io/drain', effect: 'NoSchedule' }] } });
    const daemonSet = aDaemonSet({ template: { tolerations: [{ operator: 'Exists' }] } });
    expect(codesOf(caseOf('node01', [node, aVmi('vm-1', 'node01'), aKubeVirt(), daemonSet]))).toEqual([
      'DaemonSetStalled',
    ]);
  });
});
