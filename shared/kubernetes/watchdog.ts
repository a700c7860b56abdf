import type { DurationMs } from '../domain/units.ts';

/** Barks once when nothing was heard for too long. */
export class Watchdog {
  readonly #bark: () => void;
  readonly #silenceMs: DurationMs;
  #timer: NodeJS.Timeout;

  constructor(bark: () => void, silenceMs: DurationMs) {
    this.#bark = bark;
    this.#silenceMs = silenceMs;
    this.#timer = setTimeout(bark, silenceMs);
  }

  /** Something was heard. */
  refresh(): void {
    this.#timer.refresh();
  }

  /** Does not listen while we are the ones who take their time. @throws what `work` fails with */
  async asleep(work: Promise<unknown>): Promise<void> {
    clearTimeout(this.#timer);
    await work;
    this.#timer = setTimeout(this.#bark, this.#silenceMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
