import { describe, expect, it } from 'vitest';
import type { ClusterObject } from '../../../../shared/domain/objects.ts';
import type { NodeSelectorTerm, PodPlacement } from '../../../../shared/domain/placement-objects.ts';
import { caseOf, causeOf, codesOf } from '../../../support/node-case.ts';
import { aDaemonSet, aHandler, aKubeVirt, aNode, aVmi } from '../../../support/objects.ts';

const OS = { 'kubernetes.io/os': 'linux' };
const VIRT = 'node-role.kubernetes.io/virt';
const POLICY = 'spec.workloads.nodePlacement';
const TEMPLATE = 'spec.template.spec';
const TERMS = 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';

const terms = (...nodeSelectorTerms: NodeSelectorTerm[]): PodPlacement => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
});
const zone = (...values: string[]): NodeSelectorTerm => ({
  matchExpressions: [{ key: 'zone', operator: 'In', values }],
});
const withPolicy = (nodePlacement: PodPlacement) => aKubeVirt({ spec: { workloads: { nodePlacement } } });

function orphan(template: PodPlacement, ...objects: ClusterObject[]) {
  return caseOf('node01', [aNode('node01'), aVmi('vm-1', 'node01'), aDaemonSet({ template }), ...objects]);
}

describe('NodeSelectorMismatch', () => {
  it('traces a key to the placement policy', () => {
    const nodeSelector = { [VIRT]: '' };
    const situation = orphan({ nodeSelector: { ...OS, ...nodeSelector } }, withPolicy({ nodeSelector }));
    expect(codesOf(situation)).toEqual(['NodeSelectorMismatch']);
    expect(causeOf(situation, 'NodeSelectorMismatch')).toEqual({
      code: 'NodeSelectorMismatch',
      certainty: 'Definite',
      origin: 'PlacementPolicy',
      summary: `The placement policy (the KubeVirt resource's ${POLICY}) keeps virt-handler from node01: nodeSelector wants ${VIRT}=, the node has no ${VIRT}.`,
      evidence: [
        {
          object: 'DaemonSet kubevirt/virt-handler',
          resourceVersion: '1000',
          field: `${TEMPLATE}.nodeSelector[${VIRT}]`,
          value: '',
        },
        {
          object: 'Node node01',
          resourceVersion: '1000',
          field: `metadata.labels[${VIRT}]`,
          value: '(none)',
        },
        {
          object: 'KubeVirt kubevirt/kubevirt',
          resourceVersion: '1000',
          field: `${POLICY}.nodeSelector[${VIRT}]`,
          value: '',
        },
      ],
    });
  });

  it.each([
    { title: 'customizeComponents', template: { nodeSelector: { cpu: 'amd' } }, says: 'customizeComponents' },
    { title: "the operator's default", template: { nodeSelector: OS }, says: "virt-operator's own default" },
    { title: 'a nodeName', template: { nodeName: 'node02' }, says: "nodeName is 'node02'" },
  ])('traces a rule to the DaemonSet: $title', ({ template, says }) => {
    const bare = aNode('node01', { metadata: { labels: {} } });
    const cluster = [bare, aVmi('vm-1', 'node01'), aKubeVirt(), aDaemonSet({ template })];
    const cause = causeOf(caseOf('node01', cluster), 'NodeSelectorMismatch');
    expect(cause).toMatchObject({ certainty: 'Definite', origin: 'DaemonSet' });
    expect(cause.summary).toContain(says);
  });

  it('is not cured by the policy alone when one key is not its own', () => {
    const nodeSelector = { [VIRT]: '' };
    const situation = orphan({ nodeSelector: { ...nodeSelector, cpu: 'amd' } }, withPolicy({ nodeSelector }));
    expect(causeOf(situation, 'NodeSelectorMismatch').origin).toBe('DaemonSet');
  });

  it('says when the policy could not be looked at', () => {
    const cause = causeOf(orphan({ nodeSelector: { cpu: 'amd' } }), 'NodeSelectorMismatch');
    expect(cause).toMatchObject({ origin: 'DaemonSet' });
    expect(cause.summary).toContain('not read');
  });

  it('is not named when the selector matches and only the taint does not', () => {
    const tainted = aNode('node01', { spec: { taints: [{ key: 'dedicated', effect: 'NoSchedule' }] } });
    const situation = caseOf('node01', [tainted, aVmi('vm-1', 'node01'), aKubeVirt(), aDaemonSet()]);
    expect(codesOf(situation)).toEqual(['TaintNotTolerated']);
  });

  it('is named for a handler that is Ready still, and says what becomes of it', () => {
    const situation = orphan({ nodeSelector: { cpu: 'amd' } }, aKubeVirt(), aHandler('node01'));
    expect(situation.judgement.verdict).toBe('AtRisk');
    expect(causeOf(situation, 'NodeSelectorMismatch').summary).toMatch(/now is about to be deleted\.$/);
  });
});

describe('NodeAffinityMismatch', () => {
  it('traces each term, and names the labels that were compared', () => {
    const policy = terms(zone('a'));
    const situation = orphan(terms(zone('b'), zone('a')), withPolicy(policy));
    expect(codesOf(situation)).toEqual(['NodeAffinityMismatch']);
    expect(causeOf(situation, 'NodeAffinityMismatch')).toMatchObject({
      certainty: 'Definite',
      origin: 'PlacementPolicy',
      evidence: [
        { field: `${TEMPLATE}.${TERMS}[0]`, value: JSON.stringify(zone('b')) },
        { field: `${TEMPLATE}.${TERMS}[1]`, value: JSON.stringify(zone('a')) },
        { object: 'Node node01', field: 'metadata.labels[zone]', value: '(none)' },
        {
          object: 'KubeVirt kubevirt/kubevirt',
          field: `${POLICY}.${TERMS}[0]`,
          value: JSON.stringify(zone('a')),
        },
      ],
    });
  });

  it('shows the name of the node for a term about fields', () => {
    const term = { matchFields: [{ key: 'metadata.name', operator: 'NotIn', values: ['node01'] }] };
    const cause = causeOf(orphan(terms(term), aKubeVirt()), 'NodeAffinityMismatch');
    expect(cause.origin).toBe('DaemonSet');
    expect(cause.evidence[1]).toMatchObject({
      object: 'Node node01',
      field: 'metadata.name',
      value: 'node01',
    });
  });

  it('makes a rule that nothing can meet a finding with its path', () => {
    const word = { matchExpressions: [{ key: 'cores', operator: 'Gt', values: ['many'] }] };
    const cause = causeOf(orphan(terms(word), withPolicy(terms(word))), 'NodeAffinityMismatch');
    expect(cause.summary).toContain("which cannot be met: 'many' is not a 64-bit integer");
    expect(cause.evidence.at(-1)).toMatchObject({
      object: 'DaemonSet kubevirt/virt-handler',
      field: `${TEMPLATE}.${TERMS}[0].matchExpressions[0].values[0]`,
      value: "NeverMatches: 'many' is not a 64-bit integer: Gt matches no node",
    });
  });

  it('names an affinity without terms', () => {
    const cause = causeOf(orphan(terms(), aKubeVirt()), 'NodeAffinityMismatch');
    expect(cause.evidence[0]).toMatchObject({ field: `${TEMPLATE}.${TERMS}`, value: '[]' });
  });

  it('is not named when one of several terms matches', () => {
    const host = {
      matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node01'] }],
    };
    expect(codesOf(orphan(terms(zone('a'), host), aKubeVirt()))).toEqual(['DaemonSetStalled']);
  });

  it('is named beside a selector, after it', () => {
    const situation = orphan({ nodeSelector: { cpu: 'amd' }, ...terms(zone('a')) }, aKubeVirt());
    expect(codesOf(situation)).toEqual(['NodeSelectorMismatch', 'NodeAffinityMismatch']);
  });

  it('is judged by the pod when the DaemonSet has no template', () => {
    const { spec: _, ...bare } = aDaemonSet();
    const handler = aHandler('node01', {
      metadata: { deletionTimestamp: '2026-08-22T10:14:00Z' },
      spec: { nodeName: 'node01', ...terms(zone('a')) },
    });
    const cluster = [aNode('node01'), aVmi('vm-1', 'node01'), aKubeVirt(), bare, handler];
    expect(causeOf(caseOf('node01', cluster), 'NodeAffinityMismatch').evidence[0]).toMatchObject({
      object: 'Pod kubevirt/virt-handler-node01',
      field: `spec.${TERMS}[0]`,
    });
  });
});
