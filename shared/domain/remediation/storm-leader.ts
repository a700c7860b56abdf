import type { Incident } from '../incidents/incident.ts';
import type { EpochMs } from '../units.ts';
import type { RemediationPolicy } from './remediation-policy.ts';
import type { IncidentSummary } from './situation.ts';
import { stormOf } from './storm.ts';

/**
 * The incident that speaks for all while a storm is on: of those that are open the one that was opened first, by name among equals, so that every
 * process knows the same one without asking.
 *
 * @returns `undefined` when there is no storm, or nothing is open in it. The absolute budget decides, which needs no more than the records; where the
 *   percentage is stricter the gates say so
 */
export function leaderOf(
  records: readonly IncidentSummary[],
  { budget, stormCooldownMs }: Pick<RemediationPolicy, 'budget' | 'stormCooldownMs'>,
  now: EpochMs,
): Incident | undefined {
  const open = records.map(({ incident }) => incident).filter(({ state }) => state === 'Open');
  // One node alone is no storm, whatever the budget: it has a plan of its own.
  if (open.length < 2 || stormOf(records, budget.nodes, stormCooldownMs, now) === undefined) return undefined;
  return open.sort(byOpening)[0];
}

function byOpening(a: Incident, b: Incident): number {
  const difference = (a.openedAt ?? 0) - (b.openedAt ?? 0);
  if (difference !== 0) return difference;
  return a.node < b.node ? -1 : 1;
}
