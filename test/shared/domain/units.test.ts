import { describe, expect, it } from 'vitest';
import { durationMs, elapsedMs, epochMs, parseTimestamp } from '../../../shared/domain/units.ts';

describe('units', () => {
  it.each([[-1], [Number.NaN], [Number.POSITIVE_INFINITY]])('refuses %d as a duration', (value) => {
    expect(() => durationMs(value)).toThrow(RangeError);
  });

  it('refuses what is no point in time', () => {
    expect(() => epochMs(Number.NaN)).toThrow(RangeError);
  });

  it.each([
    ['2026-08-22T10:05:00Z', 1_787_393_100_000],
    ['2026-08-22T10:05:00.123456Z', 1_787_393_100_123],
    ['2026-08-22T12:05:00+02:00', 1_787_393_100_000],
    ['2026-08-22', undefined],
    ['2026-13-45T99:99:99Z', undefined],
    ['1', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j as %j', (text, expected) => {
    expect(parseTimestamp(text)).toBe(expected);
  });

  it('counts no negative time when clocks differ', () => {
    expect(elapsedMs(epochMs(2_000), epochMs(1_000))).toBe(0);
    expect(elapsedMs(epochMs(1_000), epochMs(2_500))).toBe(1_500);
  });
});
