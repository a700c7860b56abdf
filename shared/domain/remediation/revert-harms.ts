import { conditionOf } from '../causes/evidence.ts';
import { type AdditivePatch, operationsToRemove } from '../mitigations/additions.ts';
import type { ClusterChange } from '../mitigations/cluster-change.ts';
import type { ClusterNode } from '../mitigations/cluster-node.ts';
import { patched, valueAt } from '../mitigations/json-patch.ts';
import type { MitigationContext } from '../mitigations/mitigation.ts';
import { placementOwner } from '../mitigations/placement-owner.ts';
import { templateUnder } from '../mitigations/simulate.ts';
import { listed } from '../mitigations/wording.ts';
import { judgePlacement } from '../placement/daemonset-placement.ts';
import type { NodePlacement, PodPlacement } from '../placement-objects.ts';

/**
 * What taking changes back would do harm to, each in one sentence; none: nothing. A virt-handler is not taken from a node with
 * workload, also where it came with what is taken back: we would have orphaned it. The node that the changes were made for has none
 * to lose as long as its own is not Ready; of other nodes that may be a restart.
 */
export function revertHarms(
  changes: readonly ClusterChange[],
  context: MitigationContext,
): readonly string[] {
  const patches = changes.flatMap((it) =>
    it.action === 'patch' && it.additions !== undefined ? [{ ...it, additions: it.additions }] : [],
  );
  if (patches.length === 0) return [];
  const { placement } = context;
  if (placement === undefined)
    return ['The DaemonSet was not read: who would lose virt-handler cannot be told.'];
  const nodes = patches.reduce(withoutLabels, context.nodes);
  const template = patches.reduce(
    (before, patch) => templateWithout(before, patch, context),
    placement.template,
  );
  const lost = nodes.filter(
    ({ node, hasHandler, hasWorkload }) =>
      hasHandler &&
      hasWorkload &&
      !(node.metadata.name === context.nodeName && !isReady(context)) &&
      !judgePlacement(node, template).shouldRun &&
      ranBefore(node.metadata.name, context),
  );
  const names = lost.map(({ node }) => node.metadata.name).sort();
  return names.length === 0
    ? []
    : [`Nodes with workload that would lose their virt-handler: ${listed(names)}.`];
}

interface Patch extends AdditivePatch {
  readonly target: ClusterChange['target'];
}

/** The object once a patch is taken out of it; as it is where it cannot be taken out, which is not done then. */
function without<T extends object>(object: T, patch: Patch): T {
  const removal = operationsToRemove(object, patch);
  return removal.kind === 'operations' ? (patched(object, removal.operations) ?? object) : object;
}

function isReady({ handlerPod }: MitigationContext): boolean {
  return handlerPod !== undefined && conditionOf(handlerPod, 'Ready')?.status === 'True';
}

/** What runs although the rules exclude it already is not lost by this. */
function ranBefore(name: string, { nodes, placement }: MitigationContext): boolean {
  const now = nodes.find(({ node }) => node.metadata.name === name);
  return (
    now !== undefined && placement !== undefined && judgePlacement(now.node, placement.template).shouldRun
  );
}

function withoutLabels(nodes: readonly ClusterNode[], patch: Patch): readonly ClusterNode[] {
  return nodes.map((it) => {
    return it.node.metadata.uid === patch.target.uid ? { ...it, node: without(it.node, patch) } : it;
  });
}

function templateWithout(
  template: PodPlacement,
  patch: Patch,
  { kubeVirt, hyperConverged }: MitigationContext,
): PodPlacement {
  const owner = placementOwner(kubeVirt, hyperConverged);
  if (owner === undefined || owner.object.metadata.uid !== patch.target.uid) return template;
  const { object, path, policy } = owner;
  return templateUnder(template, policy, valueAt(without(object, patch), path) as NodePlacement | undefined);
}
