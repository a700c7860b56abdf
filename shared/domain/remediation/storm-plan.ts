import type { CauseCode } from '../causes/cause.ts';
import type { Mitigation, MitigationContext } from '../mitigations/mitigation.ts';
import { isUpToPolicy } from '../mitigations/placement-change.ts';
import { placementOwner } from '../mitigations/placement-owner.ts';
import type { ExcludedNode } from '../mitigations/placement-target.ts';
import { searchPolicy } from '../mitigations/policy-search.ts';
import { listed } from '../mitigations/wording.ts';
import { judgePlacement, type Obstacle } from '../placement/daemonset-placement.ts';
import type { Plan } from './plan.ts';
import { toPlan } from './to-plan.ts';

/**
 * One change at the source for many nodes at once: the rule that excludes them taken back out of the policy, terms for all of
 * them, tolerations for the taints that they share, or both in one patch. One that no other node gets a virt-handler by
 * is preferred. It was tried on every node of the cluster: all that it is for get a virt-handler, none loses one.
 *
 * Left out, and named in the summary, are nodes that no placement should help: with the taints of a node that is not Ready
 * or is drained, or not excluded at all.
 *
 * @param contexts - of the orphaned nodes of one cluster, made of the same facts
 * @returns a plan of one step in the name of the first of the nodes, whose effects name them all; `undefined` when it would
 *   be for fewer than two, or when there is no such change
 */
export function stormPlan(contexts: readonly MitigationContext[]): Plan | undefined {
  const sorted = [...contexts].sort((left, right) => (left.nodeName < right.nodeName ? -1 : 1));
  const excluded = sorted.flatMap((context) => excludedNode(context) ?? []);
  const names = new Set(excluded.map(({ node }) => node.metadata.name));
  const context = sorted.find(({ nodeName }) => names.has(nodeName));
  const [obstacle] = excluded[0]?.obstacles ?? [];
  if (context?.placement === undefined || context.placement.isPending) return undefined;
  if (obstacle === undefined || excluded.length < 2) return undefined;
  const { mitigations } = searchPolicy({ context, excluded, placement: context.placement });
  const harmless = mitigations.filter(({ effects }) => effects.handlersLost.length === 0);
  const smallest = harmless.find((it) => isOnlyFor(it, names)) ?? harmless[0];
  if (smallest === undefined) return undefined;
  const others = sorted.map(({ nodeName }) => nodeName).filter((name) => !names.has(name));
  const rest = others.length === 0 ? '' : ` It does not help ${listed(others)}.`;
  const step = { ...smallest, summary: `${smallest.summary}${rest}` };
  return toPlan([step], CAUSE_OF[obstacle.kind], context);
}

/** The node, if the placement keeps virt-handler from it and another placement should not. */
function excludedNode({
  node,
  placement,
  kubeVirt,
  hyperConverged,
}: MitigationContext): ExcludedNode | undefined {
  const owner = placementOwner(kubeVirt, hyperConverged);
  if (node === undefined || placement === undefined || owner === undefined) return undefined;
  const { obstacles } = judgePlacement(node, placement.template);
  const isCurable = obstacles.every((obstacle) => isUpToPolicy(obstacle, { owner, kubeVirt }));
  return isCurable && obstacles.length > 0 ? { node, obstacles } : undefined;
}

function isOnlyFor({ effects }: Mitigation, names: ReadonlySet<string>): boolean {
  return effects.handlersGained.every((name) => names.has(name));
}

const CAUSE_OF: Readonly<Record<Obstacle['kind'], CauseCode>> = {
  NodeName: 'Unknown',
  NodeSelector: 'NodeSelectorMismatch',
  NodeAffinity: 'NodeAffinityMismatch',
  Taint: 'TaintNotTolerated',
};
