import { type Clock, type DurationMs, durationMs } from '../domain/units.ts';

/** How often one key may begin within a window: the first at once, the next as soon as it ended, more only later. */
const STARTS_PER_WINDOW = 2;
const WINDOW_MS: DurationMs = durationMs(1_000);

export interface LatestOnlyPorts {
  readonly clock: Clock;
  /** Resolves after a time. */
  readonly wait: (delayMs: DurationMs) => Promise<void>;
}

interface Lane<T> {
  running: Promise<unknown> | undefined;
  /** What all who asked while one was running wait for. */
  next: Promise<T> | undefined;
  starts: number[];
}

/**
 * Runs work about keys so that a burst about one key costs little: one run in flight, and at most one after it, which
 * serves everybody who asked meanwhile. A run that began before you asked is never yours: what you know may be newer.
 * With two starts in any second and the one that follows, a burst of a second costs three runs at most.
 */
export class LatestOnly<T> {
  readonly #ports: LatestOnlyPorts;
  readonly #lanes = new Map<string, Lane<T>>();

  constructor(ports: LatestOnlyPorts) {
    this.#ports = ports;
  }

  /** Runs the work, or joins a run of the same key that has not begun yet. @throws what the run throws */
  run(key: string, work: () => Promise<T>): Promise<T> {
    const lane = this.#laneOf(key);
    if (lane.next !== undefined) return lane.next;
    const next = this.#after(lane, work);
    lane.next = next;
    return next;
  }

  async #after(lane: Lane<T>, work: () => Promise<T>): Promise<T> {
    // Also when nothing runs: all who ask in the same turn share one run.
    await lane.running?.catch(() => undefined);
    await this.#untilAllowed(lane);
    lane.next = undefined;
    lane.starts = [...lane.starts, this.#ports.clock.now()].slice(-STARTS_PER_WINDOW);
    const running = work();
    lane.running = running;
    try {
      return await running;
    } finally {
      if (lane.running === running) lane.running = undefined;
      this.#forgetIdle();
    }
  }

  async #untilAllowed({ starts }: Lane<T>): Promise<void> {
    const [oldest] = starts;
    if (oldest === undefined || starts.length < STARTS_PER_WINDOW) return;
    const waitMs = oldest + WINDOW_MS - this.#ports.clock.now();
    if (waitMs > 0) await this.#ports.wait(durationMs(waitMs));
  }

  #laneOf(key: string): Lane<T> {
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const lane: Lane<T> = { running: undefined, next: undefined, starts: [] };
    this.#lanes.set(key, lane);
    return lane;
  }

  /** Keeps no lane that would let anything through: there are as many keys as nodes. */
  #forgetIdle(): void {
    const now = this.#ports.clock.now();
    for (const [key, { running, next, starts }] of this.#lanes) {
      const recent = starts.some((start) => start + WINDOW_MS > now);
      if (running === undefined && next === undefined && !recent) this.#lanes.delete(key);
    }
  }
}
