import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { epochMs } from '../../../shared/domain/units.ts';
import { ApiClient } from '../../../shared/kubernetes/api-client.ts';
import { createIncidentStore } from '../../../shared/kubernetes/incident-store.ts';
import { loadConnection } from '../../../shared/kubernetes/kube-config.ts';
import type { IncidentStore } from '../../../shared/runtime/ports.ts';
import type { Cluster } from './describe-cluster.ts';
import { createNamespace, installCrds } from './kubevirt.ts';
import type { CustomResourceDefinition } from './objects.ts';

/** Where the functions' records are. */
export const INCIDENTS_NAMESPACE = 'kubevirt-orphans';
const crdFile = new URL('../../../infra/deploy/records/orphan-incident-crd.yaml', import.meta.url);

/** Installs the record as a user would, with its namespace. */
export async function installIncidents({ api }: Pick<Cluster, 'api'>): Promise<void> {
  await installCrds(api, [load(readFileSync(crdFile, 'utf8')) as CustomResourceDefinition]);
  await createNamespace(api, INCIDENTS_NAMESPACE);
}

/** The records, as the functions see them, and what ends the connection. */
export function openIncidents(kubeconfig: string): {
  readonly store: IncidentStore;
  readonly close: () => void;
} {
  const clock = { now: () => epochMs(Date.now()) };
  const client = new ApiClient(loadConnection({ kubeconfig, env: {} }), { clock });
  const store = createIncidentStore(client, { namespace: INCIDENTS_NAMESPACE });
  return { store, close: () => client.close() };
}
