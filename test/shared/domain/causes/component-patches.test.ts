import { describe, expect, it } from 'vitest';
import type { ComponentPatch } from '../../../../shared/domain/objects.ts';
import type { PodPlacement } from '../../../../shared/domain/placement-objects.ts';
import { caseOf, causeOf } from '../../../support/node-case.ts';
import { aDaemonSet, aKubeVirt, aNode, aVmi } from '../../../support/objects.ts';

const CPU: PodPlacement = { nodeSelector: { 'example.com/cpu': 'amd' } };
const merge = '{"spec":{"template":{"spec":{"nodeSelector":{"example.com/cpu":"amd"}}}}}';
const json = '[{"op":"add","path":"/spec/template/spec/nodeSelector/example.com~1cpu","value":"amd"}]';
const patch = (parts: Partial<ComponentPatch>): ComponentPatch => ({
  resourceType: 'DaemonSet',
  resourceName: 'virt-handler',
  type: 'strategic',
  patch: merge,
  ...parts,
});

function causeWith(patches: readonly ComponentPatch[], template: PodPlacement = CPU) {
  const kubeVirt = aKubeVirt({ spec: { customizeComponents: { patches } } });
  const objects = [aNode('node01'), aVmi('vm-1', 'node01'), aDaemonSet({ template }), kubeVirt];
  const code = template.affinity === undefined ? 'NodeSelectorMismatch' : 'NodeAffinityMismatch';
  return causeOf(caseOf('node01', objects), code);
}

describe('a rule of customizeComponents', () => {
  it.each([
    ['a strategic patch', patch({})],
    ['a JSON patch, whose pointer is escaped', patch({ type: 'json', patch: json })],
    ['names in another case', patch({ resourceType: 'daemonset', resourceName: 'Virt-Handler' })],
    ['a patch for every DaemonSet', patch({ resourceName: '*' })],
  ])('is traced to %s', (_, it) => {
    const other = patch({ resourceName: 'virt-api' });
    const cause = causeWith([other, it]);
    expect(cause.origin).toBe('DaemonSet');
    expect(cause.summary).toContain("a patch in the KubeVirt resource's spec.customizeComponents");
    expect(cause.evidence).toContainEqual({
      object: 'KubeVirt kubevirt/kubevirt',
      resourceVersion: '1000',
      field: 'spec.customizeComponents.patches[1]',
      value: it.patch,
    });
  });

  it('is traced by the key of a required term', () => {
    const requirement = { key: 'example.com/cpu', operator: 'In', values: ['amd'] };
    const required = { nodeSelectorTerms: [{ matchExpressions: [requirement] }] };
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } };
    expect(causeWith([patch({})], { affinity }).summary).toContain('customizeComponents');
  });

  it.each([
    ['another component', [patch({ resourceName: 'virt-api' })]],
    ['another rule', [patch({ patch: '{"spec":{"template":{"spec":{"nodeSelector":{"zone":"a"}}}}}' })]],
    ['nothing', [{}]],
    ['no patch at all', []],
  ])('is not traced to a patch of %s', (_, patches) => {
    const cause = causeWith(patches);
    expect(cause.summary).toContain('not by the policy or customizeComponents as they are');
    expect(cause.evidence.some(({ field }) => field.includes('customizeComponents'))).toBe(false);
  });
});
