import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HTTP } from 'cloudevents';
import type { ProductEvent } from '../../shared/events/product-event.ts';

/** Where a test's events go: a real HTTP server that keeps what it accepts. */
export interface LoopbackSink {
  readonly url: string;
  /** What was accepted, in its order. */
  readonly events: readonly ProductEvent[];
  /** The ids of all that was sent, what was refused included. */
  readonly sentIds: readonly string[];
  /** What it answers from now on; 202 at first. */
  answer(status: number): void;
  stop(): Promise<void>;
}

/** Starts a sink on a free port of the loopback interface. */
export async function startLoopbackSink(): Promise<LoopbackSink> {
  const events: ProductEvent[] = [];
  const sentIds: string[] = [];
  let status = 202;
  const server = createServer((request, response) => {
    void read(request).then((event) => {
      sentIds.push(event.id);
      if (status < 300) events.push(event);
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    events,
    sentIds,
    answer: (next) => {
      status = next;
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function read(request: IncomingMessage): Promise<ProductEvent> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const event = HTTP.toEvent({ headers: request.headers, body: Buffer.concat(chunks).toString() });
  return event as unknown as ProductEvent;
}
