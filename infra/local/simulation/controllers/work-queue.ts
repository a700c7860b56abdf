import type { DurationMs } from '../../../../shared/domain/units.ts';
import { ApiStatusError } from '../api/api-status.ts';
import type { Cancel, SimulationTime } from '../time/simulation-time.ts';

/** Work on things by name: what is queued twice before its turn is done once, and never inside the change that asked. */
export class WorkQueue {
  readonly #time: SimulationTime;
  readonly #delay: DurationMs;
  readonly #work: (key: string) => void;
  readonly #waiting = new Map<string, { readonly due: number; readonly cancel: Cancel }>();

  /** @param delay - from the change to the work: what a watch, a queue and a worker take */
  constructor(time: SimulationTime, delay: DurationMs, work: (key: string) => void) {
    this.#time = time;
    this.#delay = delay;
    this.#work = work;
  }

  /** What is queued already happens at the earlier of the two times. */
  add(key: string, delay: DurationMs = this.#delay): void {
    const due = this.#time.now() + delay;
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined && waiting.due <= due) return;
    waiting?.cancel();
    const cancel = this.#time.after(delay, () => {
      this.#waiting.delete(key);
      this.#run(key);
    });
    this.#waiting.set(key, { due, cancel });
  }

  /** What the server refuses is tried again with the next change, as controllers do; what is a bug is not hidden. */
  #run(key: string): void {
    try {
      this.#work(key);
    } catch (error) {
      if (!(error instanceof ApiStatusError)) throw error;
    }
  }
}
