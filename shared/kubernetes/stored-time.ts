import * as z from 'zod';
import { type EpochMs, epochMs, formatTimestamp } from '../domain/units.ts';

/** A point in time as a record keeps it. */
export const storedTime = z.iso.datetime({ offset: true });

/** The schema has seen that it is a time. */
export function toTime(text: string): EpochMs {
  return epochMs(Date.parse(text));
}

export function maybeTime(text: string | undefined): EpochMs | undefined {
  return text === undefined ? undefined : toTime(text);
}

/** JSON leaves out what is `undefined`. */
export function maybeTimestamp(time: EpochMs | undefined): string | undefined {
  return time === undefined ? undefined : formatTimestamp(time);
}
