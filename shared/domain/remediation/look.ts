import type { Incident } from '../incidents/incident.ts';
import type { ChangeState } from '../mitigations/cluster-change.ts';
import type { EpochMs } from '../units.ts';
import type { Gate } from './gate.ts';
import type { Plan } from './plan.ts';
import type { Reason } from './reason.ts';
import type { Approval, Remediation, Run } from './remediation.ts';
import type { RemediationMode } from './remediation-policy.ts';
import type { SuccessSigns } from './success-signs.ts';

/** What is told of a run: each is an event type, see shared/events. */
export const REMEDIATION_STAGES = [
  'proposed',
  'approved',
  'started',
  'succeeded',
  'failed',
  'refused',
] as const;
export type RemediationStage = (typeof REMEDIATION_STAGES)[number];

/** One thing that is told: of a run as it was then, which may be over by now. */
export interface Telling {
  readonly stage: RemediationStage;
  readonly run: Run;
  readonly reason: Reason | undefined;
}

/** One look at an incident and what is done about it, with all that a decision rests on. */
export interface Look {
  readonly now: EpochMs;
  readonly incident: Incident;
  readonly remediation: Remediation;
  /** Made from the cluster as it is now, smallest first. */
  readonly plans: readonly Plan[];
  readonly modeOf: (plan: Plan) => RemediationMode;
  readonly gatesOf: (plan: Plan, approval: Approval | undefined) => readonly Gate[];
  /** One that came in and is good for this run; `undefined` when none did. */
  readonly approval: Approval | undefined;
  /** Whether what is being written, or was, is in the cluster: by `changeKey`. */
  readonly changeStates: ReadonlyMap<string, ChangeState>;
  /** Of a run in `Verifying`. */
  readonly signs: SuccessSigns;
  /** What taking back a step would do to others, in sentences; empty: nothing. */
  readonly revertHarms: (step: number) => readonly string[];
  /** For a run that starts now: see `Run`. */
  readonly withoutHandler: readonly string[];
}

/**
 * What is done next: nothing; something is recorded and told, with the lock taken before or given back after it; or something is written, of
 * which the record knows already.
 */
export type Next =
  | { readonly kind: 'rest' }
  | {
      readonly kind: 'record';
      readonly remediation: Remediation;
      readonly tellings: readonly Telling[];
      readonly lock: 'take' | 'keep' | 'release';
    }
  | { readonly kind: 'write'; readonly step: number }
  | { readonly kind: 'revert'; readonly step: number };

/** Nothing is done. */
export const REST: Next = { kind: 'rest' };

export function telling(stage: RemediationStage, run: Run, reason?: Reason): Telling {
  return { stage, run, reason };
}

/** What is recorded, and told, with the lock as it is. */
export function recorded(remediation: Remediation, tellings: readonly Telling[] = []): Next {
  return { kind: 'record', remediation, tellings, lock: 'keep' };
}
