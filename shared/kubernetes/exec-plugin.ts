import { type Cluster, makeAbsolutePath, type User } from '@kubernetes/client-node';

interface ExecConfig {
  readonly apiVersion?: string;
  readonly command?: unknown;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly provideClusterInfo?: boolean;
}

/** Tells a login command what it is asked for; several refuse to run without it. */
const EXEC_INFO = 'KUBERNETES_EXEC_INFO';

/** The login command (`exec`) that a user's credentials come from; `undefined` when they come from elsewhere. */
export function execCommandOf(user: User): string | undefined {
  const command = execOf(user)?.command;
  return typeof command === 'string' ? command : undefined;
}

/** Makes the path of a user's login command start at its kubeconfig's directory, as kubectl does. */
export function withExecPath(user: User, directory: string): User {
  const command = execCommandOf(user);
  if (!command?.includes('/')) return user;
  return { ...user, exec: { ...execOf(user), command: makeAbsolutePath(directory, command) } };
}

/**
 * Tells a user's login command what kubectl would tell it; the client library does not.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export function withExecInfo(user: User, cluster: Cluster): User {
  const exec = execOf(user);
  if (exec === undefined) return user;
  const env = Array.isArray(exec.env) ? exec.env : [];
  if (env.some(({ name }) => name === EXEC_INFO)) return user;
  return {
    ...user,
    exec: { ...exec, env: [...env, { name: EXEC_INFO, value: JSON.stringify(execInfo(exec, cluster)) }] },
  };
}

function execInfo(exec: ExecConfig, cluster: Cluster): object {
  const asked = {
    server: cluster.server,
    'certificate-authority-data': cluster.caData,
    'insecure-skip-tls-verify': cluster.skipTLSVerify,
    'tls-server-name': cluster.tlsServerName,
    'proxy-url': cluster.proxyUrl,
  };
  return {
    apiVersion: exec.apiVersion ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec.provideClusterInfo === true ? { cluster: asked } : {}) },
  };
}

function execOf(user: User): ExecConfig | undefined {
  return typeof user.exec === 'object' && user.exec !== null ? (user.exec as ExecConfig) : undefined;
}
