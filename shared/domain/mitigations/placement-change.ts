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
import { PatchDraft, type Path } from './json-patch.ts';
import {
  HOSTNAME,
  type PlacementChange,
  type PlacementTarget,
  policyTerms,
  TERMS,
} from './placement-target.ts';
import { removeRule } from './remove-rule.ts';

const ARCHITECTURE = 'kubernetes.io/arch';

/**
 * The changes of the policy that could bring virt-handler to a node, smallest first (facts/kubevirt.md, 5.3). None
 * where the policy has no say: a nodeSelector from customizeComponents or virt-operator itself, a `nodeName`; and none
 * where a toleration would be wrong. A term is added only where required affinity excludes the node or a nodeSelector
 * moves into it: in a placement without required affinity it would exclude every other node.
 */
export function placementChanges(target: PlacementTarget): readonly PlacementChange[] {
  if (!target.obstacles.every((obstacle) => isUpToPolicy(obstacle, target))) return [];
  if (target.obstacles.every(({ kind }) => kind === 'Taint')) return [withTolerations(target, undefined)];
  const changes = [removeRule(target), withTolerations(target, extendAffinity(target))];
  return changes.filter((change) => change !== undefined);
}

function isUpToPolicy(obstacle: Obstacle, { owner, kubeVirt }: PlacementTarget): boolean {
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
  { obstacles, owner }: PlacementTarget,
  change: PlacementChange | undefined,
): PlacementChange {
  const tolerations = obstacles.flatMap((obstacle) =>
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

/** Adds a term for the node. A nodeSelector that excludes it moves into every term of the policy: the two are ANDed. */
function extendAffinity(target: PlacementTarget): PlacementChange {
  const { owner, template, obstacles } = target;
  const draft = new PatchDraft(owner.object);
  const own = hostTerm(target);
  const folded = obstacles.flatMap((obstacle) =>
    obstacle.kind === 'NodeSelector'
      ? [{ key: obstacle.key, operator: 'In', values: [obstacle.wanted] }]
      : [],
  );
  const path: Path = [...owner.path, ...TERMS];
  const change = { code: 'ExtendPlacementAffinity', draft, caution: cautionFor(target) } as const;
  if (folded.length === 0) {
    draft.append(path, [own.term]);
    return { ...change, steps: [own.step] };
  }
  for (const { key } of folded) draft.removeTested([...owner.path, 'nodeSelector', key]);
  draft.set(path, [...foldInto(folded, template, owner.policy), own.term]);
  const keys = folded.map(({ key, values }) => `${key}=${values.join()}`).join(', ');
  const steps = [`move ${keys} from the nodeSelector into the required node affinity`, own.step];
  return { ...change, steps };
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

/** The node by its hostname label, as people write it, if only this node has it; else by its name. */
function hostTerm({ node, nodes }: PlacementTarget): {
  readonly term: NodeSelectorTerm;
  readonly step: string;
} {
  const { name } = node.metadata;
  const hostname = labelOf(node.metadata.labels, HOSTNAME);
  const isShared = nodes.some(
    (other) =>
      other.node.metadata.name !== name && labelOf(other.node.metadata.labels, HOSTNAME) === hostname,
  );
  const byLabel = hostname !== undefined && hostname !== '' && !isShared;
  const requirement = byLabel
    ? { key: HOSTNAME, operator: 'In', values: [hostname] }
    : { key: 'metadata.name', operator: 'In', values: [name] };
  return {
    term: byLabel ? { matchExpressions: [requirement] } : { matchFields: [requirement] },
    step: `add the affinity term ${requirement.key} In [${requirement.values.join()}]`,
  };
}

/** A rule on the architecture may be there because the images have no other (facts/kubevirt.md, 5.3). */
function cautionFor({ node, obstacles }: PlacementTarget): string {
  const keys = obstacles.flatMap((obstacle) => {
    if (obstacle.kind === 'NodeSelector') return [obstacle.key];
    if (obstacle.kind !== 'NodeAffinity') return [];
    return obstacle.terms.flatMap(({ failing }) => failing.map(({ requirement }) => requirement.key));
  });
  if (!keys.includes(ARCHITECTURE)) return '';
  const own = labelOf(node.metadata.labels, ARCHITECTURE) ?? 'its architecture';
  return `Only if KubeVirt's images are built for ${own} too.`;
}
