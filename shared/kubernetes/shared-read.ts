import { type Clock, type DurationMs, type EpochMs, elapsedMs } from '../domain/units.ts';

/** One read that many share: while it is under way, and for a while after it began. A failure is not shared for longer. */
export class SharedRead<T> {
  readonly #read: () => Promise<T>;
  readonly #clock: Clock;
  readonly #usableForMs: DurationMs;
  #latest: { readonly since: EpochMs; readonly result: Promise<T> } | undefined;

  constructor(read: () => Promise<T>, options: { readonly clock: Clock; readonly usableForMs: DurationMs }) {
    this.#read = read;
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
}
