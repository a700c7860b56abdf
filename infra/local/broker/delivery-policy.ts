import { setTimeout as sleep } from 'node:timers/promises';
import { type DurationMs, durationMs } from '../../../shared/domain/units.ts';

/** How often and when a failed delivery is tried again. Defaults as Knative's broker: `retry: 10`, exponential, `PT0.2S`. */
export interface DeliveryPolicy {
  /** After the first try, from 0 up. Default 10. */
  readonly retries: number;
  /** The longest wait before the first retry; it doubles with every further one. Default 200 ms. */
  readonly baseDelayMs: DurationMs;
  /** The longest wait before any retry. Default 30 s: all of them together wait for up to two minutes. */
  readonly maxDelayMs: DurationMs;
  /** Waits; a test does it by hand. */
  readonly wait: (delay: DurationMs, signal: AbortSignal) => Promise<void>;
  /** From 0 to below 1, for the jitter. */
  readonly random: () => number;
}

export const DEFAULT_DELIVERY_POLICY: DeliveryPolicy = {
  retries: 10,
  baseDelayMs: durationMs(200),
  maxDelayMs: durationMs(30_000),
  wait: (delay, signal) => sleep(delay, undefined, { signal }),
  random: Math.random,
};

/**
 * The wait before a retry. Half of it is fixed and half is chance, so that what failed together does not come back
 * together.
 *
 * @param retry - 1 for the first
 */
export function deliveryDelay(
  retry: number,
  { baseDelayMs, maxDelayMs, random }: DeliveryPolicy,
): DurationMs {
  return durationMs(Math.min(maxDelayMs, baseDelayMs * 2 ** (retry - 1)) * (0.5 + random() / 2));
}
