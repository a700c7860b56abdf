import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, type DurationMs, durationMs, type EpochMs, elapsedMs } from '../domain/units.ts';

export interface SharedReadOptions {
  readonly clock: Clock;
  /** How long a read is used again, from when it began. */
  readonly usableForMs: DurationMs;
  /** Waits until the next read may begin; a test does not. */
  readonly wait?: ((delayMs: DurationMs) => Promise<void>) | undefined;
}

/** One read that many share: while it is under way, and for a while after it began. A failure is not shared for longer. */
export class SharedRead<T> {
  readonly #read: () => Promise<T>;
  readonly #clock: Clock;
  readonly #usableForMs: DurationMs;
  readonly #wait: (delayMs: DurationMs) => Promise<void>;
  #latest: { readonly since: EpochMs; readonly result: Promise<T> } | undefined;

  constructor(read: () => Promise<T>, options: SharedReadOptions) {
    this.#read = read;
    this.#wait = options.wait ?? ((delayMs) => sleep(delayMs));
    this.#clock = options.clock;
    this.#usableForMs = options.usableForMs;
  }

  /**
   * What was read, or is being read. The age of a read counts from when it began: what happened since then it may not
   * have seen, however late it ended.
   */
  get(): Promise<T> {
    const now = this.#clock.now();
    const latest = this.#latest;
    // A clock that was set back must not keep a read alive.
    if (latest !== undefined && now >= latest.since && elapsedMs(latest.since, now) < this.#usableForMs)
      return latest.result;
    const fresh = { since: now, result: this.#read() };
    this.#latest = fresh;
    fresh.result.catch(() => {
      if (this.#latest === fresh) this.#latest = undefined;
    });
    return fresh.result;
  }

  /**
   * As `get`, of a read that began at that time or later: what happened before it has been seen. Reads do not begin more
   * often for it: it waits until the next one may.
   */
  async getOf(since: EpochMs): Promise<T> {
    // Again and again: a timer of Node.js may end a millisecond early, and `get` would hand out the old read then.
    for (let waitMs = this.#waitMsFor(since); waitMs > 0; waitMs = this.#waitMsFor(since))
      await this.#wait(durationMs(waitMs));
    return this.get();
  }

  /** How long until a read of that time may begin; 0 when one has begun, or may now. */
  #waitMsFor(since: EpochMs): number {
    const latest = this.#latest;
    if (latest === undefined || latest.since >= since) return 0;
    return latest.since + this.#usableForMs - this.#clock.now();
  }
}
