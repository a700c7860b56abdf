import { type DurationMs, durationMs, type EpochMs, epochMs } from '../../../../shared/domain/units.ts';
import { ManualTime } from './manual-time.ts';
import { RealTime } from './real-time.ts';
import type { Cancel, SimulationTime } from './simulation-time.ts';

interface Plan {
  readonly at: EpochMs;
  readonly run: () => void;
  cancel: Cancel;
}

/**
 * Real time after a past that passed in an instant: a cluster that was made a minute ago is in full swing when it is
 * first looked at.
 */
export class WarmTime implements SimulationTime {
  readonly #past: ManualTime;
  readonly #present = new RealTime();
  readonly #plans = new Set<Plan>();
  readonly #lengthMs: DurationMs;
  #isLive = false;

  /** @param length - how long that past was */
  constructor(length: DurationMs) {
    this.#lengthMs = length;
    this.#past = new ManualTime(epochMs(this.#present.now() - length));
  }

  now(): EpochMs {
    return this.#isLive ? this.#present.now() : this.#past.now();
  }

  after(delay: DurationMs, action: () => void): Cancel {
    const run = (): void => {
      this.#plans.delete(plan);
      action();
    };
    const time = this.#isLive ? this.#present : this.#past;
    const plan: Plan = { at: epochMs(this.now() + delay), run, cancel: time.after(delay, run) };
    this.#plans.add(plan);
    return () => {
      this.#plans.delete(plan);
      plan.cancel();
    };
  }

  /** Lets the past happen; from then on time is real, and what is still planned happens in it. */
  goLive(): void {
    this.#past.advance(this.#lengthMs);
    this.#isLive = true;
    for (const plan of this.#plans) {
      plan.cancel();
      plan.cancel = this.#present.after(durationMs(Math.max(0, plan.at - this.#past.now())), plan.run);
    }
  }

  /** Nothing happens any more, and nothing keeps the process alive. */
  stop(): void {
    this.#present.stop();
  }
}
