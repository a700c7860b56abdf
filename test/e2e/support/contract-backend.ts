import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { type Backend, type GetBackend, withNowhere } from '../../contracts/backend.ts';
import type { Cluster } from './describe-cluster.ts';
import { readFixtures } from './fixtures.ts';
import { installCrds } from './kubevirt.ts';
import { type CustomResourceDefinition, kinds } from './objects.ts';

const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
/** The project's record without its schema: what the contract is about does not depend on that. */
const orphanIncidents = {
  ...kinds.crd,
  metadata: { name: 'orphanincidents.kubevirt-orphans.dev' },
  spec: {
    group: 'kubevirt-orphans.dev',
    scope: 'Namespaced',
    names: { kind: 'OrphanIncident', plural: 'orphanincidents', singular: 'orphanincident' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: anything },
      },
    ],
  },
};

/** A real control plane as a backend of the contract. */
export function realBackend(cluster: Cluster): GetBackend {
  let backend: Backend | undefined;
  beforeAll(async () => {
    const { api, kubelet } = cluster;
    await installCrds(api, readFixtures<CustomResourceDefinition>('crds'));
    await installCrds(api, [orphanIncidents as unknown as CustomResourceDefinition]);
    backend = { api, kubelet: withNowhere(kubelet), forgetHistory: () => compact(cluster) };
  });
  return () => {
    if (backend === undefined) throw new Error('the backend is there in tests only');
    return backend;
  };
}

/** Has etcd forget everything up to now. It says in its log where it listens; it is asked as its gateway wants it. */
async function compact({ api, plane }: Cluster): Promise<void> {
  const log = readFileSync(join(plane.directory, 'logs', 'etcd.log'), 'utf8');
  const [, port] = /"listen-client-urls":\["http:\/\/127\.0\.0\.1:(\d+)/.exec(log) ?? [];
  if (port === undefined) throw new Error('etcd does not say where it listens');
  const { metadata } = await api.listing(kinds.namespace);
  const body = JSON.stringify({ revision: metadata.resourceVersion });
  const answer = await fetch(`http://127.0.0.1:${port}/v3/kv/compaction`, { method: 'POST', body });
  if (!answer.ok) throw new Error(`etcd does not compact: ${answer.status} ${await answer.text()}`);
}
