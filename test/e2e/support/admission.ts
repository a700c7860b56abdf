import type { KubeApi } from './kube-api.ts';
import { until } from './until.ts';

/**
 * Waits until pods of that service account are admitted, which takes the account and, before Kubernetes 1.24, a
 * token that a controller makes for it. A dry run: nothing is stored.
 */
export async function awaitPodsAdmitted(
  api: KubeApi,
  namespace: string,
  serviceAccountName: string,
): Promise<void> {
  const body = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'dry-run' },
    spec: { serviceAccountName, containers: [{ name: 'none', image: 'none' }] },
  };
  const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
  await until(
    `pods of ${namespace}/${serviceAccountName} are admitted`,
    () => api.call({ method: 'POST', path, body }),
    30_000,
  );
}
