import type { Incident } from '../incidents/incident.ts';
import { type DurationMs, type EpochMs, epochMs } from '../units.ts';
import type { IncidentSummary } from './situation.ts';

/** More nodes are open, or were within the cooldown, than the budget. */
export interface Storm {
  /** When there were first more; times of calm that were shorter than the cooldown do not end it. */
  readonly since: EpochMs;
  /** When it ends if it stays calm; `undefined` while more nodes are open than the budget. */
  readonly until: EpochMs | undefined;
  /** How many are open now. */
  readonly open: number;
  /** The most that were open at once. */
  readonly peak: number;
}

/**
 * Tells whether a storm is on: then nothing new is begun. It is computed from the records alone, which are kept for 30 minutes
 * after the resolution: the cooldown must not be longer. What is only at risk or suspected does not count.
 *
 * @param budget - how many nodes may be open without a storm
 * @returns `undefined` when it is calm, and has been for the cooldown
 */
export function stormOf(
  records: readonly Pick<IncidentSummary, 'incident'>[],
  budget: number,
  cooldownMs: DurationMs,
  now: EpochMs,
): Storm | undefined {
  const levels = levelsOf(records.flatMap(({ incident }) => openTimes(incident, now)));
  const storm = stretchesOver(levels, budget).reduce<Stretch | undefined>(
    (current, next) => joined(current, next, cooldownMs),
    undefined,
  );
  if (storm === undefined) return undefined;
  const until = storm.to === undefined ? undefined : epochMs(storm.to + cooldownMs);
  if (until !== undefined && until <= now) return undefined;
  return { since: storm.from, until, open: levels.at(-1)?.open ?? 0, peak: storm.peak };
}

/** A time in which more were open than the budget. */
interface Stretch {
  readonly from: EpochMs;
  /** `undefined`: it is not over. */
  readonly to: EpochMs | undefined;
  readonly peak: number;
}

function stretchesOver(levels: readonly Level[], budget: number): readonly Stretch[] {
  return levels.flatMap(({ from, open }, index) =>
    open > budget ? [{ from, to: levels[index + 1]?.from, peak: open }] : [],
  );
}

/** One storm, unless it had been calm for the cooldown between the two. */
function joined(current: Stretch | undefined, next: Stretch, cooldownMs: DurationMs): Stretch {
  if (current?.to === undefined || current.to + cooldownMs <= next.from) return next;
  return { from: current.from, to: next.to, peak: Math.max(current.peak, next.peak) };
}

/** From `from` on so many are open. */
interface Level {
  readonly from: EpochMs;
  readonly open: number;
}

interface OpenTime {
  readonly from: EpochMs;
  /** `undefined`: it is open still. */
  readonly to: EpochMs | undefined;
}

/** When a node was open, up to now. Clocks of those who wrote it may be ahead of ours: what is to come has begun, and is not over. */
function openTimes({ state, since, openedAt, resolvedAt }: Incident, now: EpochMs): readonly OpenTime[] {
  const from = openedAt ?? (state === 'Open' ? since : undefined);
  if (from === undefined) return [];
  const isOver = resolvedAt !== undefined && resolvedAt <= now;
  return [{ from: epochMs(Math.min(from, now)), to: isOver ? resolvedAt : undefined }];
}

/** How many were open at once, from each change on, in the order of time. */
function levelsOf(times: readonly OpenTime[]): readonly Level[] {
  const changes = new Map<EpochMs, number>();
  const change = (at: EpochMs, by: number) => changes.set(at, (changes.get(at) ?? 0) + by);
  for (const { from, to } of times) {
    if (to !== undefined && to <= from) continue;
    change(from, 1);
    if (to !== undefined) change(to, -1);
  }
  let open = 0;
  return [...changes]
    .sort(([a], [b]) => a - b)
    .map(([from, by]) => {
      open += by;
      return { from, open };
    });
}
