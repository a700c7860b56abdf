/**
 * How many nodes, or single objects, one process reads at once. Events are more: a burst about one node shares a
 * judgement, and an event that waits for it must not keep the next one from joining.
 */
export const MAX_CONCURRENT_READS = 100;

/** Lets so much work run at once and the rest wait its turn. */
export interface Gate {
  /** Does the work as soon as it may run, first come, first served; its result and its error are the caller's. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

/**
 * @param maxConcurrent - how much may run at once, from 1 up
 * @param onDepth - told how much waits, whenever that changes; nobody unless told
 */
export function createGate(
  maxConcurrent: number,
  onDepth: (waiting: number) => void = () => undefined,
): Gate {
  // A set keeps the order, and takes the first out without moving the others.
  const waiting = new Set<() => void>();
  let running = 0;

  function enter(): Promise<void> | undefined {
    if (running < maxConcurrent) {
      running += 1;
      return undefined;
    }
    return new Promise((resolve) => {
      waiting.add(resolve);
      onDepth(waiting.size);
    });
  }

  /** Hands the place on, so that nobody who comes meanwhile takes it first. */
  function leave(): void {
    const [next] = waiting;
    if (next === undefined) {
      running -= 1;
      return;
    }
    waiting.delete(next);
    onDepth(waiting.size);
    next();
  }

  return {
    async run(work) {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
