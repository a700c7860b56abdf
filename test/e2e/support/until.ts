import { setTimeout as sleep } from 'node:timers/promises';

const INTERVAL_MS = 100;

/**
 * Waits for what a controller will do: asks again until `check` answers something other than `undefined` or `false`.
 * A `check` that throws (an assertion, an object that is not there yet) is asked again too.
 *
 * @param what - what is waited for, for the error
 * @param timeoutMs - in milliseconds
 * @throws Error with the last failure as its cause, when time is up
 */
export async function until<T>(
  what: string,
  check: () => Promise<T | undefined | false>,
  timeoutMs = 15_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  do {
    try {
      const answer = await check();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      cause = error;
    }
    await sleep(INTERVAL_MS);
  } while (performance.now() < deadline);
  const last = cause instanceof Error ? `; last failure: ${cause.message}` : '';
  throw new Error(`not within ${timeoutMs} ms: ${what}${last}`, { cause });
}
