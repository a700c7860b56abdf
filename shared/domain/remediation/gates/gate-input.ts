import type { MitigationOwner } from '../../mitigations/mitigation.ts';
import { changesPlacement, type Plan } from '../plan.ts';
import type { Approval, KeptChange } from '../remediation.ts';
import type { RemediationPolicy } from '../remediation-policy.ts';
import type { IncidentSummary, Situation } from '../situation.ts';

/** What both directions are judged by. */
interface CommonInput {
  readonly situation: Situation;
  readonly policy: RemediationPolicy;
  /** Why whoever owns the object would take the change back, each a phrase; none: nobody would. */
  readonly ownerObjections: readonly string[];
  /** What the change would harm by our own simulation, each a phrase; none: nothing. */
  readonly harms: readonly string[];
  /** Who we are for the Lease. */
  readonly lockHolder: string;
}

/** All that a plan's gates rest on. */
export interface GateInput extends CommonInput {
  readonly plan: Plan;
  /** The record of the plan's node. */
  readonly summary: IncidentSummary;
  readonly approval: Approval | undefined;
}

/** All that the gates rest on before changes of one node are taken back. */
export interface UndoInput extends CommonInput {
  readonly node: string;
  readonly changes: readonly KeptChange[];
}

/**
 * How far a write reaches. `Node`: a label, which disturbs nothing that runs; `HandlerPod`: one virt-handler restarts;
 * `Placement`: every virt-handler of the cluster does. Each disturbs what those before it do.
 */
export type Reach = 'Node' | 'HandlerPod' | 'Placement';

/** What a write is, whichever its direction. */
export interface Write extends CommonInput {
  readonly node: string;
  readonly reach: Reach;
  /** The nodes whose virt-handler it brings or takes, the node itself among them. */
  readonly touches: readonly string[];
}

/** A plan as a write. */
export function writeOf({ plan, ...common }: GateInput): Write {
  const reach = changesPlacement(plan)
    ? 'Placement'
    : reachOf(plan.steps.map(({ change, owner }) => change?.target.kind ?? owner));
  return { ...common, node: plan.node, reach, touches: touchedBy(plan) };
}

/** Taking changes back as a write. */
export function undoOf({ node, changes, ...common }: UndoInput): Write {
  return {
    ...common,
    node,
    reach: reachOf(changes.map(({ change }) => change.target.kind)),
    touches: [node],
  };
}

/** The plan's node, and those that get a virt-handler by it. */
export function touchedBy({ node, steps }: Pick<Plan, 'node' | 'steps'>): readonly string[] {
  return [...new Set([node, ...steps.flatMap(({ effects }) => effects.handlersGained)])];
}

function reachOf(owners: readonly MitigationOwner[]): Reach {
  if (owners.includes('KubeVirt') || owners.includes('HyperConverged')) return 'Placement';
  return owners.includes('Pod') ? 'HandlerPod' : 'Node';
}
