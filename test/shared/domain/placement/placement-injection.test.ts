import { describe, expect, it } from 'vitest';
import type { DaemonPodPlacement } from '../../../../shared/domain/placement/daemonset-placement.ts';
import { injectPlacement } from '../../../../shared/domain/placement/placement-injection.ts';
import type {
  NodePlacement,
  NodeSelectorTerm,
  Toleration,
} from '../../../../shared/domain/placement-objects.ts';

const LINUX = { 'kubernetes.io/os': 'linux' };
const ANY: Toleration = { key: 'CriticalAddonsOnly', operator: 'Exists' };
const DEDICATED: Toleration = { key: 'dedicated', operator: 'Equal', value: 'virt', effect: 'NoSchedule' };

const host = (name: string): NodeSelectorTerm => ({
  matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [name] }],
});
const required = (...nodeSelectorTerms: NodeSelectorTerm[]) => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
});

// The cases of KubeVirt's placement_test.go that touch what the DaemonSet controller reads, and those of issue reports.
describe('injectPlacement', () => {
  it.each<[string, DaemonPodPlacement, NodePlacement | undefined, DaemonPodPlacement]>([
    ['no policy', {}, undefined, { nodeSelector: LINUX }],
    ['an empty policy', {}, {}, { nodeSelector: LINUX }],
    [
      'an empty policy keeps the pod spec',
      { tolerations: [ANY] },
      {},
      { nodeSelector: LINUX, tolerations: [ANY] },
    ],
    [
      'empty lists stay away',
      { tolerations: [] },
      { tolerations: [], nodeSelector: {} },
      { nodeSelector: LINUX, tolerations: [] },
    ],
    ['selector copied', {}, { nodeSelector: { foo: 'bar' } }, { nodeSelector: { ...LINUX, foo: 'bar' } }],
    [
      'selectors united',
      { nodeSelector: { existing: 'value' } },
      { nodeSelector: { foo: 'bar' } },
      { nodeSelector: { ...LINUX, foo: 'bar', existing: 'value' } },
    ],
    [
      'the pod spec (customizeComponents) wins a key',
      { nodeSelector: { foo: 'from-podspec' } },
      { nodeSelector: { foo: 'bar' } },
      { nodeSelector: { ...LINUX, foo: 'from-podspec' } },
    ],
    [
      'the policy may set another OS',
      {},
      { nodeSelector: { 'kubernetes.io/os': 'other' } },
      { nodeSelector: { 'kubernetes.io/os': 'other' } },
    ],
    [
      'so may the pod spec',
      { nodeSelector: { 'kubernetes.io/os': 'other' } },
      {},
      { nodeSelector: { 'kubernetes.io/os': 'other' } },
    ],
    [
      'and beats the policy there too',
      { nodeSelector: { 'kubernetes.io/os': 'pod' } },
      { nodeSelector: { 'kubernetes.io/os': 'policy' } },
      { nodeSelector: { 'kubernetes.io/os': 'pod' } },
    ],
    [
      'tolerations copied',
      {},
      { tolerations: [DEDICATED] },
      { nodeSelector: LINUX, tolerations: [DEDICATED] },
    ],
    [
      'tolerations appended',
      { tolerations: [ANY] },
      { tolerations: [DEDICATED] },
      { nodeSelector: LINUX, tolerations: [ANY, DEDICATED] },
    ],
    [
      'doubles are kept',
      { tolerations: [ANY] },
      { tolerations: [ANY] },
      { nodeSelector: LINUX, tolerations: [ANY, ANY] },
    ],
    ['affinity copied', {}, required(host('a')), { nodeSelector: LINUX, ...required(host('a')) }],
    [
      'affinity copied into an empty one',
      { affinity: {} },
      required(host('a')),
      { nodeSelector: LINUX, ...required(host('a')) },
    ],
    [
      'affinity copied into one without required terms',
      { affinity: { nodeAffinity: {} } },
      required(host('a')),
      { nodeSelector: LINUX, ...required(host('a')) },
    ],
    [
      'affinity of the pod spec kept',
      required(host('a')),
      {},
      { nodeSelector: LINUX, ...required(host('a')) },
    ],
    [
      'an empty affinity adds nothing',
      required(host('a')),
      { affinity: {} },
      { nodeSelector: LINUX, ...required(host('a')) },
    ],
    [
      'terms appended, so ORed',
      required(host('a')),
      required(host('b'), host('a')),
      { nodeSelector: LINUX, ...required(host('a'), host('b'), host('a')) },
    ],
    [
      'no terms are appended',
      required(host('a')),
      required(),
      { nodeSelector: LINUX, ...required(host('a')) },
    ],
    [
      'terms appended to none',
      required(),
      required(host('a')),
      { nodeSelector: LINUX, ...required(host('a')) },
    ],
    [
      'lists that are absent',
      { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } } },
      { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } } },
      { nodeSelector: LINUX, ...required() },
    ],
    [
      'what is not about the policy is kept',
      { nodeName: 'n', hostNetwork: true },
      {},
      { nodeName: 'n', hostNetwork: true, nodeSelector: LINUX },
    ],
  ])('%s', (_, template, policy, expected) => {
    expect(injectPlacement(template, policy)).toEqual(expected);
  });

  it('changes neither of its inputs', () => {
    const template = Object.freeze({ nodeSelector: Object.freeze({ a: '1' }), ...required(host('a')) });
    const policy = Object.freeze({ nodeSelector: Object.freeze({ b: '2' }), ...required(host('b')) });
    injectPlacement(template, policy);
    expect([template, policy]).toEqual([
      { nodeSelector: { a: '1' }, ...required(host('a')) },
      { nodeSelector: { b: '2' }, ...required(host('b')) },
    ]);
  });
});
