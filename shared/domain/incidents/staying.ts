import { type DurationMs, type EpochMs, elapsedMs } from '../units.ts';
import { isDefinite, isSameCauses, isSameProvenCauses, isSameWorkload } from './comparison.ts';
import { goneSince, severityOf, workloadOnly } from './consequences.ts';
import type { Announcement, Incident } from './incident.ts';
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
 * | Open | told | told when they have been others for the grace period: until then the record keeps what was told |
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
  const isSame = isSameCauses(previous, seen);
  switch (previous.state) {
    case 'Suspected':
      return isSame ? undefined : quietly({ ...previous, causes: seen.causes });
    case 'Open':
      return stayingOpen(previous, isSame, seen, { graceMs, now });
    case 'AtRisk':
    case 'Resolved':
      return isSame ? undefined : update(previous, seen);
  }
}

function stayingOpen(
  previous: Incident,
  isSame: boolean,
  seen: Observation,
  { graceMs, now }: { readonly graceMs: DurationMs; readonly now: EpochMs },
): Correction | undefined {
  const { otherCausesSince } = previous;
  if (isSame)
    return otherCausesSince === undefined ? undefined : quietly({ ...previous, otherCausesSince: undefined });
  const isPassing = elapsedMs(otherCausesSince ?? now, now) < graceMs && !isOtherwiseProven(previous, seen);
  if (!isPassing) return update(previous, seen);
  return otherCausesSince === undefined ? quietly({ ...previous, otherCausesSince: now }) : undefined;
}

/** That nothing is proven any more is told by what comes of it. */
function isOtherwiseProven(previous: Incident, seen: Observation): boolean {
  return seen.causes.some(isDefinite) && !isSameProvenCauses(previous, seen);
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
    otherCausesSince: undefined,
    ...workloadOnly(seen),
    goneVmis,
  };
  return { next, announce: 'updated' };
}
