import { describeCount, describeDuration, describeTime } from '../../notifications/wording.ts';
import { durationMs, type EpochMs, elapsedMs, epochMs } from '../../units.ts';
import type { Attempt } from '../remediation.ts';
import { type Answer, closed, open } from './gate-answer.ts';
import type { GateInput } from './gate-input.ts';

/** Source: facts/field.md, 4.8: three failures block for an hour, three plans without effect end in people. */
const MAX_FAILURES = 3;
const BLOCK_MS = durationMs(60 * 60 * 1_000);
/** Once may be a slip; whoever does it again means it. Source: issue 6. */
const ENOUGH_CONTESTS = 2;

/** Whether an attempt changed anything. */
export function hasWritten({ startedAt }: Pick<Attempt, 'startedAt'>): boolean {
  return startedAt !== undefined;
}

/** Whether the node was left alone for long enough after what was done about it last. */
export function cooledDown({
  summary: { remediation },
  situation: { now },
  policy,
  plan,
}: GateInput): Answer {
  const ends = remediation.attempts.filter(hasWritten).map(({ endedAt }) => endedAt);
  if (ends.length === 0) return open(`Nothing was done about ${plan.node} before.`);
  const last = epochMs(Math.max(...ends));
  const seen = `Something was done about ${plan.node} until ${describeTime(last)}`;
  return elapsedMs(last, now) >= policy.cooldownMs
    ? open(`${seen}; it is left alone for ${describeDuration(policy.cooldownMs)}.`)
    : closed(
        `${seen}: it is left alone for ${describeDuration(policy.cooldownMs)}, until ${describeTime(epochMs(last + policy.cooldownMs))}.`,
      );
}

/** Whether fewer than three plans failed on the node within an hour. */
export function notBlocked({ summary: { remediation }, situation: { now }, plan }: GateInput): Answer {
  const recent = remediation.attempts
    .filter(({ outcome, endedAt }) => outcome === 'Failed' && elapsedMs(endedAt, now) < BLOCK_MS)
    .map(({ endedAt }) => endedAt)
    .sort((a, b) => a - b);
  const seen = `${describeCount(recent.length, 'plan')} failed on ${plan.node} within an hour`;
  const freeing = recent.at(-MAX_FAILURES);
  return freeing === undefined
    ? open(`${seen}; ${MAX_FAILURES} block it.`)
    : closed(`${seen}: it is blocked until ${describeTime(epochMs(freeing + BLOCK_MS))}.`);
}

/** Whether fewer than three plans were without effect in this episode; else a person is needed. */
export function notExhausted({ summary: { incident, remediation }, plan }: GateInput): Answer {
  const failed = remediation.attempts.filter(
    ({ outcome, episode }) => outcome === 'Failed' && episode === incident.episode,
  );
  const seen = `${describeCount(failed.length, 'plan')} failed in this episode of ${plan.node}`;
  return failed.length < MAX_FAILURES
    ? open(`${seen}; after ${MAX_FAILURES} people are needed.`)
    : closed(`${seen}: people are needed.`);
}

/** Whether nobody has taken back twice what we did: in the last hour, or in this episode. */
export function uncontested({ summary, situation: { now }, plan }: GateInput): Answer {
  const began = episodeBegan(summary);
  const contests = summary.remediation.contests.filter(
    ({ at }) => elapsedMs(at, now) < BLOCK_MS || at >= began,
  );
  const last = contests.at(-1);
  if (last === undefined) return open(`Nobody has taken back what was done about ${plan.node}.`);
  const seen = `Somebody else took back what was done about ${plan.node}, ${contests.length === 1 ? 'once' : `${contests.length} times`}, the last time at ${describeTime(last.at)}, ${describeDuration(last.afterMs)} after it: ${last.what}`;
  return contests.length < ENOUGH_CONTESTS ? open(`${seen}.`) : closed(`${seen}. It stops here.`);
}

/** An episode may have been resolved in between: its first attempt came before that. */
function episodeBegan({ incident, remediation }: GateInput['summary']): EpochMs {
  const attempts = remediation.attempts.filter(({ episode }) => episode === incident.episode);
  const times = attempts.map(({ startedAt, endedAt }) => startedAt ?? endedAt);
  return epochMs(Math.min(incident.since, ...times));
}
