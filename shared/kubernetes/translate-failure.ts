import type { FunctionError } from '../errors/errors.ts';
import {
  KubeConfigError,
  KubeTlsError,
  KubeUnauthorizedError,
  KubeUnavailableError,
} from '../errors/errors.ts';
import { ApiStatusError, NotKubernetesError, SILENT, TransportError } from './call-failure.ts';
import type { Connection } from './connection.ts';
import { defaultPort } from './environment-proxy.ts';
import { tlsReason } from './tls-reason.ts';

/** Makes a failure of this room one of the project's errors; what is not understood passes through as it is. */
export function translateFailure(error: unknown, connection: Connection, requestTimeoutMs: number): unknown {
  if (error instanceof ApiStatusError) return ofStatus(error, connection);
  if (error instanceof NotKubernetesError) return notKubernetes(connection, error.message, error);
  if (error instanceof TransportError) return ofTransport(error, connection, requestTimeoutMs);
  return error;
}

function ofStatus(error: ApiStatusError, connection: Connection): FunctionError {
  const { status, isPage } = error;
  const { server, contextName } = connection;
  if (status === 401) {
    return new KubeUnauthorizedError(
      `the server ${server} does not know who is asking (401): the credentials of the context "${contextName}" are missing, wrong or expired`,
      'Log in again or renew the token; `kubectl get nodes` with the same context shows when it works.',
      { cause: error },
    );
  }
  if (status === 429 || status >= 500) {
    const reason = status === 429 ? 'is overloaded (429)' : `fails (${status})`;
    return new KubeUnavailableError(
      `the server ${server} ${reason}, also when asked again`,
      'Try again in a few minutes; if it stays, ask whoever runs the cluster.',
      { cause: error },
    );
  }
  return notKubernetes(
    connection,
    isPage ? `a web page comes back (${status})` : `it answers ${status}`,
    error,
  );
}

function notKubernetes({ server, proxy }: Connection, what: string, cause: Error): KubeUnavailableError {
  const way = proxy === undefined ? '' : ` by way of the proxy ${proxy}`;
  return new KubeUnavailableError(
    `the server ${server}${way} does not answer as a Kubernetes API server: ${what}`,
    'Check the server of the context with `kubectl config view --minify`, and whether a proxy or a login page is on the way.',
    { cause },
  );
}

function ofTransport(error: TransportError, connection: Connection, requestTimeoutMs: number): FunctionError {
  const { code } = error;
  if (
    code.startsWith('ERR_OSSL_') ||
    code.startsWith('ERR_INVALID_') ||
    code === 'ERR_TLS_INVALID_PROTOCOL_VERSION'
  ) {
    return new KubeConfigError(
      `a certificate, key, token or server name of the context "${connection.contextName}" cannot be used (${code})`,
      'Get a new kubeconfig from whoever runs the cluster.',
      { cause: error },
    );
  }
  const tls = tlsReason(code);
  if (tls !== undefined)
    return new KubeTlsError(`${connection.server}: ${tls.reason}`, tls.remedy, { cause: error });
  if (code.startsWith('HPE_')) return notKubernetes(connection, 'it does not speak HTTP', error);
  const { host, hostname, port } = hostOf(connection);
  const reason = transportReason(code, hostname, requestTimeoutMs);
  const way = connection.proxy === undefined ? '' : ` by way of the proxy ${connection.proxy}`;
  return new KubeUnavailableError(
    `cannot reach the server ${host}:${port}${way}: ${reason}`,
    'Check that the cluster runs, that the server of the context is right (`kubectl config view --minify`), and that a VPN or proxy is on if it needs one.',
    { cause: error },
  );
}

function hostOf({ server }: Connection): {
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
} {
  const url = new URL(server);
  return { host: url.hostname, hostname: url.hostname, port: url.port || defaultPort(url) };
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection is closed before the answer is complete',
  ECONNABORTED: 'the connection is closed before the answer is complete',
  EPIPE: 'the connection is closed before the answer is complete',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection is closed before the answer is complete',
  Z_BUF_ERROR: 'the answer is damaged on the way',
  Z_DATA_ERROR: 'the answer is damaged on the way',
  ETIMEDOUT: 'connecting timed out',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  EHOSTDOWN: 'the host is down',
  ENETDOWN: 'the network is down',
  '': 'the proxy refuses or fails',
};

function transportReason(code: string, hostname: string, requestTimeoutMs: number): string {
  if (code === SILENT) return `timed out, no answer within ${requestTimeoutMs / 1_000} s`;
  if (code === 'ENOTFOUND') return `name not found, DNS does not know ${hostname}`;
  if (code === 'EAI_AGAIN') return `name not found, DNS does not answer for ${hostname}`;
  return REASONS[code] ?? `the connection fails (${code})`;
}
