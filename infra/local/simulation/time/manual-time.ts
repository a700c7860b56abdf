import { type DurationMs, durationMs, type EpochMs, epochMs } from '../../../../shared/domain/units.ts';
import type { Cancel, SimulationTime } from './simulation-time.ts';

interface Plan {
  readonly at: EpochMs;
  readonly order: number;
  readonly action: () => void;
}

/** Time that passes only when a test says so: everything that is due happens within `advance`, in order. */
export class ManualTime implements SimulationTime {
  #now: EpochMs;
  #order = 0;
  readonly #plans = new Set<Plan>();

  constructor(start: EpochMs) {
    this.#now = start;
  }

  now(): EpochMs {
    return this.#now;
  }

  after(delay: DurationMs, action: () => void): Cancel {
    this.#order += 1;
    const plan = { at: epochMs(this.#now + delay), order: this.#order, action };
    this.#plans.add(plan);
    return () => void this.#plans.delete(plan);
  }

  /** Lets time pass, with all that happens meanwhile, also what is planned meanwhile. */
  advance(milliseconds: number): void {
    const end = epochMs(this.#now + durationMs(milliseconds));
    for (let plan = this.#next(end); plan !== undefined; plan = this.#next(end)) {
      this.#plans.delete(plan);
      this.#now = plan.at;
      plan.action();
    }
    this.#now = end;
  }

  #next(end: EpochMs): Plan | undefined {
    let next: Plan | undefined;
    for (const plan of this.#plans) {
      if (plan.at <= end && (next === undefined || isEarlier(plan, next))) next = plan;
    }
    return next;
  }
}

function isEarlier(a: Plan, b: Plan): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at;
}
