import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ControlPlane } from './control-plane.ts';
import { type Kubeconfig, readKubeconfig, writeKubeconfig } from './kubeconfig.ts';

/** What happens to a request on its way: a status that the proxy answers itself, nothing at all, or an answer that is lost. */
export type Treatment = 'pass' | 'cut' | 'silence' | 'lose the answer' | { readonly status: number };

export interface Call {
  readonly method: string;
  /** The path with its query. */
  readonly path: string;
}

/** Stands between functions and a real API server, on the loopback interface, and breaks what a test tells it to. */
export class ApiProxy {
  /** A kubeconfig that leads here, for functions. */
  readonly kubeconfig: string;
  /** Every request that came, in order; a test may empty it. */
  calls: Call[] = [];
  treat: (call: Call) => Treatment = () => 'pass';
  readonly #server: Server;
  readonly #config: Kubeconfig;
  readonly #agent: Agent;

  private constructor(server: Server, config: Kubeconfig, kubeconfig: string) {
    this.#server = server;
    this.#config = config;
    this.kubeconfig = kubeconfig;
    this.#agent = new Agent({ keepAlive: true, ca: config.ca, ...('cert' in config.user && config.user) });
    server.on('request', (incoming, outgoing) => this.#receive(incoming, outgoing));
  }

  static async start({
    kubeconfig,
    directory,
  }: Pick<ControlPlane, 'kubeconfig' | 'directory'>): Promise<ApiProxy> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const config = readKubeconfig(kubeconfig);
    const path = join(directory, `proxied-${port}.kubeconfig`);
    await writeKubeconfig(path, { server: `http://127.0.0.1:${port}`, ca: '', user: { token: 'none' } });
    return new ApiProxy(server, config, path);
  }

  /** Ends the connections that are open now. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.cut();
    this.#agent.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #receive(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const call = { method: incoming.method ?? '', path: incoming.url ?? '/' };
    this.calls.push(call);
    const treatment = this.treat(call);
    if (treatment === 'cut') incoming.socket.destroy();
    else if (treatment === 'silence') incoming.resume();
    else if (typeof treatment === 'object') answer(outgoing, treatment.status);
    else this.#forward(incoming, outgoing, treatment === 'lose the answer');
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse, loses: boolean): void {
    const { server, user } = this.#config;
    const { authorization: _, host: __, ...headers } = incoming.headers;
    const bearer = 'token' in user ? { authorization: `Bearer ${user.token}` } : {};
    const options = { method: incoming.method, headers: { ...headers, ...bearer }, agent: this.#agent };
    const passedOn = request(new URL(incoming.url ?? '/', server), options, (response) => {
      if (loses) {
        response.resume().once('end', () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    passedOn.once('error', () => outgoing.destroy());
    outgoing.once('close', () => passedOn.destroy());
    incoming.pipe(passedOn);
  }
}

function answer(outgoing: ServerResponse, code: number): void {
  const reasons: Readonly<Record<number, string>> = { 409: 'Conflict', 429: 'TooManyRequests' };
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: reasons[code] ?? '', code };
  outgoing.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(status));
}
