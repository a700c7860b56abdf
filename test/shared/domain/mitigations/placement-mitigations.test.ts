import { describe, expect, it } from 'vitest';
import { findMitigations } from '../../../../shared/domain/mitigations/find-mitigations.ts';
import type { NodePlacement, NodeSelectorTerm, Taint } from '../../../../shared/domain/placement-objects.ts';
import { aCause, type CaseParts, carryOut, contextOf, node, OWN_SPEC } from './case.ts';
import { required } from './run-command.ts';

const term = (key: string, operator: string, ...values: string[]): NodeSelectorTerm => ({
  matchExpressions: [{ key, operator, ...(values.length === 0 ? {} : { values }) }],
});
const taint = (key: string, effect: string, value?: string): Taint => ({
  key,
  effect,
  ...(value === undefined ? {} : { value }),
});
interface Row extends CaseParts {
  readonly name: string;
  readonly codes: readonly string[];
}

const notIn = (...values: string[]): NodePlacement => ({
  affinity: required(term('kubernetes.io/hostname', 'NotIn', ...values)),
});
const POOL = { 'example.com/pool': 'virt' };
const node01 = node('node01', { ...POOL, zone: 'a', 'kubernetes.io/arch': 'amd64' });
const node02 = node('node02');
const tainted = (...taints: Taint[]) => node('node02', {}, taints);
const dedicated = taint('dedicated', 'NoSchedule', 'gpu');
const control = taint('node-role.kubernetes.io/control-plane', 'NoSchedule');

/** The table of facts/kubevirt.md, 5.3: which mitigations are offered, in order. */
const ROWS: readonly Row[] = [
  {
    name: 'a nodeSelector label is missing',
    policy: { nodeSelector: POOL },
    nodes: [node02, node01],
    codes: ['LabelNode', 'ExtendPlacementAffinity'],
  },
  {
    name: 'a nodeSelector label has another value',
    policy: { nodeSelector: POOL },
    nodes: [node('node02', { 'example.com/pool': 'db' }), node01],
    codes: ['LabelNode', 'ExtendPlacementAffinity'],
  },
  {
    name: 'no affinity term matches, and a label would',
    policy: { affinity: required(term('zone', 'In', 'a'), term('zone', 'In', 'c')) },
    nodes: [node('node02', { zone: 'b' }), node01],
    codes: ['LabelNode', 'ExtendPlacementAffinity'],
  },
  {
    name: 'no affinity term matches, by hostname',
    policy: { affinity: required(term('kubernetes.io/hostname', 'In', 'node01', 'node03')) },
    nodes: [node02, node01],
    codes: ['ExtendPlacementAffinity'],
  },
  {
    name: 'hostname NotIn with other values',
    policy: notIn('node03', 'node02'),
    nodes: [node02, node01, node('node03')],
    codes: ['RemovePlacementRule', 'ExtendPlacementAffinity'],
  },
  {
    name: 'hostname NotIn, the last value',
    policy: notIn('node02'),
    nodes: [node02, node01],
    codes: ['RemovePlacementRule', 'ExtendPlacementAffinity'],
  },
  {
    name: 'hostname NotIn, the node twice: taking it out once is not enough',
    policy: notIn('node02', 'node02'),
    nodes: [node02, node01],
    codes: ['ExtendPlacementAffinity'],
  },
  {
    name: 'hostname NotIn beside a term that would be left alone',
    policy: {
      affinity: required(term('kubernetes.io/hostname', 'NotIn', 'node02'), term('zone', 'Gt', '5')),
    },
    nodes: [node02, node01],
    codes: ['ExtendPlacementAffinity'],
  },
  {
    name: 'nodeSelector and affinity both',
    policy: { nodeSelector: POOL, affinity: required(term('zone', 'Gt', '5'), term('zone', 'In', 'a')) },
    nodes: [node('node02', { 'kubernetes.io/arch': 'arm64' }), node01],
    codes: ['LabelNode', 'ExtendPlacementAffinity'],
  },
  {
    name: 'a NoSchedule taint',
    nodes: [tainted(dedicated), node01],
    codes: ['AddPlacementToleration'],
  },
  {
    name: 'a NoExecute taint',
    nodes: [tainted(taint('dedicated', 'NoExecute', 'gpu')), node01],
    codes: ['AddPlacementToleration'],
  },
  {
    name: 'a taint and a nodeSelector',
    policy: { nodeSelector: POOL },
    nodes: [tainted(dedicated), node01],
    codes: ['ExtendPlacement'],
  },
  { name: 'a control-plane node', nodes: [tainted(control), node01], codes: ['AddPlacementToleration'] },
  {
    name: 'a cordoned node that has another trouble',
    policy: { nodeSelector: POOL },
    nodes: [tainted(taint('node.kubernetes.io/unschedulable', 'NoSchedule')), node01],
    codes: ['LabelNode', 'ExtendPlacementAffinity'],
  },
  ...['not-ready', 'unreachable', 'network-unavailable'].map((key) => ({
    name: `the taint ${key}`,
    nodes: [tainted(taint(`node.kubernetes.io/${key}`, 'NoSchedule')), node01],
    codes: ['RepairNode'],
  })),
  {
    name: 'the taint of a cloud provider',
    nodes: [tainted(taint('node.cloudprovider.kubernetes.io/uninitialized', 'NoSchedule', 'true')), node01],
    codes: ['RepairNode'],
  },
  ...[
    'kubevirt.io/drain',
    'node.kubernetes.io/out-of-service',
    'medik8s.io/drain',
    'remediation.medik8s.io/self-node-remediation',
  ].map((key) => ({
    name: `the taint ${key}`,
    nodes: [tainted(taint(key, 'NoExecute')), node01],
    codes: ['WaitForRemediation'],
  })),
  {
    name: 'a drain beside a nodeSelector: tolerating it would be wrong, and nothing else is enough',
    policy: { nodeSelector: POOL },
    nodes: [tainted(taint('kubevirt.io/drain', 'NoSchedule')), node01],
    codes: ['WaitForRemediation'],
  },
  {
    name: 'the architecture, which no label may deny',
    policy: { nodeSelector: { 'kubernetes.io/arch': 'amd64' } },
    nodes: [node('node02', { 'kubernetes.io/arch': 'arm64' }), node01],
    codes: ['ExtendPlacementAffinity'],
  },
  {
    name: 'the label that virt-handler sets itself',
    policy: { nodeSelector: { 'kubevirt.io/schedulable': 'true' } },
    nodes: [node02, node('node01', { 'kubevirt.io/schedulable': 'true' })],
    codes: ['ExtendPlacementAffinity'],
  },
  {
    name: 'the OS label is another one',
    nodes: [node('node02', { 'kubernetes.io/os': 'other' }), node01],
    codes: ['LabelNode'],
  },
  {
    name: 'a nodeSelector from customizeComponents',
    base: { ...OWN_SPEC, nodeSelector: { 'kubernetes.io/arch': 'amd64' } },
    nodes: [node02, node01],
    codes: ['EditCustomizeComponents'],
  },
  {
    name: 'a nodeSelector from customizeComponents that a label meets',
    base: { ...OWN_SPEC, nodeSelector: POOL },
    nodes: [node02, node01],
    codes: ['LabelNode', 'EditCustomizeComponents'],
  },
  {
    name: 'affinity from customizeComponents',
    base: { ...OWN_SPEC, affinity: required(term('kubernetes.io/hostname', 'In', 'node01')) },
    nodes: [node02, node01],
    codes: ['ExtendPlacementAffinity'],
  },
  {
    name: 'a nodeName from customizeComponents',
    base: { ...OWN_SPEC, nodeName: 'node01' },
    nodes: [node02, node01],
    codes: ['EditCustomizeComponents'],
  },
  { name: 'no placement and no obstacle', nodes: [node02, node01], codes: ['Investigate'] },
];

describe('what is offered', () => {
  it.each(ROWS)('for $name', ({ codes, ...parts }) => {
    const context = contextOf(parts);
    const found = findMitigations(aCause('NodeSelectorMismatch'), context);
    expect(found.map(({ code }) => code)).toEqual(codes);
    for (const mitigation of found.filter(({ owner }) => owner !== 'None')) {
      const { before, after } = carryOut(mitigation, context, parts.base ?? OWN_SPEC);
      expect(before).not.toContain('node02');
      expect(after).toEqual(expect.arrayContaining([...before, 'node02']));
      expect(mitigation.effects.handlersGained).toEqual(after.filter((it) => !before.includes(it)).sort());
    }
  });
});
