import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import { decodeMessage, encodeMessage, type Message } from './event-message.ts';
import { LoopbackServer } from './loopback-server.ts';
import { until } from './until.ts';

/** What the router says to who sends it an event; `cut` ends the connection without an answer. */
export type Answer = { readonly accepts: boolean; readonly status: number | 'cut' };

/** Anyone who receives events. */
export interface Subscriber {
  readonly name: string;
  readonly wants: (event: IncomingEvent) => boolean;
  readonly url: string;
  /** `PATIENT` unless told. */
  readonly policy?: DeliveryPolicy;
}

/** How often and how soon an event is delivered again, and what becomes of it then. */
export interface DeliveryPolicy {
  readonly retries: number;
  /** @param retry - which one, from 0 up */
  readonly delayMs: (retry: number) => number;
  /** Takes what is given up. */
  readonly giveUp?: (delivery: Delivery) => void;
}

/** One try to deliver an event, and what came of it. */
export interface Delivery {
  readonly subscriber: string;
  readonly event: IncomingEvent;
  readonly status: number | 'no answer';
  /** What it answered, as text. */
  readonly answer: string;
}

const ACCEPTED: Answer = { accepts: true, status: 202 };
/** Where Knative's dispatcher comes again; all else is final. Source: knative/eventing `pkg/kncloudevents/retries.go` */
const DELIVERED_AGAIN = new Set([404, 408, 409, 429]);
const PATIENT: DeliveryPolicy = { retries: 40, delayMs: (retry) => Math.min(1_000, 50 * 2 ** retry) };
const ANSWER_MS = 30_000;

/**
 * Stands in for a broker with triggers: takes events over HTTP, keeps them in order, and delivers each to everybody who
 * subscribed to its like, at least once, all at the same time and in no order.
 */
export class EventRouter {
  /** What was accepted from functions, in order. */
  readonly published: IncomingEvent[] = [];
  readonly deliveries: Delivery[] = [];
  /** Events that nobody could be brought to take. */
  readonly deadLetters: Delivery[] = [];
  /** What is answered to who publishes; a test replaces it to break the router. */
  answer: (event: IncomingEvent) => Promise<Answer> = async () => ACCEPTED;
  readonly #server = new LoopbackServer((request, response) => void this.#receive(request, response));
  readonly #subscribers: Subscriber[] = [];
  readonly #stop = new AbortController();
  #underWay = 0;

  private constructor() {
    // Every delivery listens to it.
    setMaxListeners(0, this.#stop.signal);
  }

  static async start(): Promise<EventRouter> {
    const router = new EventRouter();
    await router.#server.start();
    return router;
  }

  get url(): string {
    return `${this.#server.url}/`;
  }

  subscribe(subscriber: Subscriber): void {
    this.#subscribers.push(subscriber);
  }

  /** Takes an event of a source. */
  offer(event: IncomingEvent): void {
    this.#deliverToAll(event, encodeMessage(event));
  }

  /** Waits until every event was delivered, and what followed from it too. */
  async idle(timeoutMs = 30_000): Promise<void> {
    await until('all events are delivered', async () => this.#underWay === 0, timeoutMs);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await until('deliveries have stopped', async () => this.#underWay === 0);
    await this.#server.close();
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const message = await readMessage(request);
    if (message === undefined) return;
    const event = decodeMessage(message);
    const { accepts, status } = await this.answer(event);
    if (accepts) this.#publish(message);
    if (status === 'cut') request.socket.destroy();
    else response.writeHead(status).end();
  }

  #publish(message: Message): void {
    const event = decodeMessage(message);
    this.published.push(event);
    this.#deliverToAll(event, message);
  }

  #deliverToAll(event: IncomingEvent, message: Message): void {
    for (const subscriber of this.#subscribers) {
      if (!subscriber.wants(event)) continue;
      this.#underWay += 1;
      void this.#deliver({ subscriber, event, message }).finally(() => {
        this.#underWay -= 1;
      });
    }
  }

  async #deliver({ subscriber, event, message }: Parcel): Promise<void> {
    const { retries, delayMs, giveUp } = subscriber.policy ?? PATIENT;
    for (let retry = 0; !this.#stop.signal.aborted; retry += 1) {
      const delivery = { subscriber: subscriber.name, event, ...(await this.#send(subscriber.url, message)) };
      const { status } = delivery;
      this.deliveries.push(delivery);
      if (status !== 'no answer' && status < 300) return;
      if (!mayPass(status) || retry === retries) {
        this.deadLetters.push(delivery);
        giveUp?.(delivery);
        return;
      }
      await sleep(delayMs(retry), undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  async #send(url: string, { headers, body }: Message): Promise<Pick<Delivery, 'status' | 'answer'>> {
    try {
      const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(ANSWER_MS)]);
      const sent = { ...headers, prefer: 'reply' };
      const response = await fetch(url, { method: 'POST', headers: sent, body, signal });
      const answer = await response.text();
      if (!response.ok || answer === '') return { status: response.status, answer };
      // An answer is an event, or empty: Knative takes anything else for a failure.
      if (!response.headers.has('ce-specversion')) return { status: 502, answer };
      this.#publish({ headers: eventHeaders(Object.fromEntries(response.headers)), body: answer });
      return { status: response.status, answer };
    } catch {
      return { status: 'no answer', answer: '' };
    }
  }
}

interface Parcel {
  readonly subscriber: Subscriber;
  readonly event: IncomingEvent;
  readonly message: Message;
}

function mayPass(status: Delivery['status']): boolean {
  return status === 'no answer' || status >= 500 || DELIVERED_AGAIN.has(status);
}

/** `undefined` when whoever sent it went away. */
async function readMessage(request: IncomingMessage): Promise<Message | undefined> {
  let body = '';
  try {
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
  } catch {
    return undefined;
  }
  return { headers: eventHeaders(request.headers), body };
}

function eventHeaders(all: IncomingMessage['headers']): Message['headers'] {
  const kept = Object.entries(all).filter(([name]) => name.startsWith('ce-') || name === 'content-type');
  return Object.fromEntries(kept) as Record<string, string>;
}
