import { listed } from '../../mitigations/wording.ts';
import { describeCount, describeTime } from '../../notifications/wording.ts';
import { elapsedMs } from '../../units.ts';
import { budgetOf, eligibleNodes } from '../budget.ts';
import type { IncidentSummary } from '../situation.ts';
import { stormOf } from '../storm.ts';
import { type Answer, closed, open, whenRead } from './gate-answer.ts';
import { touchedBy, type Write } from './gate-input.ts';
import { hasWritten } from './history-gates.ts';

const RECORDS = 'What is done about other nodes';

/** Whether what is being done, was done within the cooldown, and would be done, is not too much at once. */
export function withinBudget(write: Write): Answer {
  return withBudget(write, (budget, eligible, records) => {
    const others = records.filter(({ incident }) => incident.node !== write.node);
    const busy = others.flatMap((it) => busyNodes(it, write));
    const touched = [...new Set([...write.touches, ...busy])].sort();
    const seen = `${describeCount(touched.length, 'node')} would be touched at once (${listed(touched)})`;
    const allowed = `the budget is ${budget} of ${describeCount(eligible, 'node')} that should have a virt-handler`;
    return touched.length <= budget ? open(`${seen}; ${allowed}.`) : closed(`${seen}, but ${allowed}.`);
  });
}

/** Whether no more nodes are open, or were within the storm's cooldown, than the budget. */
export function noStorm(write: Write): Answer {
  const { policy, situation } = write;
  return withBudget(write, (budget, _, records) => {
    const storm = stormOf(records, budget, policy.stormCooldownMs, situation.now);
    if (storm === undefined)
      return open(`No more than ${describeCount(budget, 'node')}, the budget, are open.`);
    const { since, until, open: openNow, peak } = storm;
    const end =
      until === undefined
        ? 'until it has been calm for the cooldown'
        : `until ${describeTime(until)} if it stays calm`;
    return closed(
      `A storm is on since ${describeTime(since)}, ${end}: ${describeCount(openNow, 'node')} open, at most ${peak} at once, and the budget is ${budget}.`,
    );
  });
}

/** Whether nobody else remediates. */
export function oneAtATime({ situation: { now, interlocks }, lockHolder }: Write): Answer {
  return whenRead(interlocks.ownLock, 'Whether somebody else remediates', (hold) => {
    if (hold === undefined) return open('Nobody holds the lock.');
    const { holder, until } = hold;
    if (holder === lockHolder) return open('The lock is ours.');
    if (until !== undefined && until <= now)
      return open(`The lock of ${holder} expired at ${describeTime(until)}.`);
    return closed(`${holder} holds the lock${until === undefined ? '' : ` until ${describeTime(until)}`}.`);
  });
}

/** Both rest on the budget and on the records of all nodes. */
function withBudget(
  { situation, policy }: Write,
  judge: (budget: number, eligible: number, records: readonly IncidentSummary[]) => Answer,
): Answer {
  return whenRead(eligibleNodes(situation), 'How many nodes should have a virt-handler', ({ length }) =>
    whenRead(situation.incidents, RECORDS, (records) =>
      judge(budgetOf(policy.budget, length), length, records),
    ),
  );
}

/** The nodes that another node's remediation touches now, or did within the cooldown. */
function busyNodes(
  { incident, remediation }: IncidentSummary,
  { policy, situation }: Write,
): readonly string[] {
  const { run, attempts } = remediation;
  if (run !== undefined && run.phase !== 'Proposed') return touchedBy(run.plan);
  const isRecent = attempts.some(
    (it) => hasWritten(it) && elapsedMs(it.endedAt, situation.now) < policy.cooldownMs,
  );
  return isRecent ? [incident.node] : [];
}
