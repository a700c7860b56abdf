import { closedGates, firstClosed, type Gate } from './gate.ts';
import { changeKey, ended, forgetting, remembering } from './history.ts';
import { type Look, type Next, recorded, telling } from './look.ts';
import type { Reason } from './reason.ts';
import type { Run } from './remediation.ts';

/** Writes a step of which the record knows already, unless it is there: whoever wrote it may have died before saying so. */
export function advanceWriting(look: Look, run: Run): Next {
  const state = look.changeStates.get(changeKey(run.number, run.step)) ?? 'absent';
  if (state === 'made') return stepMade(look, run, undefined);
  if (state === 'gone') return writeFailed(look, run, TARGET_GONE);
  // What the policy said itself holds only as long as it says so.
  const gates = look.gatesOf(run.plan, run.mode === 'Auto' ? undefined : run.approval);
  return closedGates(gates).length === 0 ? { kind: 'write', step: run.step } : stop(look, run, gates);
}

export const TARGET_GONE: Reason = {
  code: 'TargetGone',
  message: 'The object that was to be changed is not there any more, or was made anew.',
};

/** What follows when a step is in the cluster: the next one, which is recorded before it is written, or verification. */
export function stepMade(
  { remediation, now }: Pick<Look, 'remediation' | 'now'>,
  run: Run,
  generation: number | undefined,
): Next {
  const written = [
    ...run.written.filter(({ step }) => step !== run.step),
    { step: run.step, at: now, generation },
  ];
  const following = run.plan.steps[run.step + 1]?.change;
  const next: Run = {
    ...run,
    written,
    since: now,
    step: run.step + 1,
    phase: following === undefined ? 'Verifying' : 'Writing',
  };
  const base = { ...remediation, run: next };
  const remembered = following === undefined ? base : remembering(base, next, following, now);
  return recorded(remembered);
}

/** A gate has closed: before anything was written the plan waits again, after that it is taken back. */
function stop({ remediation, now }: Look, run: Run, gates: readonly Gate[]): Next {
  const reason = firstClosed(gates) ?? TARGET_GONE;
  if (run.written.length > 0) return revert({ remediation, now }, { ...run, gates }, reason);
  const waiting: Run = {
    ...run,
    phase: 'Proposed',
    since: now,
    startedAt: undefined,
    gates,
    approval: run.mode === 'Auto' || closedGates(gates).includes('Approved') ? undefined : run.approval,
    refusedFor: [...new Set([...run.refusedFor, ...closedGates(gates)])],
    refusals: run.refusals + 1,
  };
  return {
    kind: 'record',
    remediation: { ...forgetting(remediation, run.number, run.step), run: waiting },
    tellings: [telling('refused', waiting, reason)],
    lock: 'release',
  };
}

/** The API server did not take a step, or had nothing to write it to. Nothing is left of it; of the steps before it there is. */
export function writeFailed(look: Pick<Look, 'remediation' | 'now'>, run: Run, reason: Reason): Next {
  const { now } = look;
  const remediation = forgetting(look.remediation, run.number, run.step);
  if (run.written.length > 0) return revert({ remediation, now }, run, reason);
  return {
    kind: 'record',
    remediation: ended({ ...remediation, run }, run, { outcome: 'Failed', reason, now }),
    tellings: [telling('failed', run, reason)],
    lock: 'release',
  };
}

/** Everything that was written is to be taken back. */
export function revert(
  { remediation, now }: Pick<Look, 'remediation' | 'now'>,
  run: Run,
  failure: Reason,
): Next {
  const next: Run = { ...run, phase: 'Reverting', since: now, failure };
  return recorded({ ...remediation, run: next });
}
