declare const unit: unique symbol;
type Branded<Name extends string> = number & { readonly [unit]: Name };

/** A length of time in milliseconds, finite and never negative. */
export type DurationMs = Branded<'DurationMs'>;
/** A point in time in milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = Branded<'EpochMs'>;

/** Names a number as a length of time. @throws RangeError when it is negative or not finite */
export function durationMs(value: number): DurationMs {
  if (!Number.isFinite(value) || value < 0) throw new RangeError(`not a duration in milliseconds: ${value}`);
  return value as DurationMs;
}

/** Names a number as a point in time. @throws RangeError when it is not finite */
export function epochMs(value: number): EpochMs {
  if (!Number.isFinite(value)) throw new RangeError(`not a point in time: ${value}`);
  return value as EpochMs;
}

/** The time from `start` to `end`; zero when `end` is before `start` (clock skew between a node and us). */
export function elapsedMs(start: EpochMs, end: EpochMs): DurationMs {
  return durationMs(Math.max(0, end - start));
}

/** Reads a Kubernetes timestamp (RFC 3339); `undefined` when it is missing or cannot be read. */
export function parseTimestamp(text: string | undefined): EpochMs | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text)) return undefined;
  // biome-ignore lint/style/noRestrictedGlobals: parsing a given text asks no clock
  const value = Date.parse(text);
  return Number.isNaN(value) ? undefined : epochMs(value);
}

/** The only source of "now". Production passes the system clock, tests a fixed one. */
export interface Clock {
  now(): EpochMs;
}

/** Writes a point in time as RFC 3339 in UTC, with milliseconds. */
export function formatTimestamp(time: EpochMs): string {
  // biome-ignore lint/style/noRestrictedGlobals: formatting a given time asks no clock
  return new Date(time).toISOString();
}
