import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  openUntil,
  type TimeWindow,
  WEEKDAYS,
  type Weekday,
} from '../../../../shared/domain/time/time-windows.ts';
import { createTimeZone } from '../../../../shared/domain/time/time-zone.ts';
import { type EpochMs, epochMs } from '../../../../shared/domain/units.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const at = (text: string): EpochMs => epochMs(Date.parse(text));
const clock = (text: string): number => {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * HOUR + minutes * MINUTE;
};

function aWindow(zone: string, from: string, to: string, more: Partial<TimeWindow> = {}): TimeWindow {
  const timeZone = createTimeZone(zone);
  if (timeZone === undefined) throw new Error(`no zone ${zone}`);
  const times = { fromMs: clock(from), toMs: clock(to) };
  return { name: 'w', timeZone, weekdays: WEEKDAYS, dates: undefined, ...times, ...more };
}

/** `undefined`: not muted; `null`: no end in sight. */
function untilOf(window: TimeWindow, now: string): string | null | undefined {
  const held = openUntil(window, at(now));
  if (held === undefined) return undefined;
  return held.until === undefined ? null : new Date(held.until).toISOString();
}

describe('a window', () => {
  it.each([
    ['2026-07-01T07:59:59.999Z', undefined],
    ['2026-07-01T08:00:00Z', '2026-07-01T10:00:00.000Z'],
    ['2026-07-01T09:59:59.999Z', '2026-07-01T10:00:00.000Z'],
    ['2026-07-01T10:00:00Z', undefined],
    ['2026-12-01T08:59:59Z', undefined],
    ['2026-12-01T09:00:00Z', '2026-12-01T11:00:00.000Z'],
  ])('from 10:00 to 12:00 in Vienna at %s: %s', (now, until) => {
    expect(untilOf(aWindow('Europe/Vienna', '10:00', '12:00'), now)).toBe(until);
  });

  it.each([
    ['Friday before', '2026-07-03T19:59:00Z', undefined],
    ['Friday evening', '2026-07-03T20:00:00Z', '2026-07-04T04:00:00.000Z'],
    ['the night after midnight', '2026-07-04T01:00:00Z', '2026-07-04T04:00:00.000Z'],
    ['Saturday evening, which is not asked for', '2026-07-04T21:00:00Z', undefined],
    ['the night to Friday, which began on Thursday', '2026-07-03T01:00:00Z', undefined],
  ])('over midnight belongs to the day on which it begins: %s', (_, now, until) => {
    expect(untilOf(aWindow('Europe/Vienna', '22:00', '06:00', { weekdays: ['fri'] }), now)).toBe(until);
  });

  it('of whole days ends after the last of them', () => {
    const weekend = aWindow('America/New_York', '00:00', '24:00', { weekdays: ['sat', 'sun'] });
    expect(untilOf(weekend, '2026-07-04T03:59:59Z')).toBeUndefined();
    expect(untilOf(weekend, '2026-07-04T04:00:00Z')).toBe('2026-07-06T04:00:00.000Z');
    expect(untilOf(weekend, '2026-07-06T04:00:00Z')).toBeUndefined();
  });

  it('of all days has no end, unless its dates have one', () => {
    const dates = { first: at('2026-12-24T00:00:00Z'), last: at('2027-01-06T00:00:00Z') };
    expect(untilOf(aWindow('UTC', '00:00', '24:00'), '2026-12-25T12:00:00Z')).toBeNull();
    const holidays = aWindow('Europe/Vienna', '00:00', '24:00', { dates });
    expect(untilOf(holidays, '2026-12-23T22:59:59Z')).toBeUndefined();
    expect(untilOf(holidays, '2026-12-25T12:00:00Z')).toBe('2027-01-06T23:00:00.000Z');
    expect(untilOf(holidays, '2027-01-06T23:00:00Z')).toBeUndefined();
  });

  it('of dates begins on them only, and may end a day later', () => {
    const dates = { first: at('2026-12-24T00:00:00Z'), last: at('2026-12-24T00:00:00Z') };
    const night = aWindow('UTC', '22:00', '06:00', { dates });
    expect(untilOf(night, '2026-12-24T05:00:00Z')).toBeUndefined();
    expect(untilOf(night, '2026-12-25T05:00:00Z')).toBe('2026-12-25T06:00:00.000Z');
    expect(untilOf(night, '2026-12-25T23:00:00Z')).toBeUndefined();
  });
});

describe('when clocks change', () => {
  const lengthOf = (window: TimeWindow, from: string): number => {
    let minutes = 0;
    const start = at(from);
    for (let time = start; time < start + 2 * DAY; time = epochMs(time + 15 * MINUTE))
      if (openUntil(window, time) !== undefined) minutes += 15;
    return minutes;
  };

  it.each<readonly [string, string, string, string, Weekday, string, number]>([
    // Put forward at 02:00 on Sunday, 2026-03-29; put back at 03:00 on Sunday, 2026-10-25.
    ['skipped whole', 'Europe/Vienna', '02:00', '03:00', 'sun', '2026-03-28T12:00:00Z', 0],
    ['begun in what is skipped', 'Europe/Vienna', '02:30', '04:00', 'sun', '2026-03-28T12:00:00Z', 60],
    ['ended in what is skipped', 'Europe/Vienna', '01:30', '02:30', 'sun', '2026-03-28T12:00:00Z', 30],
    ['a shorter night', 'Europe/Vienna', '22:00', '06:00', 'sat', '2026-03-28T12:00:00Z', 7 * 60],
    ['a longer night', 'Europe/Vienna', '22:00', '06:00', 'sat', '2026-10-24T12:00:00Z', 9 * 60],
    ['shown twice', 'Europe/Vienna', '02:00', '03:00', 'sun', '2026-10-24T12:00:00Z', 120],
    ['ended before what comes again', 'Europe/Vienna', '01:00', '02:00', 'sun', '2026-10-24T12:00:00Z', 60],
    ['begun in what comes again', 'Europe/Vienna', '02:30', '04:00', 'sun', '2026-10-24T12:00:00Z', 150],
    // Put forward at 02:00 on Sunday, 2026-03-08; put back at 02:00 on Sunday, 2026-11-01.
    ['a short day', 'America/New_York', '00:00', '24:00', 'sun', '2026-03-07T12:00:00Z', 23 * 60],
    ['a long day', 'America/New_York', '00:00', '24:00', 'sun', '2026-10-31T12:00:00Z', 25 * 60],
    ['one hour twice', 'America/New_York', '01:15', '01:45', 'sun', '2026-10-31T12:00:00Z', 90],
    // Half an hour: put back at 02:00 on Sunday, 2026-04-05; put forward at 02:00 on Sunday, 2026-10-04.
    ['half an hour more', 'Australia/Lord_Howe', '01:00', '03:00', 'sun', '2026-04-04T00:00:00Z', 150],
    ['half an hour less', 'Australia/Lord_Howe', '01:00', '03:00', 'sun', '2026-10-03T00:00:00Z', 90],
  ])('a window is %s: %s, %s to %s', (_, zone, from, to, weekday, start, minutes) => {
    expect(lengthOf(aWindow(zone, from, to, { weekdays: [weekday] }), start)).toBe(minutes);
  });

  it('a window ends when clocks last show its end', () => {
    const night = aWindow('Europe/Vienna', '22:00', '02:30');
    expect(untilOf(night, '2026-10-24T23:00:00Z')).toBe('2026-10-25T01:30:00.000Z');
    expect(untilOf(night, '2026-03-28T23:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
  });
});

/** What clocks show, from formatted text: nothing of what is tested. */
function wallClock(zone: string): (time: number) => { readonly day: number; readonly timeMs: number } {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return (time) => {
    const [date = '', text = ''] = format.format(time).split(' ');
    return { day: Date.parse(`${date}T00:00:00Z`) / DAY, timeMs: clock(text) };
  };
}

const QUARTER = 15 * MINUTE;

/** The day on which the window began that clocks showing this are in. */
function dayBegun(window: TimeWindow, day: number, timeMs: number): number | undefined {
  const isAfter = timeMs >= window.fromMs;
  const isBefore = timeMs < window.toMs;
  if (window.fromMs < window.toMs) return isAfter && isBefore ? day : undefined;
  if (isAfter) return day;
  return isBefore ? day - 1 : undefined;
}

/** From the first to the last quarter of an hour in which clocks show a time of the window that began on the same day. */
function openQuarters(window: TimeWindow, quarters: readonly number[]): ReadonlySet<number> {
  const wall = wallClock(window.timeZone.name);
  const spans = new Map<number, { readonly first: number; readonly last: number }>();
  for (const time of quarters) {
    const { day, timeMs } = wall(time);
    const begun = dayBegun(window, day, timeMs);
    if (begun !== undefined && window.weekdays.includes(WEEKDAYS[(begun + 3) % 7] as Weekday))
      spans.set(begun, { first: spans.get(begun)?.first ?? time, last: time });
  }
  const within = (time: number) =>
    [...spans.values()].some(({ first, last }) => first <= time && time <= last);
  return new Set(quarters.filter(within));
}

describe('a walk through every quarter of an hour', () => {
  const ZONES = {
    'Europe/Vienna': ['2026-03-29', '2026-10-25', '2026-07-01'],
    'America/New_York': ['2026-03-08', '2026-11-01'],
    'Australia/Lord_Howe': ['2026-04-05', '2026-10-04'],
    'America/Santiago': ['2026-04-05', '2026-09-06'],
    'Asia/Kathmandu': ['2026-06-01'],
    'America/St_Johns': ['2026-03-08', '2026-11-01'],
  };
  const change = fc
    .constantFrom(...Object.entries(ZONES))
    .chain(([zone, days]) => fc.tuple(fc.constant(zone), fc.constantFrom(...days)))
    .map(([zone, date]) => ({ zone, midnight: Date.parse(`${date}T00:00:00Z`) }));
  const times = fc.uniqueArray(
    fc.integer({ min: 0, max: 95 }).map((it) => it * QUARTER),
    { minLength: 2, maxLength: 2 },
  );
  const weekdays = fc.subarray([...WEEKDAYS], { minLength: 1 });

  it('finds a window open from the first to the last that clocks show in it', () => {
    fc.assert(
      fc.property(change, times, weekdays, ({ zone, midnight }, [fromMs = 0, toMs = 0], days) => {
        const window = { ...aWindow(zone, '00:00', '24:00'), fromMs, toMs, weekdays: days };
        const quarters = Array.from({ length: 4 * 96 }, (_, index) => midnight - 2 * DAY + index * QUARTER);
        const open = openQuarters(window, quarters);
        // Windows at the edges of the walk may have begun before it, or end after it.
        const wrong = quarters
          .slice(96, -96)
          .filter((time) => (openUntil(window, epochMs(time)) !== undefined) !== open.has(time));
        expect(wrong.map((time) => new Date(time).toISOString())).toEqual([]);
      }),
    );
  });

  it('finds it closed at the time until which it is said to be open, and open just before', () => {
    const minute = fc.integer({ min: -1_440, max: 2_880 });
    fc.assert(
      fc.property(change, times, minute, ({ zone, midnight }, [fromMs = 0, toMs = 0], minutes) => {
        const window = { ...aWindow(zone, '00:00', '24:00'), fromMs, toMs };
        const until = openUntil(window, epochMs(midnight + minutes * MINUTE))?.until;
        fc.pre(until !== undefined);
        expect(openUntil(window, epochMs(until - 1))).toEqual({ until });
        expect(openUntil(window, until)).toBeUndefined();
      }),
    );
  });
});
