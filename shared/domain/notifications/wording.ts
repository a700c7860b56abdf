import { type DurationMs, type EpochMs, formatTimestamp } from '../units.ts';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A length of time for people, in its two largest units: `2 d 3 h`, `5 min`, `12 s`; less than a second is `0 s`. */
export function describeDuration(duration: DurationMs): string {
  const first = UNITS.findIndex(([, unitMs]) => duration >= unitMs);
  if (first === -1) return '0 s';
  let rest: number = duration;
  const parts = UNITS.slice(first, first + 2).map(([unit, unitMs]) => {
    const amount = Math.floor(rest / unitMs);
    rest -= amount * unitMs;
    return amount === 0 ? '' : `${amount} ${unit}`;
  });
  return parts.filter((part) => part !== '').join(' ');
}

/** A point in time as RFC 3339 in UTC, to the second. */
export function describeTime(time: EpochMs): string {
  return formatTimestamp(time).replace(/\.\d+Z$/, 'Z');
}

/** `1 VMI`, `5,000 VMIs`. */
export function describeCount(amount: number, noun: string): string {
  return `${grouped(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

function grouped(amount: number): string {
  return String(amount).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
