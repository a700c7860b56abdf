import type { NodeObject } from '../../shared/domain/objects.ts';
import type { PodPlacement, Taint } from '../../shared/domain/placement-objects.ts';
import { generateNodes } from './cluster-generator.ts';
import { templates } from './templates.ts';
import { compileTemplate } from './text-template.ts';

const OPTIONS = { nodes: 0, vmisPerNode: 0, orphanShare: 0.1, seed: 1 };
const TAINTS: readonly Taint[] = [
  { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
  { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
];

/** Nodes with the hundred labels that KubeVirt's node labeller gives them; a tenth lacks a role, a quarter has a taint. */
export function realisticNodes(count: number): readonly NodeObject[] {
  const compiled = new Map(
    (['node', 'nodeWithoutRole'] as const).map((name) => [name, compileTemplate(templates[name], 'compact')]),
  );
  return [...generateNodes({ ...OPTIONS, nodes: count })].map(({ template, values }, index) => {
    const text = compiled.get(template as 'node')?.render(values) ?? '';
    const node = JSON.parse(text) as NodeObject;
    const taint = TAINTS[index % 12];
    return taint === undefined
      ? { ...node, kind: 'Node' }
      : { ...node, kind: 'Node', spec: { taints: [taint] } };
  });
}

const required = (
  ...terms: readonly { key: string; operator: string; values: string[] }[]
): PodPlacement => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: terms.map((requirement) => ({ matchExpressions: [requirement] })),
      },
    },
  },
});
const OWN: PodPlacement = {
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }],
};

/** What virt-operator makes of no policy, a nodeSelector, and affinity with tolerations. */
export const TEMPLATES: readonly PodPlacement[] = [
  OWN,
  { ...OWN, nodeSelector: { ...OWN.nodeSelector, 'node-role.kubernetes.io/virt': '' } },
  {
    ...OWN,
    ...required(
      { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['zone-a', 'zone-b'] },
      { key: 'kubernetes.io/hostname', operator: 'In', values: ['node-00003'] },
    ),
    tolerations: [
      { key: 'CriticalAddonsOnly', operator: 'Exists' },
      { key: 'dedicated', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' },
    ],
  },
];
