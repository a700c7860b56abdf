import { type DurationMs, type EpochMs, elapsedMs } from '../units.ts';
import { isDefinite, isSameCauses, isSameWorkload } from './comparison.ts';
import { goneSince, severityOf, workloadOnly } from './consequences.ts';
import type { Announcement, Incident, IncidentCause } from './incident.ts';
import type { Observation } from './observation.ts';

/** What is new about an incident whose state stays. */
export interface Correction {
  readonly next: Incident;
  /** `undefined` when the record is corrected quietly, with the same revision. */
  readonly announce: Announcement | undefined;
}

/**
 * What becomes of an incident whose state stays; `undefined` for nothing. Changes are told as an update, but not the
 * causes that a handler goes through within seconds when it starts:
 *
 * | state | the workload or the proven causes are others | only other causes are, none of them newly proven |
 * | --- | --- | --- |
 * | AtRisk | told | told |
 * | Suspected | told; a proven cause opens it, see `transition` | the record is corrected quietly |
 * | Open | told | told when they have been others than what was told for the grace period; the record is corrected quietly |
 *
 * So whoever follows an open incident hears of its handler's way back once: that it is resolved.
 */
export function staying(
  previous: Incident,
  seen: Observation,
  graceMs: DurationMs,
  now: EpochMs,
): Correction | undefined {
  if (!isSameWorkload(previous, seen)) return update(previous, seen);
  const isSame = isSameCauses(previous.causes, seen.causes);
  switch (previous.state) {
    case 'Suspected':
      return isSame ? undefined : quietly({ ...previous, causes: seen.causes });
    case 'Open':
      return stayingOpen(previous, seen, graceMs, now);
    case 'AtRisk':
    case 'Resolved':
      return isSame ? undefined : update(previous, seen);
  }
}

function stayingOpen(
  previous: Incident,
  seen: Observation,
  graceMs: DurationMs,
  now: EpochMs,
): Correction | undefined {
  const told = previous.toldCauses?.causes ?? previous.causes;
  const othersSince = previous.toldCauses?.othersSince ?? now;
  const areTold = isSameCauses(told, seen.causes);
  const isDue = elapsedMs(othersSince, now) >= graceMs || isOtherwiseProven(told, seen.causes);
  if (!areTold && isDue) return update(previous, seen);
  if (isSameCauses(previous.causes, seen.causes)) return undefined;
  return quietly({
    ...previous,
    causes: seen.causes,
    toldCauses: areTold ? undefined : { causes: told, othersSince },
  });
}

/** That nothing is proven any more is told by what comes of it. */
function isOtherwiseProven(told: readonly IncidentCause[], seen: readonly IncidentCause[]): boolean {
  return seen.some(isDefinite) && !isSameCauses(told.filter(isDefinite), seen.filter(isDefinite));
}

function quietly(next: Incident): Correction {
  return { next, announce: undefined };
}

function update(previous: Incident, seen: Observation): Correction {
  const goneVmis = previous.state === 'AtRisk' ? [] : goneSince(previous, seen);
  const next: Incident = {
    ...previous,
    severity: severityOf(previous.state, goneVmis),
    revision: previous.revision + 1,
    causes: seen.causes,
    toldCauses: undefined,
    ...workloadOnly(seen),
    goneVmis,
  };
  return { next, announce: 'updated' };
}
