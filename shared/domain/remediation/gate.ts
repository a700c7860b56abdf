import type { Reason } from './reason.ts';

/**
 * What has to be open before anything is written, in the order in which people ask. Each is evaluated, also after the
 * first that is closed; one that cannot be read is closed. Source: design, section 9.
 */
export const GATE_CODES = [
  /** The node is orphaned now, and is the same node. */
  'StillOrphaned',
  /** It has been for longer than the hold-off. */
  'OldEnough',
  /** Every step is one that a program may make. */
  'Automated',
  /** The mode of the plan's steps and cause is `Auto`, or it was approved: not too long ago, for this revision of the incident and this plan. */
  'Approved',
  /** Nodes that are being remediated, or were within the cooldown, and those that the plan touches, are within the budget. */
  'WithinBudget',
  /** No more nodes are open than the budget, nor were within the cooldown. */
  'NoStorm',
  /** Nobody else remediates. */
  'OneAtATime',
  /** Nothing was done about this node within the cooldown. */
  'Cooldown',
  /** Fewer than three plans failed on this node within an hour. */
  'NotBlocked',
  /** Fewer than three plans were without effect in this episode. */
  'NotExhausted',
  /** Nobody else has taken back what we did, twice. */
  'Uncontested',
  /** No pause holds for the node. */
  'NotPaused',
  /** The node is not labelled to be left alone. */
  'NotOptedOut',
  /** A maintenance window is open, if there are any. */
  'MaintenanceWindow',
  /** The object is nobody's who would take the change back: no GitOps tool, no other operator. */
  'OwnerPermits',
  /** No rollout of KubeVirt, nor of the platform, is under way. */
  'KubeVirtSettled',
  /** No migration would be disturbed. */
  'NoMigration',
  /** No other remediator holds the node: a medik8s lease, a NodeMaintenance. */
  'NoOtherRemediator',
  /** By our own simulation over all nodes no node loses its virt-handler; one that is restarted is not Ready, on a node that is. */
  'HarmsNobody',
] as const;
export type GateCode = (typeof GATE_CODES)[number];

/** Those that open by themselves: people are not told of them, as events and metrics are. */
export const PASSING_GATES: ReadonlySet<GateCode> = new Set([
  'OldEnough',
  'OneAtATime',
  'Cooldown',
  'MaintenanceWindow',
  'KubeVirtSettled',
  'NoMigration',
] as const);

/** One gate, as it was found. */
export interface Gate {
  readonly code: GateCode;
  readonly open: boolean;
  /** What was seen, one sentence for people, at most 500 characters. */
  readonly message: string;
}

/** The codes of those that are closed. */
export function closedGates(gates: readonly Gate[]): readonly GateCode[] {
  return gates.filter(({ open }) => !open).map(({ code }) => code);
}

/** The first gate that is closed, as a reason; `undefined` when none is. */
export function firstClosed(gates: readonly Gate[]): Reason | undefined {
  const gate = gates.find(({ open }) => !open);
  return gate === undefined ? undefined : { code: gate.code, message: gate.message };
}
