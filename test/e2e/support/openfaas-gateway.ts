import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { LoopbackServer } from './loopback-server.ts';
import { until } from './until.ts';

/** A request as the queue has it. */
interface Queued {
  readonly name: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** One try to hand a queued request to its function, and what came of it. */
export interface Invocation {
  readonly name: string;
  readonly type: string;
  readonly status: number;
}

const CALL = /^\/(async-function|function)\/([^/.]+)(?:\.[^/]+)?(\/.*)?$/;
/** Of the message that a request becomes. Source: docs.openfaas.com/reference/async, "Payload size"; NATS' default. */
const MAX_MESSAGE_BYTES = 1_048_576;
/** What is invoked again, as the chart of OpenFaaS has it; waits are shorter here. Source: facts of OpenFaaS. */
const INVOKED_AGAIN = new Set([408, 429, 500, 502, 503, 504]);
const MAX_ATTEMPTS = 100;
const FIRST_WAIT_MS = 50;
const MAX_WAIT_MS = 1_000;
const HOP_BY_HOP = new Set(['host', 'connection', 'transfer-encoding', 'content-length', 'keep-alive']);

/**
 * Stands in for OpenFaaS' gateway, queue and queue worker. `POST /async-function/NAME` is answered 202 whether there is such a function or
 * not; the queue outlives functions, and keeps no order. `POST /function/NAME` is passed on and answered as the function does.
 */
export class OpenfaasGateway {
  readonly invocations: Invocation[] = [];
  /** What was given up on. */
  readonly lost: Invocation[] = [];
  readonly #server = new LoopbackServer((incoming, response) => void this.#receive(incoming, response));
  readonly #functions = new Map<string, string>();
  readonly #stop = new AbortController();
  #underWay = 0;

  private constructor() {
    setMaxListeners(0, this.#stop.signal);
  }

  static async start(): Promise<OpenfaasGateway> {
    const gateway = new OpenfaasGateway();
    await gateway.#server.start();
    return gateway;
  }

  get url(): string {
    return `${this.#server.url}`;
  }

  /** How many requests are in the queue. */
  get underWay(): number {
    return this.#underWay;
  }

  deploy(name: string, url: string): void {
    this.#functions.set(name, url);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await until('the queue worker has ended', async () => this.#underWay === 0);
    await this.#server.close();
  }

  async #receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, route, name = '', path = '/'] = CALL.exec(incoming.url ?? '') ?? [];
    if (route === undefined || incoming.method !== 'POST') return void response.writeHead(404).end();
    const callId = randomUUID();
    const headers = {
      ...endToEnd(incoming.headers),
      'x-call-id': callId,
      'x-start-time': `${Date.now()}000000`,
    };
    const queued = { name, path, headers, body: await bodyOf(incoming) };
    response.setHeader('x-call-id', callId);
    if (route === 'function') return void response.writeHead(await this.#invoke(queued)).end();
    const message = JSON.stringify({ ...queued, body: queued.body.toString('base64') });
    if (message.length > MAX_MESSAGE_BYTES)
      return void response.writeHead(500).end('nats: maximum payload exceeded');
    this.#underWay += 1;
    void this.#work(queued).finally(() => {
      this.#underWay -= 1;
    });
    response.writeHead(202).end();
  }

  async #work(queued: Queued): Promise<void> {
    const type = queued.headers['ce-type'] ?? '';
    for (let attempt = 1; !this.#stop.signal.aborted; attempt += 1) {
      const status = await this.#invoke(queued);
      const invocation = { name: queued.name, type, status };
      this.invocations.push(invocation);
      if (status < 300) return;
      if (!INVOKED_AGAIN.has(status) || attempt === MAX_ATTEMPTS) return void this.lost.push(invocation);
      const waitMs = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
      await sleep(waitMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  /** The status that the function answers with; 404 when there is none of that name, 502 when it does not answer. */
  #invoke({ name, path, headers, body }: Queued): Promise<number> {
    const url = this.#functions.get(name);
    if (url === undefined) return Promise.resolve(404);
    return post(new URL(path, url), headers, body).catch(() => 502);
  }
}

/** By hand: what others send without a body or a media type gets none. */
export function post(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: Buffer = Buffer.alloc(0),
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: { ...headers, 'content-length': body.length } });
    sent.once('error', reject);
    sent.once('response', (answer) => {
      answer.resume();
      answer.once('error', reject);
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.end(body);
  });
}

export function endToEnd(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !HOP_BY_HOP.has(name))
      .map(([name, value]) => [name, String(value)]),
  );
}

export async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
