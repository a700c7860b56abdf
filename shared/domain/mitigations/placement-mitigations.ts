import { judgePlacement } from '../placement/daemonset-placement.ts';
import { describeUncurable, reviewPlacement } from './beyond-placement.ts';
import { labelNode } from './label-node.ts';
import type { Mitigation, MitigationContext } from './mitigation.ts';
import { labelsToFit, withLabels } from './node-labels.ts';
import { searchPolicy } from './policy-search.ts';
import { investigate, waitForRollout } from './repairs.ts';
import { currentPlacement } from './simulate.ts';

/**
 * What would let the DaemonSet controller put virt-handler on a node that the placement excludes, smallest first: a
 * label, a change of the policy, else what stands against both. Everything offered was simulated with the placement
 * rule; what does not bring the handler back, or takes one that is needed from another node, is not offered.
 */
export function placementMitigations(context: MitigationContext): readonly Mitigation[] {
  const { node, placement } = context;
  if (node === undefined || placement === undefined)
    return [reviewPlacement(context, 'the DaemonSet or the node was not read')];
  const { obstacles } = judgePlacement(node, placement.template);
  if (obstacles.length === 0) return [investigate(context)];
  if (placement.isPending)
    return [waitForRollout(context, 'The placement policy was changed and is not in the DaemonSet yet')];
  const label = labelOnly(context);
  const search = searchPolicy({ context, excluded: [{ node, obstacles }], placement });
  const found = [...(label === undefined ? [] : [label]), ...search.mitigations];
  const uncurable = describeUncurable(obstacles, context);
  if (found.length + uncurable.length > 0) return [...found, ...uncurable];
  return [reviewPlacement(context, search.reason)];
}

function labelOnly({ node, placement, nodes }: MitigationContext): Mitigation | undefined {
  if (node === undefined || placement === undefined) return undefined;
  const labels = labelsToFit(judgePlacement(node, placement.template).obstacles);
  if (labels === undefined) return undefined;
  if (!judgePlacement(withLabels(node, labels), placement.template).shouldRun) return undefined;
  const { name } = node.metadata;
  const hasHandler = nodes.some((it) => it.node.metadata.name === name && it.hasHandler);
  return labelNode(node, labels, hasHandler ? [] : [name]);
}

/**
 * A label and a toleration, where rules exclude a node that labels would cure and taints that only tolerations cure: a
 * smaller change than both in the policy, since the label touches no other node. In this order, because the label
 * alone does nothing. The toleration was simulated on the cluster with the label; neither replaces anything.
 */
export function labelThenTolerate(context: MitigationContext): readonly Mitigation[] {
  const { node, placement, nodes, daemonSet, kubeVirt } = context;
  if (node === undefined || placement === undefined) return [];
  const { obstacles } = judgePlacement(node, placement.template);
  const rules = obstacles.filter(({ kind }) => kind !== 'Taint');
  const labels = labelsToFit(rules);
  if (labels === undefined || rules.length === obstacles.length) return [];
  const labelled = withLabels(node, labels);
  const after = nodes.map((it) =>
    it.node.metadata.name === node.metadata.name ? { ...it, node: labelled } : it,
  );
  const label = labelNode(node, labels, []);
  const toleration = placementMitigations({
    ...context,
    node: labelled,
    nodes: after,
    placement: currentPlacement(daemonSet, kubeVirt, after),
  }).find(({ code }) => code === 'AddPlacementToleration');
  if (label?.risk !== 'Low' || toleration === undefined) return [];
  return [label, toleration];
}
