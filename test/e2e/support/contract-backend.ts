import { beforeAll } from 'vitest';
import type { Backend, GetBackend } from '../../contracts/backend.ts';
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
    const { api } = cluster;
    await installCrds(api, readFixtures<CustomResourceDefinition>('crds'));
    await installCrds(api, [orphanIncidents as unknown as CustomResourceDefinition]);
    backend = { api, forgetHistory: async () => undefined };
  });
  return () => {
    if (backend === undefined) throw new Error('the backend is there in tests only');
    return backend;
  };
}
