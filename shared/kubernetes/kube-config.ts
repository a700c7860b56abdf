import type { Cluster, Context, User } from '@kubernetes/client-node';
import { KubeConfigError } from '../errors/errors.ts';
import { type ClusterInputs, CONFIG_ADVICE, type ConfigAdvice } from './config-advice.ts';
import { type Connection, createConnection } from './connection.ts';
import { environmentProxy } from './environment-proxy.ts';
import { findServiceAccount, SERVICE_ACCOUNT_DIRECTORY } from './in-cluster.ts';
import { findKubeConfig, type KubeConfigContent, type KubeEnvironment } from './kubeconfig-files.ts';

export interface ConnectionOptions {
  /** The file after `--kubeconfig`; it may not exist. */
  readonly kubeconfig?: string | undefined;
  /** The name after `--context`; the kubeconfig's current context when left out. */
  readonly context?: string | undefined;
  /** The environment of the process. */
  readonly env: KubeEnvironment;
  /** What whoever reads an error could say otherwise. Default `dump`: all that there is. */
  readonly inputs?: ClusterInputs | undefined;
  /** Where a pod finds its service account; only a test says another place. */
  readonly serviceAccountDirectory?: string | undefined;
}

/**
 * Says how to reach a cluster: `--kubeconfig`, else `KUBECONFIG`, else `~/.kube/config`, else the service account of
 * the pod we run in. Reads files, asks no server.
 *
 * @throws KubeConfigError when there is no configuration, when it is broken, and when it lacks the context
 */
export function loadConnection(options: ConnectionOptions): Connection {
  const advice = CONFIG_ADVICE[options.inputs ?? 'dump'];
  const content = findContent(options, advice);
  const context = chooseContext(content, options.context, advice);
  const named = `the context "${context.name}" of ${content.source}`;
  const cluster = content.clusters.find(({ name }) => name === context.cluster);
  if (cluster === undefined) {
    throw new KubeConfigError(
      `${named} names the cluster "${context.cluster}", which is not in it or has no server`,
      `Repair it with \`kubectl config set-cluster ${context.cluster} --server=URL\`, or choose another context.`,
    );
  }
  const user = content.users.find(({ name }) => name === context.user);
  if (user === undefined && context.user) {
    throw new KubeConfigError(
      `${named} names the user "${context.user}", who is not in it`,
      `Repair it with \`kubectl config set-credentials ${context.user}\`, or choose another context.`,
    );
  }
  return connect({ context, cluster, user: user ?? { name: 'nobody' }, named, env: options.env });
}

interface Choice {
  readonly context: Context;
  readonly cluster: Cluster;
  readonly user: User;
  readonly named: string;
  readonly env: KubeEnvironment;
}

function connect({ context, cluster, user, named, env }: Choice): Connection {
  const server = serverUrl(cluster, user, named);
  const proxyUrl = cluster.proxyUrl ?? environmentProxy(server, env);
  const { proxyUrl: _, ...direct } = cluster;
  return createConnection({
    contextName: context.name,
    namespace: context.namespace,
    user,
    cluster: {
      ...direct,
      server: server.href.replace(/\/+$/, ''),
      // The client library refuses http:// unless told that there is no certificate to check.
      skipTLSVerify: cluster.skipTLSVerify || server.protocol === 'http:',
      ...(proxyUrl ? { proxyUrl: checkedProxy(proxyUrl, named) } : {}),
    },
  });
}

function findContent(
  { kubeconfig, env, inputs, serviceAccountDirectory }: ConnectionOptions,
  advice: ConfigAdvice,
): KubeConfigContent {
  const directory = serviceAccountDirectory ?? SERVICE_ACCOUNT_DIRECTORY;
  const { content, lookedAt } = findKubeConfig(kubeconfig, env, advice);
  const found = content ?? findServiceAccount(env, directory);
  if (found !== undefined) return found;
  const flags = inputs === 'environment' ? [] : ['--kubeconfig (not given)'];
  const places = [...flags, ...lookedAt, `the service account of a pod (none in ${directory})`];
  throw new KubeConfigError(`no kubeconfig: looked at ${places.join(', ')}`, advice.whenNone);
}

function chooseContext(
  content: KubeConfigContent,
  wanted: string | undefined,
  advice: ConfigAdvice,
): Context {
  const name = wanted || content.currentContext;
  const context = content.contexts.find((it) => it.name === name);
  if (context !== undefined) return context;
  const known = content.contexts.map((it) => it.name);
  const remedy = known.length === 0 ? advice.whenEmpty : advice.whenNoSuchContext(known);
  if (name === '') throw new KubeConfigError(`${content.source} has no current context`, remedy);
  throw new KubeConfigError(`${content.source} has no context "${name}"`, remedy);
}

/** A server without a scheme is what client-go makes of it: https when a certificate plays a part, else http. */
function serverUrl(cluster: Cluster, user: User, named: string): URL {
  const secure = [cluster.caFile, cluster.caData, cluster.skipTLSVerify, user.certFile, user.certData].some(
    Boolean,
  );
  const text = cluster.server.includes('://')
    ? cluster.server
    : `${secure ? 'https' : 'http'}://${cluster.server}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new KubeConfigError(
    `${named} has no usable server: ${JSON.stringify(cluster.server)} is no http or https URL`,
    `Repair it with \`kubectl config set-cluster ${cluster.name} --server=URL\`.`,
  );
}

function checkedProxy(proxyUrl: unknown, named: string): string {
  const url = typeof proxyUrl === 'string' && URL.canParse(proxyUrl) ? new URL(proxyUrl) : undefined;
  if (url !== undefined && /^(?:https?|socks\w*):$/.test(url.protocol)) return url.href;
  throw new KubeConfigError(
    `the proxy for ${named} is no http, https or socks5 URL`,
    'Correct `proxy-url` in the kubeconfig, or the variable HTTPS_PROXY.',
  );
}
