import { existsSync, readFileSync } from 'node:fs';
import type { KubeConfigContent, KubeEnvironment } from './kubeconfig-files.ts';

/** Where the kubelet mounts a pod's service account. Source: client-go `rest/config.go`, InClusterConfig. */
export const SERVICE_ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The configuration of a pod's service account; `undefined` outside of a pod, or in one without a token. */
export function findServiceAccount(env: KubeEnvironment, directory: string): KubeConfigContent | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  const tokenFile = `${directory}/token`;
  if (!host || !port || !existsSync(tokenFile)) return undefined;
  const name = 'in-cluster';
  const namespaceFile = `${directory}/namespace`;
  const namespace = existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() : '';
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    clusters: [{ name, server, caFile: `${directory}/ca.crt`, skipTLSVerify: false }],
    users: [{ name, authProvider: { name: 'tokenFile', config: { tokenFile } } }],
    contexts: [{ name, cluster: name, user: name, ...(namespace === '' ? {} : { namespace }) }],
    currentContext: name,
    source: `the service account in ${directory}`,
  };
}
