import { type EpochMs, epochMs } from '../units.ts';

/** A zone of the IANA time zone database. */
export interface TimeZone {
  /** As it was named, such as `Europe/Vienna`. */
  readonly name: string;
  /** How far the zone's clocks are ahead of UTC, in milliseconds; negative in the west. */
  offsetAt(time: EpochMs): number;
}

/**
 * A day and a time of day as clocks on the wall show it, in milliseconds since 1970-01-01T00:00 on those clocks. No
 * point in time: clocks that are put back show it twice, and clocks that are put forward may never show it.
 */
export type WallMs = number;

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** The zone of that name; `undefined` when there is none. Knows the zones that Node's ICU data know. */
export function createTimeZone(name: string): TimeZone | undefined {
  // Some versions also take offsets such as +01:00: those have no daylight saving time, which is hardly what is meant.
  if (!/^[A-Za-z]/.test(name)) return undefined;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
  return { name, offsetAt: (time) => parseOffset(offsetText(format, time)) };
}

/** What the zone's clocks show. */
export function wallAt(zone: TimeZone, time: EpochMs): WallMs {
  return time + zone.offsetAt(time);
}

/**
 * The stretch of time that begins when clocks first show `from` or later, and ends when they last show something before
 * `to`: one stretch also where clocks are put back within it; empty when they are put forward past all of it.
 *
 * Right as long as no zone changes its offset twice within two days, which none does.
 */
export function wallStretch(zone: TimeZone, from: WallMs, to: WallMs): readonly [EpochMs, EpochMs] {
  const starts = offsetsAround(zone, from)
    .map((offset) => ({ offset, time: epochMs(from - offset) }))
    .filter(({ offset, time }) => zone.offsetAt(time) === offset)
    .map(({ time }) => time);
  const ends = offsetsAround(zone, to)
    .map((offset) => ({ offset, time: epochMs(to - offset) }))
    .filter(({ offset, time }) => zone.offsetAt(epochMs(time - 1)) === offset)
    .map(({ time }) => time);
  return [
    starts.length === 0 ? changeAround(zone, from) : epochMs(Math.min(...starts)),
    ends.length === 0 ? changeAround(zone, to) : epochMs(Math.max(...ends)),
  ];
}

/** The offsets in force a day before and after; offsets themselves are less than a day. */
function offsetsAround(zone: TimeZone, wall: WallMs): readonly number[] {
  return [zone.offsetAt(epochMs(wall - DAY_MS)), zone.offsetAt(epochMs(wall + DAY_MS))];
}

/** When clocks were put forward past `wall`, to the millisecond. */
function changeAround(zone: TimeZone, wall: WallMs): EpochMs {
  let before = wall - DAY_MS;
  let after = wall + DAY_MS;
  const old = zone.offsetAt(epochMs(before));
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (zone.offsetAt(epochMs(middle)) === old) before = middle;
    else after = middle;
  }
  return epochMs(after);
}

function offsetText(format: Intl.DateTimeFormat, time: EpochMs): string {
  return format.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** Reads `GMT`, `GMT+02:00`, `GMT-03:30`, and with seconds before zones were standardised. */
function parseOffset(text: string): number {
  const [, sign, hours = 0, minutes = 0, seconds = 0] = /([+-])(\d+):(\d+)(?::(\d+))?$/.exec(text) ?? [];
  const size = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * 1_000;
  return sign === '-' ? -size : size;
}
