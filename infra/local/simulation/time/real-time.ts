import { type DurationMs, type EpochMs, epochMs } from '../../../../shared/domain/units.ts';
import type { Cancel, SimulationTime } from './simulation-time.ts';

/** Real time, of which everything that is still planned can be taken back at once. */
export class RealTime implements SimulationTime {
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;

  now(): EpochMs {
    return epochMs(Date.now());
  }

  after(delay: DurationMs, action: () => void): Cancel {
    if (this.#stopped) return () => undefined;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delay);
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
  }

  /** Nothing happens any more, and nothing keeps the process alive. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
