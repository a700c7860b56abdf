import { type DurationMs, durationMs, elapsedMs } from '../units.ts';
import { revert } from './advance-writing.ts';
import { changeKey, contested, ended, remembering } from './history.ts';
import { type Look, type Next, REST, recorded, telling } from './look.ts';
import { changesPlacement } from './plan.ts';
import type { Reason } from './reason.ts';
import type { Run } from './remediation.ts';
import { HOLD_MS } from './success-signs.ts';

const AT_ONCE: DurationMs = durationMs(0);
/** So often may somebody take back what we wrote before we leave it. */
const MAX_WRITES = 2;

/** Waits for success, without waiting: each look says how far it is. */
export function advanceVerifying(look: Look, run: Run): Next {
  const lost = run.written.find(({ step }) => isTakenBack(look, run, step));
  if (lost !== undefined) return whenContested(look, run, lost.step);
  const { missing, failure } = look.signs;
  if (failure !== undefined) return revert(look, run, failure);
  return missing.length === 0 ? whenThere(look, run) : whenMissing(look, run);
}

function isTakenBack({ changeStates }: Look, { number }: Run, step: number): boolean {
  const state = changeStates.get(changeKey(number, step));
  return state === 'absent' || state === 'partly';
}

/** Somebody else took back what was written: it is written once more, and no third time. */
function whenContested(look: Look, run: Run, step: number): Next {
  const { now } = look;
  const writtenAt = run.written.find((it) => it.step === step)?.at ?? run.since;
  const what = run.plan.steps[step]?.summary ?? '';
  const remediation = contested(look.remediation, { writtenAt, what }, now);
  const times = remediation.contests.filter(
    ({ at }) => run.startedAt !== undefined && at >= run.startedAt,
  ).length;
  if (times >= MAX_WRITES) {
    const message =
      `Somebody else took back ${times} times what was written (${run.plan.steps[step]?.code}): it is left to people. ` +
      'Find out who with `kubectl get -o yaml --show-managed-fields`.';
    return revert({ remediation, now }, run, { code: 'Contested', message });
  }
  const again: Run = { ...run, phase: 'Writing', since: now, step, successSince: undefined };
  const change = run.plan.steps[step]?.change;
  const base = { ...remediation, run: again };
  const next = change === undefined ? base : remembering(base, again, change, now);
  return recorded(next);
}

/** A roll-out says too early that it is done, so that its success has to hold. */
function whenThere({ remediation, now }: Look, run: Run): Next {
  const since = run.successSince ?? now;
  const holdMs = changesPlacement(run.plan) ? HOLD_MS : AT_ONCE;
  if (elapsedMs(since, now) >= holdMs) {
    const reason: Reason = {
      code: 'Recovered',
      message: `virt-handler is Ready on ${run.plan.node}, and was heard of.`,
    };
    return {
      kind: 'record',
      remediation: ended({ ...remediation, run }, run, { outcome: 'Succeeded', reason, now }),
      tellings: [telling('succeeded', run, reason)],
      lock: 'release',
    };
  }
  if (run.successSince !== undefined) return REST;
  return recorded({ ...remediation, run: { ...run, successSince: now } });
}

function whenMissing({ remediation }: Look, run: Run): Next {
  if (run.successSince === undefined) return REST;
  return recorded({ ...remediation, run: { ...run, successSince: undefined } });
}
