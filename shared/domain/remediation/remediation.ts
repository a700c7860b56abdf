import type { ClusterChange } from '../mitigations/cluster-change.ts';
import type { DurationMs, EpochMs } from '../units.ts';
import type { Gate, GateCode } from './gate.ts';
import type { Plan } from './plan.ts';
import type { Reason } from './reason.ts';
import type { RemediationMode } from './remediation-policy.ts';

/**
 * Where a run is. `Proposed`: waits for an approval, a gate, or for ever; `Writing`: the step `step` is about to be written, or was and it is not
 * known yet; `Verifying`: all steps are written; `Reverting`: what was written is about to be taken back. What is over is an attempt.
 */
export const RUN_PHASES = ['Proposed', 'Writing', 'Verifying', 'Reverting'] as const;
export type RunPhase = (typeof RUN_PHASES)[number];

export interface Approval {
  /** Who, as far as it is known: never a secret. */
  readonly by: string;
  readonly at: EpochMs;
  /** The incident's revision that it was given for. */
  readonly revision: number;
  /** The plan that it was given for; `undefined` when only the revision was named, after the plan was proposed. */
  readonly planId: string | undefined;
}

/** A step that was written. */
export interface WrittenStep {
  /** Its index in the plan. */
  readonly step: number;
  readonly at: EpochMs;
  /** The generation that the object had after it, as the API server answered; `undefined` when that is not known. */
  readonly generation: number | undefined;
}

/** One plan under way. */
export interface Run {
  /** From 1 up in the life of the record: part of every event's id. */
  readonly number: number;
  readonly plan: Plan;
  /** What it was made for: it is worthless for any other. */
  readonly episode: number;
  readonly revision: number;
  /** What the policy said when it was proposed. */
  readonly mode: RemediationMode;
  readonly phase: RunPhase;
  /** When the phase began. */
  readonly since: EpochMs;
  readonly proposedAt: EpochMs;
  readonly approval: Approval | undefined;
  /** When the first step was about to be written. */
  readonly startedAt: EpochMs | undefined;
  /** The step that is being written; the number of steps once all are. */
  readonly step: number;
  readonly written: readonly WrittenStep[];
  /** Nodes, sorted, that should have had a Ready virt-handler when it started and had none: they count as lost by nobody. */
  readonly withoutHandler: readonly string[];
  /** Since when all signs of success are there; `undefined` while one is missing. */
  readonly successSince: EpochMs | undefined;
  /** As they were found last. */
  readonly gates: readonly Gate[];
  /** The closed gates that `remediation.refused` was published for last, and how often it was. */
  readonly refusedFor: readonly GateCode[];
  readonly refusals: number;
  /** Why it is taken back. */
  readonly failure: Reason | undefined;
}

/** `Withdrawn`: nothing was written, and it is no longer needed or no longer fits. */
export const ATTEMPT_OUTCOMES = ['Succeeded', 'Failed', 'Withdrawn'] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** What became of a plan. */
export interface Attempt {
  readonly number: number;
  readonly planId: string;
  /** The steps' codes, joined by `+`. */
  readonly steps: string;
  readonly episode: number;
  readonly outcome: AttemptOutcome;
  readonly reason: Reason;
  /** `undefined` when nothing was written. */
  readonly startedAt: EpochMs | undefined;
  readonly endedAt: EpochMs;
  readonly by: string;
  /** Whether nothing of it is left in the cluster; else it is in `changes`. */
  readonly isReverted: boolean;
}

/** What we put into the cluster and that is, as far as we know, still there. Written here before it is written there. */
export interface KeptChange {
  readonly run: number;
  readonly step: number;
  readonly change: ClusterChange;
  readonly at: EpochMs;
}

/** Somebody else took back what we did. */
export interface Contest {
  readonly at: EpochMs;
  /** How long after our write. */
  readonly afterMs: DurationMs;
  readonly what: string;
}

/** All that is remembered of remediation on one node. */
export interface Remediation {
  readonly run: Run | undefined;
  /** Newest last; at most MAX_ATTEMPTS, of which withdrawn ones are forgotten first. */
  readonly attempts: readonly Attempt[];
  readonly changes: readonly KeptChange[];
  /** Newest last; at most MAX_CONTESTS. */
  readonly contests: readonly Contest[];
  /** How many runs there ever were. */
  readonly runs: number;
}

export const MAX_ATTEMPTS = 20;
export const MAX_CONTESTS = 5;

export const NO_REMEDIATION: Remediation = {
  run: undefined,
  attempts: [],
  changes: [],
  contests: [],
  runs: 0,
};
