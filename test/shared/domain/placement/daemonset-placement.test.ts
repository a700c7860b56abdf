import { describe, expect, it } from 'vitest';
import type { NodeObject } from '../../../../shared/domain/objects.ts';
import {
  type DaemonPodPlacement,
  describeObstacle,
  judgePlacement,
} from '../../../../shared/domain/placement/daemonset-placement.ts';
import type { NodeSelectorTerm, Taint } from '../../../../shared/domain/placement-objects.ts';

function node(labels: Record<string, string> | undefined, ...taints: Taint[]): NodeObject {
  return { kind: 'Node', metadata: { name: 'node01', labels }, spec: { taints } };
}

function required(...nodeSelectorTerms: NodeSelectorTerm[]): DaemonPodPlacement {
  return {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  };
}

const taint = (key: string, effect: string, value?: string): Taint => ({ key, effect, value });
const LINUX = { 'kubernetes.io/os': 'linux' };
const ZONE_A: NodeSelectorTerm = { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] };

const ANSWERS = {
  runs: { shouldRun: true, shouldContinueRunning: true },
  stays: { shouldRun: false, shouldContinueRunning: true },
  leaves: { shouldRun: false, shouldContinueRunning: false },
} as const;

describe('judgePlacement', () => {
  it.each<[string, NodeObject, DaemonPodPlacement, keyof typeof ANSWERS]>([
    ['nothing asked', node({}), {}, 'runs'],
    ['no labels, no spec', { kind: 'Node', metadata: { name: 'n' } }, {}, 'runs'],
    ['empty everything', node({}), { nodeName: '', nodeSelector: {}, affinity: {}, tolerations: [] }, 'runs'],
    ['nodeName is this node', node({}), { nodeName: 'node01' }, 'runs'],
    ['nodeName is another', node({}), { nodeName: 'node02' }, 'leaves'],
    ['selector met', node(LINUX), { nodeSelector: LINUX }, 'runs'],
    [
      'selector with another value',
      node({ 'kubernetes.io/os': 'windows' }),
      { nodeSelector: LINUX },
      'leaves',
    ],
    ['selector, node without labels', node(undefined), { nodeSelector: LINUX }, 'leaves'],
    ['selector of an empty value, label absent', node({}), { nodeSelector: { a: '' } }, 'leaves'],
    ['selector of an empty value, label empty', node({ a: '' }), { nodeSelector: { a: '' } }, 'runs'],
    ['one of two selector keys met', node({ a: '1' }), { nodeSelector: { a: '1', b: '2' } }, 'leaves'],
    ['affinity met', node({ zone: 'a' }), required(ZONE_A), 'runs'],
    ['affinity unmet', node({ zone: 'b' }), required(ZONE_A), 'leaves'],
    ['affinity without required', node({}), { affinity: { nodeAffinity: {} } }, 'runs'],
    ['required affinity without terms', node({}), required(), 'leaves'],
    [
      'required affinity without even a list',
      node({}),
      { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } } },
      'leaves',
    ],
    [
      'an OR-term does not help against the selector',
      node({ zone: 'a' }),
      { ...required(ZONE_A), nodeSelector: { cpu: 'amd' } },
      'leaves',
    ],
    ['NoSchedule', node({}, taint('a', 'NoSchedule')), {}, 'stays'],
    ['NoExecute', node({}, taint('a', 'NoExecute')), {}, 'leaves'],
    ['PreferNoSchedule', node({}, taint('a', 'PreferNoSchedule')), {}, 'runs'],
    ['an unknown effect', node({}, taint('a', 'NoFun')), {}, 'runs'],
    [
      'NoSchedule tolerated',
      node({}, taint('a', 'NoSchedule')),
      { tolerations: [{ key: 'a', operator: 'Exists' }] },
      'runs',
    ],
    [
      'only one effect of the key tolerated',
      node({}, taint('a', 'NoSchedule'), taint('a', 'NoExecute')),
      { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }] },
      'leaves',
    ],
    [
      'NoExecute tolerated, NoSchedule not',
      node({}, taint('a', 'NoSchedule'), taint('a', 'NoExecute')),
      { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute' }] },
      'stays',
    ],
    [
      'NoSchedule and an unmet selector',
      node({}, taint('a', 'NoSchedule')),
      { nodeSelector: LINUX },
      'leaves',
    ],
    ['cordoned', node({}, taint('node.kubernetes.io/unschedulable', 'NoSchedule')), {}, 'runs'],
    [
      'not ready, the eviction half',
      node({}, taint('node.kubernetes.io/not-ready', 'NoExecute')),
      {},
      'runs',
    ],
    [
      'not ready, both halves',
      node(
        {},
        taint('node.kubernetes.io/not-ready', 'NoSchedule'),
        taint('node.kubernetes.io/not-ready', 'NoExecute'),
      ),
      {},
      'stays',
    ],
    ['disk pressure', node({}, taint('node.kubernetes.io/disk-pressure', 'NoSchedule')), {}, 'runs'],
    ['no network', node({}, taint('node.kubernetes.io/network-unavailable', 'NoSchedule')), {}, 'stays'],
    [
      'no network, host network',
      node({}, taint('node.kubernetes.io/network-unavailable', 'NoSchedule')),
      { hostNetwork: true },
      'runs',
    ],
    [
      'out of service',
      node({}, taint('node.kubernetes.io/out-of-service', 'NoExecute', 'nodeshutdown')),
      {},
      'leaves',
    ],
    [
      'control plane',
      node({}, taint('node-role.kubernetes.io/control-plane', 'NoSchedule')),
      { tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }] },
      'stays',
    ],
  ])('%s', (_, given, template, answer) => {
    expect(judgePlacement(given, template)).toMatchObject(ANSWERS[answer]);
  });

  it('names every obstacle, not only the first', () => {
    const verdict = judgePlacement(
      node(
        { cpu: 'intel' },
        taint('x', 'NoSchedule'),
        taint('y', 'PreferNoSchedule'),
        taint('z', 'NoExecute', '1'),
      ),
      { nodeName: 'node02', nodeSelector: { ...LINUX, cpu: 'amd' }, ...required(ZONE_A, {}) },
    );
    expect(verdict.obstacles).toMatchObject([
      { kind: 'NodeName', wanted: 'node02' },
      { kind: 'NodeSelector', key: 'kubernetes.io/os', wanted: 'linux', actual: undefined },
      { kind: 'NodeSelector', key: 'cpu', wanted: 'amd', actual: 'intel' },
      { kind: 'NodeAffinity', terms: [{ index: 0 }, { index: 1 }] },
      { kind: 'Taint', taint: { key: 'x' }, stops: 'scheduling' },
      { kind: 'Taint', taint: { key: 'z' }, stops: 'running' },
    ]);
  });
});

describe('describeObstacle', () => {
  const describeAll = (given: NodeObject, template: DaemonPodPlacement) =>
    judgePlacement(given, template).obstacles.map(describeObstacle);

  it('says each kind in one phrase', () => {
    const given = node({ cpu: 'intel', zone: 'b' }, taint('x', 'NoSchedule'), taint('z', 'NoExecute', '1'));
    const numeric = { matchExpressions: [{ key: 'cores', operator: 'Gt', values: ['many'] }] };
    const both = {
      matchExpressions: [{ key: 'tpu', operator: 'Exists' }],
      matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node02'] }],
    };
    expect(
      describeAll(given, {
        nodeName: 'node02',
        nodeSelector: { os: 'linux', cpu: 'amd' },
        ...required(ZONE_A, numeric, both, {}),
      }),
    ).toEqual([
      "nodeName is 'node02'",
      'nodeSelector wants os=linux, the node has no os',
      'nodeSelector wants cpu=amd, the node has cpu=intel',
      'no term of the required node affinity matches (term 0: zone In [a], the node has zone=b | ' +
        "term 1: cores cannot be evaluated, 'many' is not a 64-bit integer | " +
        'term 2: tpu Exists, the node has no tpu and metadata.name In [node02], the node has metadata.name=node01 | ' +
        'term 3: is empty)',
      'taint x:NoSchedule is not tolerated',
      'taint z=1:NoExecute is not tolerated',
    ]);
  });

  it('says that there are no terms', () => {
    expect(describeAll(node({}), required())).toEqual([
      'no term of the required node affinity matches (there are no terms)',
    ]);
  });
});
