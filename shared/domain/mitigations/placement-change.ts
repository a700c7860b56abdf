import { groupBy } from '../collections.ts';
import type { NodeObject } from '../objects.ts';
import type { Obstacle } from '../placement/daemonset-placement.ts';
import { isEmptyTerm, labelOf } from '../placement/node-affinity.ts';
import { traceObstacle } from '../placement/placement-origin.ts';
import { taintMeaning } from '../placement/taints.ts';
import { tolerationOf } from '../placement/tolerations.ts';
import type {
  NodePlacement,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodPlacement,
} from '../placement-objects.ts';
import type { Path } from './json-patch.ts';
import { PatchDraft } from './patch-draft.ts';
import {
  type ExcludedNode,
  HOSTNAME,
  obstaclesOf,
  type PlacementChange,
  type PlacementTarget,
  policyTerms,
  TERMS,
} from './placement-target.ts';
import { removeRule, removeSelector } from './remove-rule.ts';
import { listed } from './wording.ts';

const ARCHITECTURE = 'kubernetes.io/arch';

/**
 * The changes of the policy that could bring virt-handler to nodes, smallest first (facts/kubevirt.md, 5.3). None
 * where the policy has no say: a nodeSelector from customizeComponents or virt-operator itself, a `nodeName`; and none
 * where a toleration would be wrong. A term is added only where required affinity excludes a node or a nodeSelector
 * moves into it: in a placement without required affinity it would exclude every other node.
 */
export function placementChanges(target: PlacementTarget): readonly PlacementChange[] {
  const obstacles = obstaclesOf(target.excluded);
  if (!obstacles.every((obstacle) => isUpToPolicy(obstacle, target))) return [];
  if (obstacles.every(({ kind }) => kind === 'Taint')) return [withTolerations(target, undefined)];
  const changes = [
    removeSelector(target),
    removeRule(target),
    withTolerations(target, extendAffinity(target)),
  ];
  return changes.filter((change) => change !== undefined);
}

/** Whether a change of the policy can and should take an obstacle out of the way. */
export function isUpToPolicy(
  obstacle: Obstacle,
  { owner, kubeVirt }: Pick<PlacementTarget, 'owner' | 'kubeVirt'>,
): boolean {
  switch (obstacle.kind) {
    case 'NodeName':
      return false;
    case 'Taint':
      return taintMeaning(obstacle.taint, kubeVirt) === 'Dedication';
    case 'NodeAffinity':
      return true;
    case 'NodeSelector':
      return traceObstacle(obstacle, owner.policy).every(({ origin }) => origin === 'PlacementPolicy');
  }
}

/** Adds the tolerations that are needed to a change, or to nothing. */
function withTolerations(
  { excluded, owner }: PlacementTarget,
  change: PlacementChange | undefined,
): PlacementChange {
  const tolerations = obstaclesOf(excluded).flatMap((obstacle) =>
    obstacle.kind === 'Taint' ? [tolerationOf(obstacle.taint)] : [],
  );
  const draft = change?.draft ?? new PatchDraft(owner.object);
  if (change !== undefined && tolerations.length === 0) return change;
  draft.append([...owner.path, 'tolerations'], tolerations);
  const steps = tolerations.map(
    ({ key, value, effect }) => `tolerate the taint ${key}${value ? `=${value}` : ''}:${effect}`,
  );
  return {
    code: change === undefined ? 'AddPlacementToleration' : 'ExtendPlacement',
    draft,
    steps: [...(change?.steps ?? []), ...steps],
    caution: change?.caution ?? '',
  };
}

/** Adds terms for the nodes. A nodeSelector that excludes one moves into every term of the policy: the two are ANDed. */
function extendAffinity(target: PlacementTarget): PlacementChange {
  const { owner, template } = target;
  const draft = new PatchDraft(owner.object);
  const obstacles = obstaclesOf(target.excluded);
  const own = hostTerms(target);
  const terms = own.map(({ term }) => term);
  const steps = own.map(({ step }) => step);
  const folded = obstacles.flatMap((obstacle) =>
    obstacle.kind === 'NodeSelector'
      ? [{ key: obstacle.key, operator: 'In', values: [obstacle.wanted] }]
      : [],
  );
  const path: Path = [...owner.path, ...TERMS];
  const change = { code: 'ExtendPlacementAffinity', draft, caution: cautionFor(target) } as const;
  if (folded.length === 0) {
    draft.append(path, terms);
    return { ...change, steps };
  }
  for (const { key } of folded) draft.removeTested([...owner.path, 'nodeSelector', key]);
  draft.set(path, [...foldInto(folded, template, owner.policy), ...terms]);
  const keys = folded.map(({ key, values }) => `${key}=${values.join()}`).join(', ');
  return {
    ...change,
    steps: [`move ${keys} from the nodeSelector into the required node affinity`, ...steps],
  };
}

/**
 * The policy's terms with the selector's requirements in each. Where no required affinity restricts anything they make
 * a term of their own; beside terms of customizeComponents that term would only add nodes, so there is none.
 */
function foldInto(
  folded: readonly NodeSelectorRequirement[],
  template: PodPlacement,
  policy: NodePlacement | undefined,
): readonly NodeSelectorTerm[] {
  const required = template.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required === undefined) return [{ matchExpressions: folded }];
  return policyTerms(policy)
    .filter((term) => !isEmptyTerm(term))
    .map((term) => ({ ...term, matchExpressions: [...(term.matchExpressions ?? []), ...folded] }));
}

interface HostTerm {
  readonly term: NodeSelectorTerm;
  readonly step: string;
}

/** The nodes by their hostname labels, as people write it, in one term; by its name where the label is not a node's own. */
function hostTerms({ excluded, nodes }: PlacementTarget): readonly HostTerm[] {
  const owners = groupBy(nodes, ({ node }) => labelOf(node.metadata.labels, HOSTNAME));
  const hostnames: string[] = [];
  const names: string[] = [];
  // One that only taints keep out matches a term already.
  for (const { node } of excluded.filter(isRuledOut)) {
    const hostname = labelOf(node.metadata.labels, HOSTNAME);
    const isOwn = hostname && owners.get(hostname)?.every((it) => isSameNode(it.node, node)) !== false;
    if (isOwn) hostnames.push(hostname);
    else names.push(node.metadata.name);
  }
  const byLabel = hostnames.length === 0 ? [] : [hostTerm('matchExpressions', HOSTNAME, hostnames)];
  // A field takes one value only.
  return [...byLabel, ...names.map((name) => hostTerm('matchFields', 'metadata.name', [name]))];
}

function hostTerm(
  list: 'matchExpressions' | 'matchFields',
  key: string,
  values: readonly string[],
): HostTerm {
  return {
    term: { [list]: [{ key, operator: 'In', values }] },
    step: `add the affinity term ${key} In [${listed(values)}]`,
  };
}

function isRuledOut({ obstacles }: ExcludedNode): boolean {
  return obstacles.some(({ kind }) => kind !== 'Taint');
}

function isSameNode(left: NodeObject, right: NodeObject): boolean {
  return left.metadata.name === right.metadata.name;
}

/** A rule on the architecture may be there because the images have no other (facts/kubevirt.md, 5.3). */
function cautionFor({ excluded }: PlacementTarget): string {
  const keys = obstaclesOf(excluded).flatMap((obstacle) => {
    if (obstacle.kind === 'NodeSelector') return [obstacle.key];
    if (obstacle.kind !== 'NodeAffinity') return [];
    return obstacle.terms.flatMap(({ failing }) => failing.map(({ requirement }) => requirement.key));
  });
  if (!keys.includes(ARCHITECTURE)) return '';
  const own = new Set(
    excluded.map(({ node }) => labelOf(node.metadata.labels, ARCHITECTURE) ?? 'its architecture'),
  );
  return `Only if KubeVirt's images are built for ${[...own].join(', ')} too.`;
}
