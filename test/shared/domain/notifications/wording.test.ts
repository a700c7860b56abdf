import { describe, expect, it } from 'vitest';
import {
  describeCount,
  describeDuration,
  describeTime,
} from '../../../../shared/domain/notifications/wording.ts';
import { durationMs } from '../../../../shared/domain/units.ts';
import { at } from '../../../support/incidents.ts';

describe('words of a message', () => {
  it.each([
    [0, '0 s'],
    [999, '0 s'],
    [1_000, '1 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [61_000, '1 min 1 s'],
    [3_600_000, '1 h'],
    [3_660_000, '1 h 1 min'],
    [3_601_000, '1 h'],
    [86_400_000, '1 d'],
    [90_061_000, '1 d 1 h'],
    [8_640_000_000, '100 d'],
  ])('%i ms are %s', (length, expected) => {
    expect(describeDuration(durationMs(length))).toBe(expected);
  });

  it.each([
    [0, '0 VMIs'],
    [1, '1 VMI'],
    [999, '999 VMIs'],
    [5_000, '5,000 VMIs'],
    [1_234_567, '1,234,567 VMIs'],
  ])('%i are %s', (amount, expected) => {
    expect(describeCount(amount, 'VMI')).toBe(expected);
  });

  it('a time is one of UTC, to the second', () => {
    expect(describeTime(at('2026-08-22T12:00:00.999+02:00'))).toBe('2026-08-22T10:00:00Z');
  });
});
