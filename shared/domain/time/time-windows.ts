import type { EpochMs } from '../units.ts';
import { DAY_MS, type TimeZone, type WallMs, wallAt, wallStretch } from './time-zone.ts';

/** From Monday, as ISO 8601 counts. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** A time that comes again: routes tell nobody in it, or remediation waits for it. */
export interface TimeWindow {
  readonly name: string;
  readonly timeZone: TimeZone;
  /** The days on which it begins. */
  readonly weekdays: readonly Weekday[];
  /** Time of day at which it begins, in milliseconds since midnight as clocks show it; below a day. */
  readonly fromMs: number;
  /** Time of day at which it ends, up to a whole day; on the next day when it is not after `fromMs`. */
  readonly toMs: number;
  /** The first and the last date on which it begins, as midnights on the wall; always unless told. */
  readonly dates: { readonly first: WallMs; readonly last: WallMs } | undefined;
}

/** Until when something holds; `undefined`: as far as can be seen. */
export interface Held {
  readonly until: EpochMs | undefined;
}

/** 1970-01-01 was a Thursday. */
const EPOCH_WEEKDAY = WEEKDAYS.indexOf('thu');
/** After a week without a gap there is none. */
const DAYS_OF_WEEK = WEEKDAYS.length;

/**
 * Tells whether a window is open, and until when. Windows follow the clocks on the wall of their zone: where clocks are
 * put back within a window it is longer, where they are put forward it is shorter, and it is never interrupted.
 *
 * @returns `undefined` when it is not open
 */
export function openUntil(window: TimeWindow, now: EpochMs): Held | undefined {
  const today = Math.floor(wallAt(window.timeZone, now) / DAY_MS);
  for (const day of [today - 1, today, today + 1]) {
    if (!beginsOn(window, day)) continue;
    const [start, end] = stretchOf(window, day);
    if (start <= now && now < end) return { until: lastEnd(window, day, end) };
  }
  return undefined;
}

/** The end of the windows that follow each other without a gap. */
function lastEnd(window: TimeWindow, first: number, firstEnd: EpochMs): EpochMs | undefined {
  let end = firstEnd;
  for (let day = first + 1; day <= first + DAYS_OF_WEEK; day += 1) {
    const next = beginsOn(window, day) ? stretchOf(window, day) : undefined;
    if (next === undefined || next[0] > end) return end;
    if (next[1] > end) end = next[1];
  }
  return window.dates === undefined ? undefined : stretchOf(window, window.dates.last / DAY_MS)[1];
}

function stretchOf({ timeZone, fromMs, toMs }: TimeWindow, day: number): readonly [EpochMs, EpochMs] {
  const midnight = day * DAY_MS;
  return wallStretch(timeZone, midnight + fromMs, midnight + toMs + (toMs > fromMs ? 0 : DAY_MS));
}

function beginsOn({ weekdays, dates }: TimeWindow, day: number): boolean {
  const midnight = day * DAY_MS;
  if (dates !== undefined && (midnight < dates.first || midnight > dates.last)) return false;
  const weekday = WEEKDAYS[(((day + EPOCH_WEEKDAY) % DAYS_OF_WEEK) + DAYS_OF_WEEK) % DAYS_OF_WEEK];
  return weekday !== undefined && weekdays.includes(weekday);
}
