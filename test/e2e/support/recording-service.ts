import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import { decodeMessage } from './event-message.ts';
import { bodyOf, endToEnd, post } from './openfaas-gateway.ts';

/** Stands in for a Kubernetes Service: passes on what is sent to it, and keeps the events that were accepted. */
export class RecordingService {
  /** In the order in which they were accepted. */
  readonly accepted: IncomingEvent[] = [];
  /** Where it passes on to. */
  target: string | undefined;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((incoming, response) => void this.#pass(incoming, response));
  }

  static async start(): Promise<RecordingService> {
    const service = new RecordingService();
    await once(service.#server.listen(0, '127.0.0.1'), 'listening');
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** A pod that is gone answers nobody. */
  async #pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await bodyOf(incoming);
      const headers = endToEnd(incoming.headers);
      const status = await post(new URL(this.target ?? ''), headers, body);
      if (status < 300) this.accepted.push(decodeMessage({ headers, body: body.toString() }));
      response.writeHead(status).end();
    } catch {
      incoming.socket.destroy();
    }
  }
}
