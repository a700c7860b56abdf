import pRetry from 'p-retry';
import { type Clock, type DurationMs, durationMs, elapsedMs } from '../domain/units.ts';
import { ChannelRefusedError, ChannelUnavailableError } from '../errors/errors.ts';
import type { Channel } from '../runtime/channel.ts';

export interface ChannelRetryOptions {
  /** No try begins later than this after the first. What remains is for the next tick. */
  readonly totalMs: DurationMs;
  readonly clock: Clock;
  /** Waits; a test does not. */
  readonly wait: (delayMs: DurationMs) => Promise<void>;
  /** From 0 to below 1, for the jitter. */
  readonly random?: () => number;
}

/** The longest wait before the second try; it doubles with every further one. */
const BASE_DELAY_MS = 500;
/** Tries at most, however much time there is. */
const MAX_ATTEMPTS = 6;

/**
 * Makes a channel try again what may pass: a `ChannelUnavailableError`, and nothing else. It waits as long as the other
 * side asks, when that fits into the time that is left, and gives up at once when it does not. The error says how often
 * it was tried.
 */
export function withRetries(channel: Channel, options: ChannelRetryOptions): Channel {
  return {
    name: channel.name,
    abilities: channel.abilities,
    async send(notice, previous) {
      const began = options.clock.now();
      let attempts = 0;
      try {
        return await pRetry(
          (attempt) => {
            attempts = attempt;
            return channel.send(notice, previous);
          },
          {
            retries: MAX_ATTEMPTS - 1,
            minTimeout: 0,
            async shouldRetry({ error, attemptNumber }) {
              if (!(error instanceof ChannelUnavailableError)) return false;
              const delay = delayAfter(error, attemptNumber, options);
              if (elapsedMs(began, options.clock.now()) + delay > options.totalMs) return false;
              await options.wait(delay);
              return true;
            },
          },
        );
      } catch (error) {
        throw withAttempts(error, attempts);
      }
    },
  };
}

/** Half of the wait is fixed and half is chance, so that many do not come back at once; never less than was asked for. */
function delayAfter(
  { retryAfterMs = 0 }: ChannelUnavailableError,
  attempt: number,
  { random = Math.random }: ChannelRetryOptions,
): DurationMs {
  const backoff = BASE_DELAY_MS * 2 ** (attempt - 1) * (0.5 + random() / 2);
  return durationMs(Math.max(backoff, retryAfterMs));
}

function withAttempts(error: unknown, attempts: number): unknown {
  if (error instanceof ChannelUnavailableError) {
    const { message, remedy, retryAfterMs, cause } = error;
    return new ChannelUnavailableError(message, remedy, { attempts, retryAfterMs, cause });
  }
  if (error instanceof ChannelRefusedError)
    return new ChannelRefusedError(error.message, error.remedy, { attempts, cause: error.cause });
  return error;
}
