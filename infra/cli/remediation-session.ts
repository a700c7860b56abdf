import { userInfo } from 'node:os';
import { type Config, readConfig } from '../../shared/config/config.ts';
import { type RemediationPolicy, USUAL_POLICY } from '../../shared/domain/remediation/remediation-policy.ts';
import type { Clock } from '../../shared/domain/units.ts';
import type { Connection } from '../../shared/kubernetes/connection.ts';
import type { EventSink } from '../../shared/runtime/ports.ts';
import type { FunctionPorts } from '../server/catalog.ts';
import { readRemediateConfig } from '../server/remediate-config.ts';
import type { LiveWorld } from '../server/world.ts';
import type { Io } from './io.ts';

/** The flags that say which cluster is meant, and what may be done there. */
export interface SessionOptions {
  readonly config?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** A live cluster, and the ports by which functions would see it, for a person at the command line. */
export interface Session {
  readonly world: LiveWorld;
  readonly ports: FunctionPorts;
  readonly connection: Connection;
  readonly config: Config;
  readonly policy: RemediationPolicy;
  /** Who approves: `cli:` and the user. It is one source of events and has no blanks. */
  readonly by: string;
}

/**
 * What may be done: what the file says, else what usually may, once a person has approved it.
 *
 * @throws ConfigInvalidError that names every mistake
 */
export function policyOf({ config: file }: SessionOptions, { env }: Io): RemediationPolicy {
  const path = file ?? (env['REMEDIATE_CONFIG'] || undefined);
  return path === undefined
    ? { ...USUAL_POLICY, mode: 'Approve' }
    : readRemediateConfig(path, env, false).policy;
}

/**
 * Connects to the cluster, and asks it nothing yet. Loaded only when needed: the Kubernetes client is the largest part of the program.
 *
 * @throws ConfigInvalidError, KubeConfigError
 */
export async function openSession(options: SessionOptions, io: Io, clock: Clock): Promise<Session> {
  const config = readConfig({ LOG_LEVEL: 'error', ...io.env });
  const policy = policyOf(options, io);
  const [{ loadConnection }, { createWorld }, { createFunctionPorts }, { observeProcess }] =
    await Promise.all([
      import('../../shared/kubernetes/kube-config.ts'),
      import('../server/world.ts'),
      import('../server/function-ports.ts'),
      import('../server/observe-process.ts'),
    ]);
  const { kubeconfig, context } = options;
  const connection = loadConnection({ env: io.env, kubeconfig, context, inputs: 'live' });
  const observed = observeProcess('cli', config, io.stderr);
  const world = createWorld(connection, config.podNamespace, { clock, ...observed });
  const by = userOf(connection);
  const remediation = {
    // The person at the command line is believed, besides those whom the file names.
    policy: { ...policy, approvers: [...policy.approvers, by] },
    approval: undefined,
    verifier: undefined,
    links: undefined,
  };
  const sink = await sinkOf(config);
  const ports = createFunctionPorts({ world, sink, clock, remediation, ...observed }, config);
  return { world, ports, connection, config, policy, by };
}

/** Such as `cli:admin`: the user of the kubeconfig's context, else the one who is logged in. */
function userOf({ userName }: Connection): string {
  const user = userName === '' || userName === 'nobody' ? loggedIn() : userName;
  return `cli:${encodeURIComponent(user).slice(0, 200)}`;
}

/** A user without an entry in the system's list has no name. */
function loggedIn(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

/** Without a sink of our own, events wait in the record for the functions. */
async function sinkOf({ sink: url, sinkExtensions, sinkTimeoutMs, sinkCaCerts }: Config): Promise<EventSink> {
  if (url === undefined) return { publish: async () => undefined, isElsewhere: true };
  const { createHttpSink } = await import('../../shared/http/sink.ts');
  return createHttpSink({
    url,
    extensions: sinkExtensions,
    timeoutMs: sinkTimeoutMs,
    caCerts: sinkCaCerts,
  });
}
