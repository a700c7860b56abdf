import type { ClusterChange } from '../mitigations/cluster-change.ts';
import { type EpochMs, elapsedMs } from '../units.ts';
import type { Reason } from './reason.ts';
import {
  type Attempt,
  type AttemptOutcome,
  MAX_ATTEMPTS,
  MAX_CONTESTS,
  type Remediation,
  type Run,
} from './remediation.ts';

/** How a run ends. */
export interface Ending {
  readonly outcome: AttemptOutcome;
  readonly reason: Reason;
  readonly now: EpochMs;
}

/** The memory with the run over: what it was, and what became of it. */
export function ended(remediation: Remediation, run: Run, { outcome, reason, now }: Ending): Remediation {
  const attempt: Attempt = {
    number: run.number,
    planId: run.plan.id,
    steps: stepsOf(run),
    episode: run.episode,
    outcome,
    reason,
    startedAt: run.startedAt,
    endedAt: now,
    by: run.approval?.by ?? '',
    isReverted: !remediation.changes.some((it) => it.run === run.number),
  };
  return {
    ...remediation,
    run: undefined,
    attempts: kept([...remediation.attempts, attempt]),
  };
}

/** As many as are kept. What was only withdrawn goes first: gates rest on what was done and failed. */
function kept(attempts: readonly Attempt[]): readonly Attempt[] {
  if (attempts.length <= MAX_ATTEMPTS) return attempts;
  const first = attempts.findIndex(({ outcome }) => outcome === 'Withdrawn');
  return kept(attempts.toSpliced(Math.max(0, first), 1));
}

/** `LabelNode`, or `LabelNode+AddPlacementToleration`. */
export function stepsOf({ plan }: Pick<Run, 'plan'>): string {
  return plan.steps.map(({ code }) => code).join('+');
}

/** Remembers a write before it is made: what is to be taken back is known also to whoever comes after a crash. */
export function remembering(
  remediation: Remediation,
  run: Run,
  change: ClusterChange,
  now: EpochMs,
): Remediation {
  // A pod that was deleted is made again by its DaemonSet: there is nothing to take back.
  if (change.action === 'delete') return remediation;
  const kept = remediation.changes.filter((it) => it.run !== run.number || it.step !== run.step);
  return { ...remediation, changes: [...kept, { run: run.number, step: run.step, change, at: now }] };
}

/** Forgets a change that is not in the cluster, or not ours any more. */
export function forgetting(remediation: Remediation, run: number, step: number): Remediation {
  return {
    ...remediation,
    changes: remediation.changes.filter((it) => it.run !== run || it.step !== step),
  };
}

/** Something of ours that somebody else took back. */
export interface Lost {
  /** When we wrote it. */
  readonly writtenAt: EpochMs;
  readonly what: string;
}

/** Remembers that somebody else took back what we had written. */
export function contested(remediation: Remediation, { writtenAt, what }: Lost, now: EpochMs): Remediation {
  const contest = { at: now, afterMs: elapsedMs(writtenAt, now), what: what.slice(0, 200) };
  return { ...remediation, contests: [...remediation.contests, contest].slice(-MAX_CONTESTS) };
}

/** What the state of a step in the cluster is known by, also of runs that are over. */
export function changeKey(run: number, step: number): string {
  return `${run}.${step}`;
}
