import { type Connection, createConnection } from '../../shared/kubernetes/connection.ts';

/** Where the incidents of a simulated cluster live. */
export const SIMULATED_NAMESPACE = 'kubevirt-orphans';

/** How a simulated cluster is reached: like any other, without credentials. */
export function simulatedConnection(server: string): Connection {
  const name = 'simulated';
  return createConnection({
    contextName: name,
    namespace: SIMULATED_NAMESPACE,
    // Plain HTTP on the loopback interface: the client library refuses it otherwise.
    cluster: { name, server, skipTLSVerify: true },
    user: { name },
  });
}
