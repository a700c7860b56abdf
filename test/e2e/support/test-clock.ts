import { type Clock, epochMs } from '../../../shared/domain/units.ts';

/** The real time, and what a test has skipped: what lasts for minutes need not be waited for. */
export interface SkippingClock extends Clock {
  skip(seconds: number): void;
}

export function createSkippingClock(): SkippingClock {
  let skippedMs = 0;
  return {
    now: () => epochMs(Date.now() + skippedMs),
    skip: (seconds) => {
      skippedMs += seconds * 1_000;
    },
  };
}
