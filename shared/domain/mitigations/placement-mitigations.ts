import type { NodeObject } from '../objects.ts';
import { judgePlacement, type Obstacle } from '../placement/daemonset-placement.ts';
import { labelOf } from '../placement/node-affinity.ts';
import { validatePlacement } from '../placement/placement-validation.ts';
import type { NodePlacement, PodPlacement } from '../placement-objects.ts';
import { describeUncurable, reviewPlacement } from './beyond-placement.ts';
import type { ClusterNode } from './cluster-node.ts';
import type { Mitigation, MitigationContext } from './mitigation.ts';
import { labelsToFit, withLabels } from './node-labels.ts';
import { isSamePolicy } from './placement-base.ts';
import { placementChanges } from './placement-change.ts';
import { type PlacementOwner, patchCommand, placementOwner } from './placement-owner.ts';
import type { PlacementChange } from './placement-target.ts';
import { investigate, waitForRollout } from './repairs.ts';
import { isCommandName, shellCommand } from './shell.ts';
import { type CurrentPlacement, type PolicyOutcome, templateUnder } from './simulate.ts';
import { listed } from './wording.ts';

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
  const label = labelNode(node, placement.template, context.nodes);
  const search = searchPolicy({ context, node, placement, obstacles });
  const found = [...(label === undefined ? [] : [label]), ...search.mitigations];
  const uncurable = describeUncurable(obstacles, context);
  if (found.length + uncurable.length > 0) return [...found, ...uncurable];
  return [reviewPlacement(context, search.reason)];
}

function labelNode(
  node: NodeObject,
  template: PodPlacement,
  nodes: readonly ClusterNode[],
): Mitigation | undefined {
  const { name } = node.metadata;
  const labels = labelsToFit(judgePlacement(node, template).obstacles);
  if (labels === undefined || !isCommandName(name)) return undefined;
  if (!judgePlacement(withLabels(node, labels), template).shouldRun) return undefined;
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const replaced = Object.keys(labels).flatMap((key) => {
    const actual = labelOf(node.metadata.labels, key);
    return actual === undefined ? [] : [`${key}=${actual}`];
  });
  const instead = replaced.length === 0 ? '' : ` in place of ${replaced.join(', ')}, if that is wrong`;
  const overwrite = replaced.length === 0 ? [] : ['--overwrite'];
  const hasHandler = nodes.some((it) => it.node.metadata.name === name && it.hasHandler);
  return {
    code: 'LabelNode',
    summary: `Label the node ${pairs.join(', ')}${instead}. No other virt-handler is touched.`,
    command: shellCommand('kubectl', 'label', 'node', name, ...pairs, ...overwrite),
    risk: replaced.length === 0 ? 'Low' : 'Medium',
    effects: { handlersGained: hasHandler ? [] : [name], handlersLost: [], restartsEveryHandler: false },
    owner: 'Node',
  };
}

interface PolicySearch {
  readonly context: MitigationContext;
  readonly node: NodeObject;
  readonly placement: CurrentPlacement;
  readonly obstacles: readonly Obstacle[];
}

interface PolicySearchResult {
  readonly mitigations: readonly Mitigation[];
  /** Why there is none, if there is none. */
  readonly reason: string;
}

function searchPolicy({ context, node, placement, obstacles }: PolicySearch): PolicySearchResult {
  const owner = placementOwner(context.kubeVirt, context.hyperConverged);
  if (owner === undefined) return { mitigations: [], reason: 'the KubeVirt resource was not read' };
  if (!isInSync(owner, context))
    return { mitigations: [], reason: "HyperConverged's placement is not the one that KubeVirt has" };
  const { nodes, kubeVirt } = context;
  const { template } = placement;
  const changes = placementChanges({ node, nodes, template, obstacles, owner, kubeVirt });
  const trials = changes.flatMap((change) => tryChange({ change, owner, node, placement }) ?? []);
  const harmed = [...new Set(trials.flatMap(({ outcome }) => outcome.harmed))].sort();
  return {
    mitigations: trials.flatMap((trial) => toMitigation(trial) ?? []),
    reason: harmed.length > 0 ? `what would bring virt-handler back takes it from ${listed(harmed)}` : NONE,
  };
}

const NONE = 'no change of it was found that is sure to work';

interface Attempt {
  readonly change: PlacementChange;
  readonly owner: PlacementOwner;
  readonly node: NodeObject;
  readonly placement: CurrentPlacement;
}

interface Trial extends Attempt {
  readonly outcome: PolicyOutcome;
}

/** Judges a change by what its own patch makes of the policy; `undefined` when it does not help the node. */
function tryChange(attempt: Attempt): Trial | undefined {
  const { change, owner, node, placement } = attempt;
  const next = change.draft.read(owner.path) as NodePlacement | undefined;
  const changed = templateUnder(placement.template, owner.policy, next);
  if (!judgePlacement(node, changed).shouldRun || !isAccepted(next)) return undefined;
  return { ...attempt, outcome: placement.simulation.outcomeOf(changed) };
}

/**
 * HyperConverged's placement that is not KubeVirt's is not all that decides: a change is on its way, its `jsonpatch`
 * annotation adds to it, or it has the field in a place that is not known here. Then nothing can be computed from it.
 */
function isInSync({ kind, policy }: PlacementOwner, { kubeVirt }: MitigationContext): boolean {
  if (kind === 'KubeVirt' || kubeVirt === undefined) return true;
  return isSamePolicy(policy, kubeVirt.spec?.workloads?.nodePlacement);
}

/** virt-operator's webhook tries the placement in a dry run and refuses what the API server refuses. */
function isAccepted(policy: NodePlacement | undefined): boolean {
  return validatePlacement(policy ?? {}).every(({ consequence }) => consequence !== 'Refused');
}

function toMitigation({ change, owner, outcome }: Trial): Mitigation | undefined {
  const { gained, lost, harmed } = outcome;
  const command = patchCommand(owner, change.draft.operations);
  if (harmed.length > 0 || command === undefined) return undefined;
  const sentences = [
    `In ${owner.kind}: ${change.steps.join('; ')}.`,
    change.caution,
    gained.length > 1 ? `Nodes that get a virt-handler: ${listed(gained)}.` : '',
    lost.length > 0 ? `Nodes without workload that lose theirs: ${listed(lost)}.` : '',
    'Every virt-handler restarts, one node after the other.',
    owner.kind === 'HyperConverged' ? 'The placement also holds for CDI and the other operands.' : '',
  ];
  return {
    code: change.code,
    summary: sentences.filter((sentence) => sentence !== '').join(' '),
    command,
    risk: lost.length > 0 || change.caution !== '' ? 'High' : 'Medium',
    effects: { handlersGained: gained, handlersLost: lost, restartsEveryHandler: true },
    owner: owner.kind,
  };
}
