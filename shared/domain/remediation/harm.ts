import { conditionOf } from '../causes/evidence.ts';
import { HANDLER_NAME } from '../installation.ts';
import type { ClusterChange } from '../mitigations/cluster-change.ts';
import type { ClusterNode } from '../mitigations/cluster-node.ts';
import { patched, valueAt } from '../mitigations/json-patch.ts';
import type { MitigationContext } from '../mitigations/mitigation.ts';
import { placementOwner } from '../mitigations/placement-owner.ts';
import { isInSync } from '../mitigations/policy-search.ts';
import { PlacementSimulation, templateUnder } from '../mitigations/simulate.ts';
import { listed } from '../mitigations/wording.ts';

import type { NodeObject, PodObject } from '../objects.ts';
import { judgePlacement } from '../placement/daemonset-placement.ts';
import type { NodePlacement, PodPlacement } from '../placement-objects.ts';
import type { Plan } from './plan.ts';

type Patch = Extract<ClusterChange, { action: 'patch' }>;

/**
 * What a plan would do harm to in the cluster as it is now, whenever it was made: each in one sentence, none when it harms
 * nobody. Its patches are carried out here on the objects as they are, and the placement that they lead to is tried on
 * every node: one that has a virt-handler has to keep it, also one without workload, and one that only a NoSchedule
 * taint spares until its pod is replaced (facts/operator-rollout.md, surprises 3 and 7).
 */
export function harmOf(plan: Plan, context: MitigationContext): readonly string[] {
  const changes = plan.steps.flatMap(({ change }) => change ?? []);
  const patches = changes.filter((change) => change.action === 'patch');
  return [
    ...changes.flatMap((change) => (change.action === 'delete' ? harmOfRestart(change, context) : [])),
    ...(patches.length === 0 ? [] : harmOfPatches(plan.node, patches, context)),
  ];
}

/** A virt-handler is worth restarting only where it does not work, and where the next one can. */
function harmOfRestart({ target }: ClusterChange, context: MitigationContext): readonly string[] {
  const { node, nodeName, placement, handlerPod } = context;
  const isSame = handlerPod !== undefined && handlerPod.metadata.uid === target.uid;
  const comesBack = node && placement && judgePlacement(node, placement.template).shouldRun;
  return [
    ...(isSame ? [] : [`The virt-handler pod ${target.name} is not there any more.`]),
    ...(isReady(handlerPod) ? [`${HANDLER_NAME} is Ready on ${nodeName}.`] : []),
    ...(isReady(node) ? [] : [`The node ${nodeName} is not Ready: a new pod could not start there.`]),
    ...(comesBack ? [] : [`The placement does not let a new ${HANDLER_NAME} pod onto ${nodeName}.`]),
  ];
}

function isReady(object: NodeObject | PodObject | undefined): boolean {
  return object !== undefined && conditionOf(object, 'Ready')?.status === 'True';
}

function harmOfPatches(
  nodeName: string,
  patches: readonly Patch[],
  context: MitigationContext,
): readonly string[] {
  const { placement } = context;
  if (placement === undefined)
    return ['The DaemonSet was not read: what the change does to the other nodes cannot be told.'];
  if (placement.isPending)
    return [
      'The placement policy was changed and is not in the DaemonSet yet: what comes of it is not known.',
    ];
  const nodes = nodesAfter(patches, context.nodes);
  const template = templateAfter(patches, context);
  if (nodes === undefined || template === undefined)
    return [
      'The objects are not those that the plan was made for, or have changed so that it no longer fits.',
    ];
  const target = nodes.find(({ node }) => node.metadata.name === nodeName);
  const isHelped = target !== undefined && judgePlacement(target.node, template).shouldRun;
  const helps = isHelped ? [] : [`It would not bring ${HANDLER_NAME} to ${nodeName} any more.`];
  // Without a new template no pod is replaced.
  if (template === placement.template) return helps;
  const { lost } = new PlacementSimulation(placement.template, nodes).outcomeOf(template);
  return [
    ...helps,
    ...(lost.length === 0 ? [] : [`Nodes that would lose their ${HANDLER_NAME}: ${listed(lost)}.`]),
    ...(nodes.some(({ node }) => judgePlacement(node, template).shouldRun)
      ? []
      : ['The placement would match no node: every virt-handler would be deleted at once.']),
  ];
}

/** The nodes with the labels of the patches; `undefined` when one is not there, or is another node by now. */
function nodesAfter(
  patches: readonly Patch[],
  nodes: readonly ClusterNode[],
): readonly ClusterNode[] | undefined {
  const after = [...nodes];
  for (const { target, operations } of patches.filter((it) => it.target.kind === 'Node')) {
    const index = after.findIndex(({ node }) => node.metadata.uid === target.uid);
    const before = after[index];
    const node = before && patched(before.node, operations);
    if (before === undefined || node === undefined) return undefined;
    after[index] = { ...before, node };
  }
  return after;
}

/** The DaemonSet's template once virt-operator has rolled the patches out; `undefined` when they do not fit what is there. */
function templateAfter(patches: readonly Patch[], context: MitigationContext): PodPlacement | undefined {
  const template = context.placement?.template;
  const ofPlacement = patches.filter(({ target }) => target.kind !== 'Node');
  const owner = placementOwner(context.kubeVirt, context.hyperConverged);
  if (ofPlacement.length === 0 || template === undefined) return template;
  if (owner === undefined || !isInSync(owner, context)) return undefined;
  const { kind, object, path, policy } = owner;
  if (!ofPlacement.every(({ target }) => target.kind === kind && target.uid === object.metadata.uid))
    return undefined;
  const operations = ofPlacement.flatMap((it) => it.operations);
  const changed = patched(object, operations);
  if (changed === undefined) return undefined;
  return templateUnder(template, policy, valueAt(changed, path) as NodePlacement | undefined);
}
