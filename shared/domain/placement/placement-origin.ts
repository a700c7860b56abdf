import type {
  NodePlacement,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  Toleration,
} from '../placement-objects.ts';
import type { Obstacle } from './daemonset-placement.ts';
import { isEmptyTerm } from './node-affinity.ts';
import { OS_DEFAULT, OS_LABEL } from './placement-injection.ts';

/**
 * Where a placement rule of the DaemonSet comes from, with the field that holds it.
 *
 * - `PlacementPolicy`: `spec.workloads.nodePlacement` of the KubeVirt resource holds it.
 * - `DaemonSet`: only the DaemonSet has it. `OperatorDefault` is virt-operator's own `kubernetes.io/os=linux`;
 *   `PodSpec` is customizeComponents, KubeVirt's own pod spec, or a policy change that has not been rolled out yet.
 * - `Node`: a taint.
 */
export type RuleOrigin =
  | { readonly origin: 'PlacementPolicy'; readonly path: string }
  | { readonly origin: 'DaemonSet'; readonly path: string; readonly source: 'OperatorDefault' | 'PodSpec' }
  | { readonly origin: 'Node'; readonly path: string };

const POLICY = 'spec.workloads.nodePlacement';
const TEMPLATE = 'spec.template.spec';
const REQUIRED = 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution';

/**
 * Traces an obstacle to where it can be changed: one origin for each rule in it, which is one for every kind but
 * `NodeAffinity`, where each term has its own, in the order of the terms. A rule that is in the policy and in
 * customizeComponents too, word for word, counts as the policy's: the DaemonSet alone does not show the difference.
 */
export function traceObstacle(obstacle: Obstacle, policy: NodePlacement | undefined): readonly RuleOrigin[] {
  switch (obstacle.kind) {
    case 'NodeName':
      return [fromPodSpec('nodeName')];
    case 'NodeSelector':
      return [selectorOrigin(obstacle.key, obstacle.wanted, policy)];
    case 'NodeAffinity':
      return obstacle.terms.length === 0
        ? [emptyAffinityOrigin(policy)]
        : obstacle.terms.map(({ index, term }) => termOrigin(term, index, policy));
    case 'Taint':
      return [{ origin: 'Node', path: 'spec.taints' }];
  }
}

/** Traces a `nodeSelector` entry of the DaemonSet. A key that the policy gives another value is not the policy's. */
export function selectorOrigin(key: string, value: string, policy: NodePlacement | undefined): RuleOrigin {
  const path = `nodeSelector[${key}]`;
  const selector = policy?.nodeSelector ?? {};
  const inPolicy = Object.hasOwn(selector, key);
  if (inPolicy && selector[key] === value) return { origin: 'PlacementPolicy', path: `${POLICY}.${path}` };
  const isDefault = !inPolicy && key === OS_LABEL && value === OS_DEFAULT;
  return {
    origin: 'DaemonSet',
    path: `${TEMPLATE}.${path}`,
    source: isDefault ? 'OperatorDefault' : 'PodSpec',
  };
}

/** Traces a required node affinity term of the DaemonSet, at `index` there. */
export function termOrigin(
  term: NodeSelectorTerm,
  index: number,
  policy: NodePlacement | undefined,
): RuleOrigin {
  const terms = policyRequired(policy)?.nodeSelectorTerms ?? [];
  const found = terms.findIndex((candidate) => isSameTerm(candidate, term));
  return (
    fromPolicyAt(`${REQUIRED}.nodeSelectorTerms`, found) ??
    fromPodSpec(`${REQUIRED}.nodeSelectorTerms[${index}]`)
  );
}

/** Traces a toleration of the DaemonSet, at `index` there. */
export function tolerationOrigin(
  toleration: Toleration,
  index: number,
  policy: NodePlacement | undefined,
): RuleOrigin {
  const found = (policy?.tolerations ?? []).findIndex((candidate) => isSameToleration(candidate, toleration));
  return fromPolicyAt('tolerations', found) ?? fromPodSpec(`tolerations[${index}]`);
}

function emptyAffinityOrigin(policy: NodePlacement | undefined): RuleOrigin {
  if (policyRequired(policy) === undefined) return fromPodSpec(REQUIRED);
  return { origin: 'PlacementPolicy', path: `${POLICY}.${REQUIRED}` };
}

function policyRequired(policy: NodePlacement | undefined) {
  return policy?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
}

function fromPolicyAt(list: string, index: number): RuleOrigin | undefined {
  return index === -1 ? undefined : { origin: 'PlacementPolicy', path: `${POLICY}.${list}[${index}]` };
}

function fromPodSpec(path: string): RuleOrigin {
  return { origin: 'DaemonSet', path: `${TEMPLATE}.${path}`, source: 'PodSpec' };
}

function isSameTerm(left: NodeSelectorTerm, right: NodeSelectorTerm): boolean {
  if (isEmptyTerm(left) || isEmptyTerm(right)) return isEmptyTerm(left) && isEmptyTerm(right);
  return (
    isSameList(left.matchExpressions, right.matchExpressions, isSameRequirement) &&
    isSameList(left.matchFields, right.matchFields, isSameRequirement)
  );
}

function isSameRequirement(left: NodeSelectorRequirement, right: NodeSelectorRequirement): boolean {
  return (
    left.key === right.key &&
    left.operator === right.operator &&
    isSameList(left.values, right.values, Object.is)
  );
}

/** The API server drops empty strings when it stores an object, so that "" and absent are one. */
function isSameToleration(left: Toleration, right: Toleration): boolean {
  const fields = ['key', 'operator', 'value', 'effect'] as const;
  return fields.every((field) => (left[field] ?? '') === (right[field] ?? ''));
}

function isSameList<Item>(
  left: readonly Item[] = [],
  right: readonly Item[] = [],
  isSame: (left: Item, right: Item) => boolean,
): boolean {
  return (
    left.length === right.length &&
    left.every((item, index) => index in right && isSame(item, right[index] as Item))
  );
}
