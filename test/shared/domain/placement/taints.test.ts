import { describe, expect, it } from 'vitest';
import { judgeCluster } from '../../../../shared/domain/judge-cluster.ts';
import { findMitigations } from '../../../../shared/domain/mitigations/find-mitigations.ts';
import { mitigationContexts } from '../../../../shared/domain/mitigations/mitigation-context.ts';
import { setterOf, taintMeaning } from '../../../../shared/domain/placement/taints.ts';
import { toleratedSeconds } from '../../../../shared/domain/placement/tolerations.ts';
import type { Taint } from '../../../../shared/domain/placement-objects.ts';
import { factsOf } from '../../../support/facts.ts';
import { caseOf, causeOf, codesOf } from '../../../support/node-case.ts';
import { aDaemonSet, aHandler, aKubeVirt, aNode, aVmi } from '../../../support/objects.ts';

const OWN_DRAIN = aKubeVirt({
  spec: { configuration: { migrations: { nodeDrainTaintKey: 'example.com/leaving' } } },
});

const KNOWN = [
  ['kubevirt.io/drain', 'Deliberate'],
  ['medik8s.io/drain', 'Deliberate'],
  ['medik8s.io/remediation', 'Deliberate'],
  ['remediation.medik8s.io/self-node-remediation', 'Deliberate'],
  ['remediation.medik8s.io/fence-agents-remediation', 'Deliberate'],
  ['node.kubernetes.io/out-of-service', 'Deliberate'],
  ['ToBeDeletedByClusterAutoscaler', 'Deliberate'],
  ['karpenter.sh/disrupted', 'Deliberate'],
  ['example.com/leaving', 'Deliberate'],
  ['node.kubernetes.io/network-unavailable', 'NodeState'],
  ['node.cloudprovider.kubernetes.io/uninitialized', 'NodeState'],
  ['node.cilium.io/agent-not-ready', 'NodeState'],
  ['node-role.kubernetes.io/control-plane', 'Dedication'],
  ['node-role.kubernetes.io/master', 'Dedication'],
  ['dedicated', 'Dedication'],
  ['notmedik8s.io/drain', 'Dedication'],
] as const;

describe('taintMeaning', () => {
  it.each(KNOWN)('of %s is %s', (key, meaning) => {
    expect(taintMeaning({ key, effect: 'NoSchedule' }, OWN_DRAIN)).toBe(meaning);
  });

  it('knows a drain key of its own from the KubeVirt resource only', () => {
    expect(taintMeaning({ key: 'example.com/leaving', effect: 'NoSchedule' }, undefined)).toBe('Dedication');
  });

  it('decides cause and mitigation alike', () => {
    for (const [key, meaning] of KNOWN) {
      const taint = { key, effect: 'NoSchedule' };
      const node = aNode('node01', { spec: { taints: [taint] } });
      const objects = [node, aVmi('vm-1', 'node01'), OWN_DRAIN, aDaemonSet()];
      const [code = 'Unknown'] = codesOf(caseOf('node01', objects));
      expect([key, code]).toEqual([
        key,
        meaning === 'Deliberate' ? 'RemediationInProgress' : 'TaintNotTolerated',
      ]);
      const facts = factsOf(objects);
      const judgement = judgeCluster(facts);
      const [judged] = judgement.nodes;
      if (judged === undefined) throw new RangeError('one node was judged');
      const context = mitigationContexts(facts, judgement, undefined)(judged);
      const found = findMitigations(causeOf(caseOf('node01', objects), code), context);
      const tolerates = found.some((it) => it.code === 'AddPlacementToleration');
      expect([key, tolerates]).toEqual([key, meaning === 'Dedication']);
    }
  });

  it('tells who sets a well-known taint', () => {
    expect(setterOf({ key: 'node-role.kubernetes.io/master', effect: 'NoSchedule' })).toBe(
      'the cluster installer',
    );
    expect(setterOf({ key: 'toString', effect: 'NoSchedule' })).toBeUndefined();
  });
});

describe('toleratedSeconds', () => {
  const taint: Taint = { key: 'gpu', effect: 'NoExecute' };
  it.each([
    ['for ever', [{ key: 'gpu', operator: 'Exists' }], undefined],
    ['for a while', [{ key: 'gpu', operator: 'Exists', tolerationSeconds: 60 }], 60],
    [
      'by the first that covers it',
      [
        { key: 'x', tolerationSeconds: 1 },
        { operator: 'Exists' },
        { operator: 'Exists', tolerationSeconds: 5 },
      ],
      undefined,
    ],
    ['not at all', [], undefined],
  ])('is tolerated %s', (_, tolerations, seconds) => {
    expect(toleratedSeconds(taint, tolerations)).toBe(seconds);
  });

  it('means nothing for NoSchedule', () => {
    const tolerations = [{ operator: 'Exists', tolerationSeconds: 60 }];
    expect(toleratedSeconds({ key: 'gpu', effect: 'NoSchedule' }, tolerations)).toBeUndefined();
  });

  const template = { tolerations: [{ key: 'gpu', operator: 'Exists', tolerationSeconds: 60 }] };
  const node = aNode('node01', { spec: { taints: [taint] } });
  const cluster = [node, aVmi('vm-1', 'node01'), aKubeVirt(), aDaemonSet({ template })];

  it('makes a taint a cause when the pod is gone', () => {
    const cause = causeOf(caseOf('node01', cluster), 'TaintNotTolerated');
    expect(cause).toMatchObject({ certainty: 'Likely', origin: 'Node' });
    expect(cause.summary).toContain('for 60 s only (tolerationSeconds)');
  });

  it('is then no sign that the DaemonSet is stalled: its pods come and go', () => {
    expect(codesOf(caseOf('node01', cluster))).toEqual(['TaintNotTolerated']);
  });

  it('leaves a pod that is there its own reason', () => {
    const crashing = aHandler('node01', {
      status: {
        phase: 'Running',
        containerStatuses: [{ name: 'virt-handler', state: { waiting: { reason: 'CrashLoopBackOff' } } }],
      },
    });
    expect(codesOf(caseOf('node01', [...cluster, crashing]))).toEqual(['ContainerCrash']);
  });
});
