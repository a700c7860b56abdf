import { describe, expect, it } from 'vitest';
import { createTimeZone, wallAt, wallStretch } from '../../../../shared/domain/time/time-zone.ts';
import { epochMs } from '../../../../shared/domain/units.ts';

const HOUR = 3_600_000;

describe('a time zone', () => {
  it.each([
    ['Europe/Vienna', '2026-07-01T00:00:00Z', 2],
    ['Europe/Vienna', '2026-01-01T00:00:00Z', 1],
    ['America/New_York', '2026-01-01T00:00:00Z', -5],
    ['America/St_Johns', '2026-01-01T00:00:00Z', -3.5],
    ['Asia/Kathmandu', '2026-01-01T00:00:00Z', 5.75],
    ['Pacific/Kiritimati', '2026-01-01T00:00:00Z', 14],
    ['Australia/Lord_Howe', '2026-07-01T00:00:00Z', 10.5],
    ['Australia/Lord_Howe', '2026-01-01T00:00:00Z', 11],
    ['UTC', '2026-01-01T00:00:00Z', 0],
  ])('%s is ahead of UTC at %s by %d hours', (name, time, hours) => {
    const zone = createTimeZone(name);
    expect(zone?.name).toBe(name);
    expect(zone?.offsetAt(epochMs(Date.parse(time)))).toBe(hours * HOUR);
  });

  it.each(['', 'Europe/Wien', 'Mars/Olympus', '+01:00', 'Europe/Vienna ', '__proto__'])(
    'there is none of the name %j',
    (name) => {
      expect(createTimeZone(name)).toBeUndefined();
    },
  );

  it('has days that its clocks never show: Samoa skipped 2011-12-30', () => {
    const zone = createTimeZone('Pacific/Apia');
    if (zone === undefined) throw new Error('no zone');
    const midnight = Date.parse('2011-12-30T00:00:00Z');
    const [start, end] = wallStretch(zone, midnight, midnight + 24 * HOUR);
    expect([start, end]).toEqual([start, start]);
    expect(new Date(wallAt(zone, start)).toISOString()).toBe('2011-12-31T00:00:00.000Z');
  });
});
