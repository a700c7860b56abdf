import { setTimeout as sleep } from 'node:timers/promises';

/** Something that goes on beside a test until it is stopped. */
export interface Background {
  /** @throws what went wrong meanwhile, if anything did */
  stop(): Promise<void>;
}

/**
 * Starts `work`, which ends when its signal aborts. What it throws after that is of no interest; what it throws before
 * is told when it is stopped.
 */
export function startBackground(work: (signal: AbortSignal) => Promise<void>): Background {
  const abort = new AbortController();
  let failure: Error | undefined;
  const done = work(abort.signal).catch((error: unknown) => {
    if (!abort.signal.aborted) failure = error instanceof Error ? error : new Error(String(error));
  });
  const stop = async (): Promise<void> => {
    abort.abort();
    await done;
    if (failure !== undefined) throw failure;
  };
  return { stop };
}

/** Waits, in milliseconds, or until the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
}
