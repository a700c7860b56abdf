import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { type Clock, type DurationMs, durationMs } from '../domain/units.ts';
import { ApiStatusError, isUnreachable, mayPass } from './call-failure.ts';

/** How failed calls are tried again. */
export interface RetryPolicy {
  /** How often, after the first try. Default 4, from 0 up. */
  readonly retries: number;
  /** How often while the server has never answered and cannot be reached: an operator waits. Default 1. */
  readonly firstContactRetries: number;
  /** The longest wait before the first retry; it doubles with every further one. Default 500 ms. */
  readonly baseDelayMs: DurationMs;
  /** The longest wait before any retry, and the most that a server's Retry-After is believed. Default 30 s. */
  readonly maxDelayMs: DurationMs;
  /** No retry begins after this long. Default 2 min. */
  readonly maxTotalMs: DurationMs;
  /** Waits; a test does not. */
  readonly wait: (delay: DurationMs, signal: AbortSignal) => Promise<void>;
  /** From 0 to below 1, for the jitter. */
  readonly random: () => number;
}

/** The policy that is meant for a cluster: client-go tries again ten times, which no operator waits for. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  retries: 4,
  firstContactRetries: 1,
  baseDelayMs: durationMs(500),
  maxDelayMs: durationMs(30_000),
  maxTotalMs: durationMs(120_000),
  wait: (delay, signal) => sleep(delay, undefined, { signal }),
  random: Math.random,
};

/** For a served function: it answers within seconds, and whoever delivers its events comes again anyway. */
export const SERVED_RETRY_POLICY: RetryPolicy = {
  ...DEFAULT_RETRY_POLICY,
  retries: 2,
  firstContactRetries: 2,
  baseDelayMs: durationMs(100),
  maxDelayMs: durationMs(2_000),
  maxTotalMs: durationMs(5_000),
};

export interface RetryContext {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether the server has ever answered. */
  readonly reached: () => boolean;
}

/**
 * Makes a call, and makes it again while its failure may pass.
 *
 * @throws the last failure, and the signal's reason once it is aborted
 */
export function withRetries<T>(call: () => Promise<T>, context: RetryContext): Promise<T> {
  const { policy, clock, signal, reached } = context;
  return pRetry(call, {
    retries: policy.retries,
    maxRetryTime: policy.maxTotalMs,
    minTimeout: 0,
    signal,
    async shouldRetry({ error, attemptNumber }) {
      if (!mayPass(error)) return false;
      if (!reached() && isUnreachable(error) && attemptNumber > policy.firstContactRetries) return false;
      const wished = error instanceof ApiStatusError ? retryAfterMs(error.retryAfter, clock) : 0;
      const delay = Math.max(backoff(attemptNumber, policy), wished);
      await policy.wait(durationMs(Math.min(delay, policy.maxDelayMs)), signal);
      return true;
    },
  });
}

/** Half of the wait is fixed and half is chance, so that many clients do not come back at once. */
function backoff(attempt: number, { baseDelayMs, random }: RetryPolicy): number {
  return baseDelayMs * 2 ** (attempt - 1) * (0.5 + random() / 2);
}

/** Reads Retry-After: seconds, or an HTTP date. 0 when it is missing, over, or neither. Source: RFC 9110, 10.2.3. */
function retryAfterMs(text: string | undefined, clock: Clock): number {
  if (text === undefined) return 0;
  const wait = /^\s*\d+\s*$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - clock.now();
  return Number.isNaN(wait) ? 0 : Math.max(0, wait);
}
