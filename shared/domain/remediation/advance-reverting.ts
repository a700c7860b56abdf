import { changeKey, ended, forgetting } from './history.ts';
import { type Look, type Next, recorded, telling } from './look.ts';
import type { Reason } from './reason.ts';
import type { Remediation, Run } from './remediation.ts';

const UNKNOWN: Reason = { code: 'Failed', message: 'The plan failed.' };

/** Takes back what was written, the last step first; no gate is asked, since recovery is never stopped. */
export function advanceReverting(look: Look, run: Run): Next {
  const last = look.remediation.changes.filter((it) => it.run === run.number).at(-1);
  if (last === undefined) return fail(look, run, '');
  const state = look.changeStates.get(changeKey(run.number, last.step)) ?? 'absent';
  if (state === 'absent' || state === 'gone') {
    return recorded(forgetting(look.remediation, run.number, last.step));
  }
  const harms = look.revertHarms(last.step);
  if (harms.length > 0) return fail(look, run, ` It was not taken back: ${harms.join(' ')}`);
  return { kind: 'revert', step: last.step };
}

/** The API server does not take the inverse: what was written stays, and is remembered for `undo`. */
export function revertRefused(look: Pick<Look, 'remediation' | 'now'>, run: Run, message: string): Next {
  return fail(look, run, ` It could not be taken back: ${message}`);
}

function fail(
  { remediation, now }: { readonly remediation: Remediation; readonly now: Look['now'] },
  run: Run,
  addition: string,
): Next {
  const { code, message } = run.failure ?? UNKNOWN;
  const reason = { code, message: `${message}${addition}`.slice(0, 1_000) };
  return {
    kind: 'record',
    remediation: ended({ ...remediation, run }, run, { outcome: 'Failed', reason, now }),
    tellings: [telling('failed', run, reason)],
    lock: 'release',
  };
}
