import { judgePlacement } from '../placement/daemonset-placement.ts';
import { validatePlacement } from '../placement/placement-validation.ts';
import type { NodePlacement } from '../placement-objects.ts';
import { inverseCommand, patchOfDraft } from './make-change.ts';
import type { Mitigation, MitigationContext } from './mitigation.ts';
import { isSamePolicy } from './placement-base.ts';
import { placementChanges } from './placement-change.ts';
import { type PlacementOwner, patchCommand, placementOwner } from './placement-owner.ts';
import type { ExcludedNode, PlacementChange } from './placement-target.ts';
import { type CurrentPlacement, type PolicyOutcome, templateUnder } from './simulate.ts';
import { listed } from './wording.ts';

export interface PolicySearch {
  readonly context: Pick<MitigationContext, 'nodes' | 'kubeVirt' | 'hyperConverged'>;
  /** The nodes that one change has to help; at least one. */
  readonly excluded: readonly ExcludedNode[];
  readonly placement: CurrentPlacement;
}

export interface PolicySearchResult {
  /** Smallest first. */
  readonly mitigations: readonly Mitigation[];
  /** Why there is none, if there is none. */
  readonly reason: string;
}

/** The changes of the placement policy that bring virt-handler to all of the nodes, and cost no node with workload its own. */
export function searchPolicy({ context, excluded, placement }: PolicySearch): PolicySearchResult {
  const owner = placementOwner(context.kubeVirt, context.hyperConverged);
  if (owner === undefined) return { mitigations: [], reason: 'the KubeVirt resource was not read' };
  if (!isInSync(owner, context))
    return { mitigations: [], reason: "HyperConverged's placement is not the one that KubeVirt has" };
  const { nodes, kubeVirt } = context;
  const { template } = placement;
  const changes = placementChanges({ excluded, nodes, template, owner, kubeVirt });
  const trials = changes.flatMap((change) => tryChange({ change, owner, excluded, placement }) ?? []);
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
  readonly excluded: readonly ExcludedNode[];
  readonly placement: CurrentPlacement;
}

interface Trial extends Attempt {
  readonly outcome: PolicyOutcome;
}

/** Judges a change by what its own patch makes of the policy; `undefined` when it does not help every node. */
function tryChange(attempt: Attempt): Trial | undefined {
  const { change, owner, excluded, placement } = attempt;
  const next = change.draft.read(owner.path) as NodePlacement | undefined;
  const changed = templateUnder(placement.template, owner.policy, next);
  const helps = excluded.every(({ node }) => judgePlacement(node, changed).shouldRun);
  if (!helps || !isAccepted(next)) return undefined;
  return { ...attempt, outcome: placement.simulation.outcomeOf(changed) };
}

/**
 * HyperConverged's placement that is not KubeVirt's is not all that decides: a change is on its way, its `jsonpatch`
 * annotation adds to it, or it has the field in a place that is not known here. Then nothing can be computed from it.
 */
export function isInSync(
  { kind, policy }: PlacementOwner,
  { kubeVirt }: Pick<MitigationContext, 'kubeVirt'>,
): boolean {
  if (kind === 'KubeVirt' || kubeVirt === undefined) return true;
  return isSamePolicy(policy, kubeVirt.spec?.workloads?.nodePlacement);
}

/** virt-operator's webhook tries the placement in a dry run and refuses what the API server refuses. */
function isAccepted(policy: NodePlacement | undefined): boolean {
  return validatePlacement(policy ?? {}).every(({ consequence }) => consequence !== 'Refused');
}

function toMitigation({ change, owner, outcome }: Trial): Mitigation | undefined {
  const { gained, lost, harmed } = outcome;
  const { code, draft, steps, caution } = change;
  const command = patchCommand(owner, draft.operations);
  if (harmed.length > 0 || command === undefined) return undefined;
  const sentences = [
    `In ${owner.kind}: ${steps.join('; ')}.`,
    caution,
    gained.length > 1 ? `Nodes that get a virt-handler: ${listed(gained)}.` : '',
    lost.length > 0 ? `Nodes without workload that lose theirs: ${listed(lost)}.` : '',
    'Every virt-handler restarts, one node after the other.',
    owner.kind === 'HyperConverged' ? 'The placement also holds for CDI and the other operands.' : '',
  ];
  const { kind, apiVersion, object, resource } = owner;
  const { metadata } = object;
  return {
    code,
    summary: sentences.filter((sentence) => sentence !== '').join(' '),
    command,
    inverse: inverseCommand(resource, metadata, draft),
    change: patchOfDraft({ apiVersion, kind, metadata }, draft),
    risk: lost.length > 0 || caution !== '' ? 'High' : 'Medium',
    effects: { handlersGained: gained, handlersLost: lost, restartsEveryHandler: true },
    owner: kind,
  };
}
