import type { DurationMs } from '../domain/units.ts';

/** Barks once when nothing was heard for too long. */
export class Watchdog {
  /** Whether it has barked. */
  barked = false;
  readonly #onBark: () => void;
  #silenceMs: DurationMs;
  #timer: NodeJS.Timeout;

  constructor(onBark: () => void, silenceMs: DurationMs) {
    this.#onBark = onBark;
    this.#silenceMs = silenceMs;
    this.#timer = this.#start();
  }

  /** From now on another silence is too long. */
  allow(silenceMs: DurationMs): void {
    this.#silenceMs = silenceMs;
    clearTimeout(this.#timer);
    this.#timer = this.#start();
  }

  /** Something was heard. */
  refresh(): void {
    this.#timer.refresh();
  }

  /** Does not listen while we are the ones who take their time. @throws what `work` fails with */
  async asleep(work: Promise<unknown>): Promise<void> {
    clearTimeout(this.#timer);
    await work;
    this.#timer = this.#start();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => {
      this.barked = true;
      this.#onBark();
    }, this.#silenceMs);
  }
}
