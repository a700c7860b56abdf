import fc from 'fast-check';
import type { NodeObject } from '../../shared/domain/objects.ts';
import type { DaemonPodPlacement } from '../../shared/domain/placement/daemonset-placement.ts';
import type {
  NodeSelectorRequirement,
  NodeSelectorTerm,
  Taint,
  Toleration,
} from '../../shared/domain/placement-objects.ts';

/**
 * Random nodes and pod templates for the placement rule. Everything made here is accepted by the API server from 1.20
 * to 1.36, so that a real DaemonSet controller can be asked too. The pools are small so that rules often meet what
 * they ask for, and about half of the pairs fit. Deterministic: pass a seed to `fc.sample`.
 */

export const NODE_NAMES = ['node-a', 'node-b', 'node-c', 'node-d'] as const;
const LABELS = {
  zone: ['a', 'b', 'c'],
  disk: ['', 'ssd'],
  // Also what is no 64-bit integer (a fraction, a word, an overflow) and integers beyond 2^53 that differ in the last digit.
  cores: ['4', '08', '16', '1.5', 'many', '9007199254740992', '9007199254740993', '9223372036854775808'],
} as const;
type Key = keyof typeof LABELS;
const KEYS = Object.keys(LABELS) as readonly Key[];
/** Integers that both sides of `Gt` and `Lt` understand; label values cannot carry a sign. */
const BOUNDS = ['0', '4', '007', '16', '9007199254740992', '9223372036854775807'] as const;
/** Three of these are tolerated by every daemon pod, each in its own way, and one with the host's network only. */
const TAINT_KEYS = [
  'dedicated',
  'dedicated',
  'example.com/drain',
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unschedulable',
  'node.kubernetes.io/network-unavailable',
] as const;
const TAINT_VALUES = ['', 'gpu', 'virt'] as const;
export const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

const anyKey = fc.constantFrom(...KEYS);

const labels = fc.record(
  {
    zone: fc.constantFrom(...LABELS.zone),
    disk: fc.constantFrom(...LABELS.disk),
    cores: fc.constantFrom(...LABELS.cores),
  },
  { requiredKeys: [] },
);

const taint: fc.Arbitrary<Taint> = fc.record(
  {
    key: fc.constantFrom(...TAINT_KEYS),
    value: fc.constantFrom(...TAINT_VALUES),
    effect: fc.constantFrom(...EFFECTS),
  },
  { requiredKeys: ['key', 'effect'] },
);

/** The API server takes a key and an effect only once on a node. */
const taints = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Taint[]>([]) },
  {
    weight: 5,
    arbitrary: fc.uniqueArray(taint, {
      minLength: 1,
      maxLength: 3,
      selector: ({ key, effect }) => `${key}:${effect}`,
    }),
  },
);

/** Makes the labels and taints of a node: what a test may replace on a node that exists. */
export const arbitraryNodeState = fc.record({ labels, taints });

/** Makes nodes; `name` fixes the name, which is otherwise one of `NODE_NAMES`. */
export function arbitraryNode(name?: string): fc.Arbitrary<NodeObject> {
  const names = name === undefined ? fc.constantFrom(...NODE_NAMES) : fc.constant(name);
  return fc.tuple(names, arbitraryNodeState).map(([nodeName, state]) => ({
    kind: 'Node',
    metadata: { name: nodeName, labels: state.labels },
    spec: { taints: state.taints },
  }));
}

function valuesOf(key: Key): fc.Arbitrary<string[]> {
  return fc.uniqueArray(fc.constantFrom<string>(...LABELS[key]), { minLength: 1, maxLength: 3 });
}

const setRequirement = anyKey.chain((key) =>
  fc.record({ key: fc.constant(key), operator: fc.constantFrom('In', 'NotIn'), values: valuesOf(key) }),
);
const presenceRequirement = fc.record({ key: anyKey, operator: fc.constantFrom('Exists', 'DoesNotExist') });
const comparison = fc.record({
  key: fc.oneof({ weight: 5, arbitrary: fc.constant<Key>('cores') }, { weight: 1, arbitrary: anyKey }),
  operator: fc.constantFrom('Gt', 'Lt'),
  values: fc.constantFrom(...BOUNDS, 'many').map((bound) => [bound]),
});
const expression: fc.Arbitrary<NodeSelectorRequirement> = fc.oneof(
  setRequirement,
  presenceRequirement,
  comparison,
);

function fieldRequirement(names: readonly string[]): fc.Arbitrary<NodeSelectorRequirement> {
  return fc.record({
    key: fc.constant('metadata.name'),
    operator: fc.constantFrom('In', 'NotIn', 'NotIn'),
    values: fc.constantFrom(...names).map((name) => [name]),
  });
}

/** Makes an affinity term; one in twenty is empty, which the API server accepts and no node matches. */
function arbitraryTerm(names: readonly string[]): fc.Arbitrary<NodeSelectorTerm> {
  return fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({ matchExpressions: fc.array(expression, { minLength: 1, maxLength: 2 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        matchFields: fc.array(fieldRequirement(names), { minLength: 1, maxLength: 2 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        matchExpressions: fc.array(expression, { minLength: 1, maxLength: 2 }),
        matchFields: fc.array(fieldRequirement(names), { minLength: 1, maxLength: 1 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom<NodeSelectorTerm>({}, { matchExpressions: [], matchFields: [] }),
    },
  );
}

const effect = fc.constantFrom<string | undefined>(
  undefined,
  undefined,
  '',
  ...EFFECTS,
  'NoExecute',
  'NoSchedule',
);
const equalToleration = fc.record(
  {
    key: fc.constantFrom(...TAINT_KEYS),
    operator: fc.constantFrom('', 'Equal'),
    value: fc.constantFrom(...TAINT_VALUES),
    effect,
  },
  { requiredKeys: ['key'] },
);
const existsToleration = fc.record(
  { key: fc.constantFrom(...TAINT_KEYS), operator: fc.constant('Exists'), effect },
  { requiredKeys: ['key', 'operator'] },
);
const catchAll = fc.record({ operator: fc.constant('Exists'), effect }, { requiredKeys: ['operator'] });

/** Makes tolerations: every operator, with and without key, value and effect. */
export const arbitraryToleration: fc.Arbitrary<Toleration> = fc.oneof(
  { weight: 6, arbitrary: equalToleration },
  { weight: 6, arbitrary: existsToleration },
  { weight: 1, arbitrary: catchAll },
);

const nodeSelector = anyKey.chain((key) =>
  fc.constantFrom<string>(...LABELS[key]).map((value): Record<string, string> => ({ [key]: value })),
);

/** Makes pod templates: each part is often absent, because one hard rule is enough to exclude most nodes. */
export function arbitraryTemplate(names: readonly string[] = NODE_NAMES): fc.Arbitrary<DaemonPodPlacement> {
  const terms = fc.array(arbitraryTerm(names), { minLength: 1, maxLength: 4 });
  const affinity = terms.map((nodeSelectorTerms) => ({
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
  }));
  return fc.record({
    nodeSelector: fc.oneof(
      { weight: 6, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: nodeSelector },
    ),
    affinity: fc.oneof({ weight: 1, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: affinity }),
    tolerations: fc.array(arbitraryToleration, { maxLength: 5 }),
    hostNetwork: fc.constantFrom(undefined, true),
  });
}
