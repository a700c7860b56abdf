import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import { decodeMessage } from './event-message.ts';
import { LoopbackServer } from './loopback-server.ts';
import { bodyOf, endToEnd, post } from './openfaas-gateway.ts';

/** Stands in for a Kubernetes Service: passes on what is sent to it, and keeps the events that were accepted. */
export class RecordingService {
  /** In the order in which they were accepted. */
  readonly accepted: IncomingEvent[] = [];
  /** Where it passes on to. */
  target: string | undefined;
  readonly #server = new LoopbackServer((incoming, response) => void this.#pass(incoming, response));

  static async start(): Promise<RecordingService> {
    const service = new RecordingService();
    await service.#server.start();
    return service;
  }

  get url(): string {
    return `${this.#server.url}/`;
  }

  async close(): Promise<void> {
    await this.#server.close();
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
