import type { EpochMs } from '../../../shared/domain/units.ts';
import type { ErrorCode } from '../../../shared/errors/errors.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';

/** An event that was given up on, for one subscriber. */
export interface DeadLetter {
  readonly subscriber: string;
  readonly event: IncomingEvent;
  readonly attempts: number;
  readonly diedAt: EpochMs;
  /** What the last attempt failed with; `BUG` for what is none of the project's errors. */
  readonly code: ErrorCode | 'BUG';
  readonly message: string;
}

/** The last events that were given up on: no more than a number, so that a long outage does not fill the memory. */
export class DeadLetters {
  readonly #limit: number;
  readonly #letters: DeadLetter[] = [];
  #dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(letter: DeadLetter): void {
    this.#letters.push(letter);
    if (this.#letters.length <= this.#limit) return;
    this.#letters.shift();
    this.#dropped += 1;
  }

  /** Oldest first. */
  get letters(): readonly DeadLetter[] {
    return [...this.#letters];
  }

  /** How many older ones are not kept any more. */
  get dropped(): number {
    return this.#dropped;
  }
}
