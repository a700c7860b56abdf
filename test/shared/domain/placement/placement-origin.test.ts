import { describe, expect, it } from 'vitest';
import type { NodeObject } from '../../../../shared/domain/objects.ts';
import {
  type DaemonPodPlacement,
  judgePlacement,
} from '../../../../shared/domain/placement/daemonset-placement.ts';
import { injectPlacement } from '../../../../shared/domain/placement/placement-injection.ts';
import {
  selectorOrigin,
  termOrigin,
  tolerationOrigin,
  traceObstacle,
} from '../../../../shared/domain/placement/placement-origin.ts';
import type {
  NodePlacement,
  NodeSelectorTerm,
  Toleration,
} from '../../../../shared/domain/placement-objects.ts';

const POLICY = 'spec.workloads.nodePlacement';
const TEMPLATE = 'spec.template.spec';
const TERMS = 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';

const inPolicy = (path: string) => ({ origin: 'PlacementPolicy', path: `${POLICY}.${path}` });
const inPodSpec = (path: string) => ({ origin: 'DaemonSet', path: `${TEMPLATE}.${path}`, source: 'PodSpec' });

const zone = (...values: string[]): NodeSelectorTerm => ({
  matchExpressions: [{ key: 'zone', operator: 'In', values }],
});
const required = (...nodeSelectorTerms: NodeSelectorTerm[]) => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
});

describe('selectorOrigin', () => {
  it.each<[string, string, NodePlacement | undefined, object]>([
    ['cpu', 'amd', { nodeSelector: { cpu: 'amd' } }, inPolicy('nodeSelector[cpu]')],
    ['cpu', 'amd', { nodeSelector: { cpu: 'intel' } }, inPodSpec('nodeSelector[cpu]')],
    ['cpu', 'amd', {}, inPodSpec('nodeSelector[cpu]')],
    ['cpu', 'amd', undefined, inPodSpec('nodeSelector[cpu]')],
    ['constructor', 'amd', {}, inPodSpec('nodeSelector[constructor]')],
    [
      'kubernetes.io/os',
      'linux',
      { nodeSelector: { 'kubernetes.io/os': 'linux' } },
      inPolicy('nodeSelector[kubernetes.io/os]'),
    ],
    [
      'kubernetes.io/os',
      'linux',
      {},
      { ...inPodSpec('nodeSelector[kubernetes.io/os]'), source: 'OperatorDefault' },
    ],
    [
      'kubernetes.io/os',
      'linux',
      { nodeSelector: { 'kubernetes.io/os': 'x' } },
      inPodSpec('nodeSelector[kubernetes.io/os]'),
    ],
    ['kubernetes.io/os', 'x', {}, inPodSpec('nodeSelector[kubernetes.io/os]')],
  ])('%s=%s under %j', (key, value, policy, expected) => {
    expect(selectorOrigin(key, value, policy)).toEqual(expected);
  });
});

describe('termOrigin', () => {
  const byName: NodeSelectorTerm = { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] };

  it.each<[string, NodeSelectorTerm, NodePlacement | undefined, object]>([
    ['the same term', zone('a'), required(zone('b'), zone('a')), inPolicy(`${TERMS}[1]`)],
    ['another value', zone('a'), required(zone('b')), inPodSpec(`${TERMS}[3]`)],
    ['another number of values', zone('a'), required(zone('a', 'b')), inPodSpec(`${TERMS}[3]`)],
    ['values in another order', zone('b', 'a'), required(zone('a', 'b')), inPodSpec(`${TERMS}[3]`)],
    [
      'the same with an empty list',
      zone('a'),
      required({ ...zone('a'), matchFields: [] }),
      inPolicy(`${TERMS}[0]`),
    ],
    ['fields', byName, required(zone('a'), byName), inPolicy(`${TERMS}[1]`)],
    ['fields beside expressions', byName, required({ ...zone('a'), ...byName }), inPodSpec(`${TERMS}[3]`)],
    ['two ways to be empty', {}, required(zone('a'), { matchExpressions: [] }), inPolicy(`${TERMS}[1]`)],
    ['empty, and the policy has no such term', {}, required(zone('a')), inPodSpec(`${TERMS}[3]`)],
    ['no policy', zone('a'), undefined, inPodSpec(`${TERMS}[3]`)],
    ['a policy without affinity', zone('a'), {}, inPodSpec(`${TERMS}[3]`)],
  ])('%s', (_, term, policy, expected) => {
    expect(termOrigin(term, 3, policy)).toEqual(expected);
  });
});

describe('tolerationOrigin', () => {
  it.each<[Toleration, NodePlacement | undefined, object]>([
    [
      { key: 'a', operator: 'Exists' },
      { tolerations: [{ key: 'a', operator: 'Exists' }] },
      inPolicy('tolerations[0]'),
    ],
    [
      { key: 'a', operator: 'Exists' },
      { tolerations: [{ key: 'a', operator: 'Exists', effect: '' }] },
      inPolicy('tolerations[0]'),
    ],
    [{ key: 'a', operator: 'Exists' }, { tolerations: [{ key: 'a' }] }, inPodSpec('tolerations[2]')],
    [{ key: 'CriticalAddonsOnly', operator: 'Exists' }, undefined, inPodSpec('tolerations[2]')],
  ])('%j under %j', (toleration, policy, expected) => {
    expect(tolerationOrigin(toleration, 2, policy)).toEqual(expected);
  });
});

describe('traceObstacle', () => {
  const bare: NodeObject = {
    kind: 'Node',
    metadata: { name: 'node01' },
    spec: { taints: [{ key: 'dedicated', effect: 'NoSchedule' }] },
  };

  /** The origins of everything that keeps virt-handler from a bare node. */
  function trace(podSpec: DaemonPodPlacement, policy: NodePlacement | undefined) {
    const { obstacles } = judgePlacement(bare, injectPlacement(podSpec, policy));
    return obstacles.flatMap((obstacle) => traceObstacle(obstacle, policy));
  }

  it('traces every failing rule after injection', () => {
    const podSpec = {
      nodeName: 'node02',
      nodeSelector: { tier: 'infra', cpu: 'amd' },
      ...required(zone('a')),
    };
    const policy = { nodeSelector: { cpu: 'intel', disk: 'ssd' }, ...required(zone('b')) };
    expect(trace(podSpec, policy)).toEqual([
      inPodSpec('nodeName'),
      { ...inPodSpec('nodeSelector[kubernetes.io/os]'), source: 'OperatorDefault' },
      inPodSpec('nodeSelector[cpu]'),
      inPolicy('nodeSelector[disk]'),
      inPodSpec('nodeSelector[tier]'),
      inPodSpec(`${TERMS}[0]`),
      inPolicy(`${TERMS}[0]`),
      { origin: 'Node', path: 'spec.taints' },
    ]);
  });

  it('traces a required affinity without terms to the policy when the policy has one', () => {
    const path = TERMS.replace('.nodeSelectorTerms', '');
    expect(trace({}, required())).toContainEqual(inPolicy(path));
    expect(trace(required(), undefined)).toContainEqual(inPodSpec(path));
  });
});
