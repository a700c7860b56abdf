import { setMaxListeners } from 'node:events';
import type { Clock } from '../../../shared/domain/units.ts';
import { OverloadedError, SinkUnavailableError } from '../../../shared/errors/errors.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import type { ProductEvent } from '../../../shared/events/product-event.ts';
import type { Subscription } from '../../../shared/runtime/function-manifest.ts';
import type { EventSink, Log } from '../../../shared/runtime/ports.ts';
import type { ServerlessFunction } from '../../../shared/runtime/serverless-function.ts';
import type { BrokerMetrics } from './broker-metrics.ts';
import { DeadLetters } from './dead-letters.ts';
import { Deliverer } from './deliverer.ts';
import { DEFAULT_DELIVERY_POLICY, type DeliveryPolicy } from './delivery-policy.ts';
import { isWanted } from './is-wanted.ts';
import { SubscriberQueue } from './subscriber-queue.ts';

export interface BrokerOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: BrokerMetrics;
  /** What differs from Knative's defaults. */
  readonly retry?: Partial<DeliveryPolicy> | undefined;
  /** Undelivered events a subscriber may have, from 1 up. Default 1,000: a raw event holds a whole object. */
  readonly capacity?: number | undefined;
  /** Deliveries to one subscriber at once, from 1 up; raw events, which `capacity` bounds, do not count. Default 8. */
  readonly concurrency?: number | undefined;
  /** Dead letters that are kept. Default 100. */
  readonly maxDeadLetters?: number | undefined;
}

/** A broker in the process: at-least-once while the process lives. What it loses with it, the next audit brings back. */
export interface Broker extends EventSink {
  /** What was given up on. */
  readonly deadLetters: DeadLetters;
  /** Sends a subscriber all events, from now on, that pass one of the filters. */
  subscribe(name: string, filters: readonly Subscription[], subscriber: ServerlessFunction): void;
  /**
   * Takes one of our own events, at once. It never waits: it is called by subscribers, and those who wait for each
   * other's room would wait for ever.
   *
   * @throws SinkUnavailableError when a subscriber has no room, or the broker is closed: the event was given to nobody
   */
  publish(event: ProductEvent): Promise<void>;
  /** Takes an event from outside, when every subscriber has room: whoever reads the cluster waits. @throws OverloadedError when closed */
  offer(event: IncomingEvent): Promise<void>;
  /** Resolves when nothing is undelivered. */
  drain(): Promise<void>;
  /** Takes and begins nothing more, waits for what is being delivered. @returns how many events are left undelivered */
  close(): Promise<number>;
}

interface Subscriber {
  readonly filters: readonly Subscription[];
  readonly queue: SubscriberQueue;
}

const DEFAULT_CAPACITY = 1_000;
const DEFAULT_CONCURRENCY = 8;
const DEFAULT_MAX_DEAD_LETTERS = 100;

/** Makes a broker without subscribers. */
export function createBroker(options: BrokerOptions): Broker {
  return new InProcessBroker(options);
}

class InProcessBroker implements Broker {
  readonly deadLetters: DeadLetters;
  readonly #options: BrokerOptions;
  readonly #subscribers: Subscriber[] = [];
  readonly #closing = new AbortController();

  constructor(options: BrokerOptions) {
    this.#options = options;
    // Every retry waits on it.
    setMaxListeners(0, this.#closing.signal);
    this.deadLetters = new DeadLetters(options.maxDeadLetters ?? DEFAULT_MAX_DEAD_LETTERS);
  }

  subscribe(name: string, filters: readonly Subscription[], subscriber: ServerlessFunction): void {
    const { capacity = DEFAULT_CAPACITY, concurrency = DEFAULT_CONCURRENCY, metrics, retry } = this.#options;
    const deliverer = new Deliverer(name, subscriber, {
      ...this.#options,
      policy: { ...DEFAULT_DELIVERY_POLICY, ...retry },
      deadLetters: this.deadLetters,
      signal: this.#closing.signal,
    });
    const queue = new SubscriberQueue({
      capacity,
      concurrency,
      inAnyOrder: subscriber.manifest.inAnyOrder ?? false,
      attempt: (delivery) => deliverer.attempt(delivery),
      onDepth: (depth) => metrics.queueDepth(name, depth),
    });
    this.#subscribers.push({ filters, queue });
  }

  async publish(event: ProductEvent): Promise<void> {
    const incoming: IncomingEvent = { ...event };
    const queues = this.#queuesFor(incoming);
    if (this.#closing.signal.aborted || queues.some(({ hasRoom }) => !hasRoom)) {
      throw new SinkUnavailableError(
        `the broker does not take the event ${event.id}: ${this.#closing.signal.aborted ? 'it is closed' : 'a subscriber has no room'}`,
        'Nothing has to be done: the event stays in its record and is published later.',
      );
    }
    for (const queue of queues) queue.add(incoming);
  }

  async offer(event: IncomingEvent): Promise<void> {
    const queues = this.#queuesFor(event);
    for (;;) {
      if (this.#closing.signal.aborted)
        throw new OverloadedError('the broker is closed', 'The process is stopping: start it again.');
      const full = queues.find(({ hasRoom }) => !hasRoom);
      if (full === undefined) break;
      await full.changed();
    }
    for (const queue of queues) queue.add(event);
  }

  async drain(): Promise<void> {
    await this.#until(({ depth }) => depth === 0);
  }

  async close(): Promise<number> {
    this.#closing.abort();
    for (const { queue } of this.#subscribers) queue.close();
    await this.#until(({ isRunning }) => !isRunning);
    return this.#subscribers.reduce((sum, { queue }) => sum + queue.depth, 0);
  }

  /** Looks again after every change: a delivery to one may lead to an event for another. */
  async #until(done: (queue: SubscriberQueue) => boolean): Promise<void> {
    for (;;) {
      const waiting = this.#subscribers.find(({ queue }) => !done(queue));
      if (waiting === undefined) return;
      await waiting.queue.changed();
    }
  }

  #queuesFor(event: IncomingEvent): readonly SubscriberQueue[] {
    return this.#subscribers.filter(({ filters }) => isWanted(event, filters)).map(({ queue }) => queue);
  }
}
