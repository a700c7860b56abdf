import type { Incident } from '../incidents/incident.ts';
import { PASSING_GATES } from './gate.ts';
import type { Attempt, Remediation, Run } from './remediation.ts';

/** What people have to know of remediation: what waits for them, what happens, and what came of it; with the run or the attempt that it is about. */
export type Stage =
  | { readonly kind: 'Waiting' | 'Refused' | 'Running' | 'Reverting'; readonly of: Run }
  | { readonly kind: 'Succeeded' | 'Failed'; readonly of: Attempt };

/**
 * Where the remediation of an incident stands. `undefined`: there is nothing to say, also where a plan is only observed: the
 * incident's own message says what would help. What is over by itself waits for nobody any more.
 *
 * | the run | stage |
 * | --- | --- |
 * | proposed, and an approval is needed and missing | `Waiting` |
 * | proposed, and refused by a gate that does not open by itself | `Refused` |
 * | written, or being written | `Running` |
 * | being taken back | `Reverting` |
 * | none, or one that nothing is to be said of | what the last attempt of the episode came to |
 */
export function stageOf(
  { run, attempts }: Remediation,
  { state, episode }: Pick<Incident, 'state' | 'episode'>,
): Stage | undefined {
  const last = attempts.findLast((it) => it.episode === episode);
  const ended =
    last === undefined || last.outcome === 'Withdrawn'
      ? undefined
      : ({ kind: last.outcome, of: last } as const);
  if (run === undefined || run.episode !== episode || state === 'Resolved') return ended;
  const kind = kindOf(run);
  return kind === undefined ? ended : { kind, of: run };
}

function kindOf({
  phase,
  mode,
  approval,
  refusedFor,
}: Run): 'Waiting' | 'Refused' | 'Running' | 'Reverting' | undefined {
  if (phase === 'Reverting') return 'Reverting';
  if (phase !== 'Proposed') return 'Running';
  if (mode === 'Observe') return undefined;
  if (mode === 'Approve' && approval === undefined) return 'Waiting';
  return refusedFor.some((code) => !PASSING_GATES.has(code)) ? 'Refused' : undefined;
}

/** Such as `Waiting 2`: the same as long as there is no news for people. */
export function stageKey({ kind, of }: Stage): string {
  return `${kind} ${of.number}`;
}

/** Whether somebody has to do something, or be it to know that nothing is done. */
export function needsPeople({ kind }: Stage): boolean {
  return kind === 'Waiting' || kind === 'Refused' || kind === 'Failed';
}
