import type { RequestOptions } from 'node:https';
import { type Cluster, KubeConfig, type User } from '@kubernetes/client-node';
import { KubeConfigError } from '../errors/errors.ts';
import { execCommandOf, withExecInfo } from './exec-plugin.ts';

/** How one cluster is reached, and as whom. */
export interface Connection {
  /** URL of the API server, with its path prefix if it has one, without a slash at the end. */
  readonly server: string;
  readonly contextName: string;
  readonly clusterName: string;
  /** Who we are in the kubeconfig: a name of its author's choice. */
  readonly userName: string;
  /** The namespace of the context; `undefined` when it names none. */
  readonly namespace: string | undefined;
  /** Host and port of the proxy on the way, if there is one. */
  readonly proxy: string | undefined;
  /**
   * Adds to a request what its caller is known by: headers, certificates, and the agent when a proxy is on the way.
   *
   * @throws KubeConfigError when a file is missing, or when a login command fails or takes longer than 60 s
   */
  applyTo(options: RequestOptions): Promise<void>;
}

export interface ConnectionParts {
  readonly contextName: string;
  readonly namespace: string | undefined;
  readonly cluster: Cluster;
  readonly user: User;
}

/** How long a login command may take: it may open a browser or wait for a touch on a key. */
const LOGIN_LIMIT_MS = 60_000;
/** How long credentials are used before they are asked for again. Without, a login command runs for every page. */
const CREDENTIALS_AGE_MS = 10_000;

/** Makes a connection of a cluster and a user, as they are after the kubeconfig was read. */
export function createConnection({ contextName, namespace, cluster, user }: ConnectionParts): Connection {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [cluster],
    users: [withExecInfo(user, cluster)],
    contexts: [{ name: contextName, cluster: cluster.name, user: user.name }],
    currentContext: contextName,
  });
  let current: { readonly credentials: Promise<RequestOptions>; readonly since: number } | undefined;
  const credentials = (timeout: number | undefined): Promise<RequestOptions> => {
    if (current !== undefined && performance.now() - current.since < CREDENTIALS_AGE_MS)
      return current.credentials;
    const fresh = { credentials: authenticate(config, user, timeout), since: performance.now() };
    current = fresh;
    fresh.credentials.catch(() => {
      if (current === fresh) current = undefined;
    });
    return fresh.credentials;
  };
  const proxy = cluster.proxyUrl === undefined ? undefined : new URL(cluster.proxyUrl).host;
  return {
    server: cluster.server,
    contextName,
    clusterName: cluster.name,
    userName: user.name,
    namespace,
    proxy,
    async applyTo(options) {
      const { agent, headers, ...rest } = await credentials(options.timeout);
      Object.assign(options, rest, { headers: { ...options.headers, ...headers } });
      if (proxy !== undefined) options.agent = agent;
    },
  };
}

async function authenticate(
  config: KubeConfig,
  user: User,
  timeout: number | undefined,
): Promise<RequestOptions> {
  const options: RequestOptions = timeout === undefined ? {} : { timeout };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(loginTooLate(user)), LOGIN_LIMIT_MS);
  });
  try {
    await Promise.race([config.applyToHTTPSOptions(options), late]);
  } catch (cause) {
    throw cause instanceof KubeConfigError ? cause : credentialsFailure(user, cause);
  } finally {
    clearTimeout(timer);
  }
  return { ...options, headers: withoutLineEnds(options.headers) };
}

/** A token file ends with a newline as often as not; no header may hold one. */
function withoutLineEnds(headers: RequestOptions['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name, String(value).trim()]),
  );
}

function loginTooLate(user: User): KubeConfigError {
  return new KubeConfigError(
    `${loginOf(user)} did not end within ${LOGIN_LIMIT_MS / 1_000} s`,
    'Log in with `kubectl get nodes` first: it shows what the login command asks for.',
  );
}

/** Says which part of the credentials fails. What a login command printed may hold secrets: it stays in `cause`. */
function credentialsFailure(user: User, cause: unknown): KubeConfigError {
  const { code, syscall, path } = cause as NodeJS.ErrnoException;
  if (path !== undefined && syscall !== undefined && !syscall.startsWith('spawn')) {
    const reason = code === 'ENOENT' ? 'it does not exist' : `it cannot be read (${code})`;
    return new KubeConfigError(
      `cannot use the file ${path} of the user "${user.name}" or of its cluster: ${reason}`,
      'Correct the path in the kubeconfig, or create the file.',
      { cause },
    );
  }
  const missing = syscall?.startsWith('spawn') && code === 'ENOENT';
  return new KubeConfigError(
    `${loginOf(user)} ${missing ? 'does not exist' : 'failed'}`,
    missing
      ? 'Install it, or correct its path in the kubeconfig.'
      : 'Run `kubectl get nodes` with the same context: it shows what is wrong.',
    { cause },
  );
}

function loginOf(user: User): string {
  const command = execCommandOf(user);
  if (command !== undefined) return `the login command ${command} of the user "${user.name}"`;
  const { name } = (user.authProvider ?? {}) as { readonly name?: unknown };
  if (typeof name === 'string') return `the login of the user "${user.name}" by the auth provider ${name}`;
  return `making use of the credentials of the user "${user.name}"`;
}
