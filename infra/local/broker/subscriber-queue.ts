import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import { OBJECT_CHANGE_TYPES } from '../../../shared/events/raw-events.ts';

/** An event on its way to one subscriber. */
export interface Delivery {
  readonly event: IncomingEvent;
  /** Tries so far. */
  attempts: number;
}

export interface QueueOptions {
  /** How many events may be undelivered: waiting, being delivered, waiting for a retry. */
  readonly capacity: number;
  /** How many are delivered at once; raw events do not count. */
  readonly concurrency: number;
  /** Whether every event is begun as it comes, as raw events are. */
  readonly inAnyOrder: boolean;
  /** Tries once. Resolves with when to try again, which is after the promise in it; or with nothing when it is settled. */
  readonly attempt: (delivery: Delivery) => Promise<{ readonly retryAfter: Promise<void> } | undefined>;
  /** Told how many are undelivered. */
  readonly onDepth: (depth: number) => void;
}

/**
 * What one subscriber still has to get. Events about one thing, by `partitionkey` or else by source and subject, are
 * tried one after the other, in their order; one that waits for a retry does not hold up those behind it.
 *
 * Not so raw events, nor any for a subscriber who asks for it: they only say where to look, so each is begun as it comes, and
 * what waits is one judgement that all of them share. None is left out because a newer one about the same object is behind it: the state in between may
 * have been judged, and only who was told of it knows that the newer one is no noise.
 */
export class SubscriberQueue {
  readonly #options: QueueOptions;
  readonly #ready: Delivery[] = [];
  /** By key: what waits until the delivery of that key is through. A key is here while one of its deliveries is ready or running. */
  readonly #lanes = new Map<string, Delivery[]>();
  #depth = 0;
  #running = 0;
  /** Those of them that are tried one after the other. */
  #inOrder = 0;
  #closed = false;
  #watchers: (() => void)[] = [];

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** How many events are undelivered. */
  get depth(): number {
    return this.#depth;
  }

  get hasRoom(): boolean {
    return this.#depth < this.#options.capacity;
  }

  /** Whether a delivery is being tried. */
  get isRunning(): boolean {
    return this.#running > 0;
  }

  add(event: IncomingEvent): void {
    this.#changeDepth(1);
    this.#enqueue({ event, attempts: 0 });
  }

  /** Resolves when an attempt has ended or an event is delivered: look again then. */
  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#watchers.push(resolve);
    });
  }

  /** Begins no further delivery. */
  close(): void {
    this.#closed = true;
    this.#notify();
  }

  #enqueue(delivery: Delivery): void {
    if (this.#options.inAnyOrder || OBJECT_CHANGE_TYPES.includes(delivery.event.type)) {
      if (!this.#closed) void this.#attempt(delivery);
      return;
    }
    const key = keyOf(delivery.event);
    const lane = this.#lanes.get(key);
    if (lane === undefined) {
      this.#lanes.set(key, []);
      this.#ready.push(delivery);
      this.#pump();
    } else lane.push(delivery);
  }

  #pump(): void {
    while (!this.#closed && this.#inOrder < this.#options.concurrency) {
      const delivery = this.#ready.shift();
      if (delivery === undefined) return;
      void this.#attemptInOrder(delivery);
    }
  }

  async #attemptInOrder(delivery: Delivery): Promise<void> {
    this.#inOrder += 1;
    await this.#attempt(delivery);
    this.#inOrder -= 1;
    this.#release(keyOf(delivery.event));
    this.#pump();
  }

  async #attempt(delivery: Delivery): Promise<void> {
    this.#running += 1;
    delivery.attempts += 1;
    const again = await this.#options.attempt(delivery);
    this.#running -= 1;
    if (again === undefined) this.#changeDepth(-1);
    else void again.retryAfter.then(() => this.#enqueue(delivery));
    this.#notify();
  }

  #release(key: string): void {
    const next = this.#lanes.get(key)?.shift();
    if (next === undefined) this.#lanes.delete(key);
    else this.#ready.push(next);
  }

  #changeDepth(by: number): void {
    this.#depth += by;
    this.#options.onDepth(this.#depth);
  }

  #notify(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const resolve of watchers) resolve();
  }
}

function keyOf({ partitionkey, source, subject, id }: IncomingEvent): string {
  if (typeof partitionkey === 'string' && partitionkey !== '') return partitionkey;
  return subject === undefined ? id : `${source} ${subject}`;
}
