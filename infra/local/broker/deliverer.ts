import type { Clock } from '../../../shared/domain/units.ts';
import { FunctionError } from '../../../shared/errors/errors.ts';
import { failureFacts } from '../../../shared/observability/failure-facts.ts';
import type { Log } from '../../../shared/runtime/ports.ts';
import type { ServerlessFunction } from '../../../shared/runtime/serverless-function.ts';
import type { BrokerMetrics } from './broker-metrics.ts';
import type { DeadLetters } from './dead-letters.ts';
import { type DeliveryPolicy, deliveryDelay } from './delivery-policy.ts';
import type { Delivery } from './subscriber-queue.ts';

export interface DelivererOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: BrokerMetrics;
  readonly policy: DeliveryPolicy;
  readonly deadLetters: DeadLetters;
  /** Ends every wait for a retry. */
  readonly signal: AbortSignal;
}

/** Tries deliveries to one subscriber, and says what follows from a failure: another try, or a dead letter. */
export class Deliverer {
  readonly #name: string;
  readonly #subscriber: ServerlessFunction;
  readonly #options: DelivererOptions;

  constructor(name: string, subscriber: ServerlessFunction, options: DelivererOptions) {
    this.#name = name;
    this.#subscriber = subscriber;
    this.#options = options;
  }

  /** Tries once. Never fails; with a promise that ends when to try again, or nothing when the event is settled. */
  async attempt(delivery: Delivery): Promise<{ readonly retryAfter: Promise<void> } | undefined> {
    const { event, attempts } = delivery;
    try {
      await this.#subscriber.handle(event);
      return undefined;
    } catch (error) {
      const known = error instanceof FunctionError ? error : undefined;
      if (known?.code === 'EVENT_INVALID' || attempts > this.#options.policy.retries)
        return this.#giveUp(delivery, error);
      // What is expected to fail now and then was logged by `observeFunction`; a bug is left to us.
      if (known === undefined) this.#say(delivery, { error, text: 'met a bug and is delivered again' });
      return { retryAfter: this.#pause(attempts) };
    }
  }

  #giveUp(delivery: Delivery, error: unknown): undefined {
    const { clock, metrics, deadLetters } = this.#options;
    const { event, attempts } = delivery;
    deadLetters.add({
      subscriber: this.#name,
      event,
      attempts,
      diedAt: clock.now(),
      code: error instanceof FunctionError ? error.code : 'BUG',
      message: error instanceof Error ? error.message : String(error),
    });
    metrics.deadLettered(this.#name, event.type);
    this.#say(delivery, { error, text: 'is given up' });
  }

  /** Never ends once the broker is closed: nothing is delivered any more. */
  #pause(retry: number): Promise<void> {
    const { policy, signal } = this.#options;
    return policy.wait(deliveryDelay(retry, policy), signal).catch((error: unknown) => {
      if (signal.aborted) return new Promise<void>(() => undefined);
      throw error;
    });
  }

  #say(
    { event, attempts }: Delivery,
    { error, text }: { readonly error: unknown; readonly text: string },
  ): void {
    const { id, type } = event;
    const facts = { subscriber: this.#name, event: id, type, attempts, ...failureFacts(error) };
    this.#options.log.error(facts, `an event for ${this.#name} ${text}`);
  }
}
