import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SimulatedApi } from '../api/simulated-api.ts';
import { Faults } from './faults.ts';
import { handleRequest } from './request-handler.ts';

/** An API server that listens on the loopback interface. */
export interface SimulatedApiServer {
  /** Such as `http://127.0.0.1:40123`. */
  readonly server: string;
  /** A kubeconfig that kubectl and every client library read: no credentials, everybody is an administrator. */
  readonly kubeconfig: string;
  readonly faults: Faults;
  /** Ends every connection; resolves once the port is free. */
  stop(): Promise<void>;
}

/** The name of the simulation's context, cluster and user. */
export const SIMULATED_CONTEXT = 'simulated';

/**
 * Serves a simulated API over plain HTTP.
 *
 * @param port - 0, unless told, for one that is free
 * @throws Error of Node when the port is taken
 */
export async function startSimulatedApiServer(api: SimulatedApi, port = 0): Promise<SimulatedApiServer> {
  const faults = new Faults();
  const http = createServer((request, response) => void handleRequest({ api, faults }, request, response));
  // A request that hangs on purpose is no request that is too slow.
  http.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, '127.0.0.1', resolve);
  });
  const server = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    server,
    kubeconfig: kubeconfigOf(server),
    faults,
    stop: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

function kubeconfigOf(server: string): string {
  const name = SIMULATED_CONTEXT;
  return `${JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  })}\n`;
}
