import type { KubeApi } from './kube-api.ts';
import { type KubeObject, kinds, type Metadata } from './objects.ts';
import { owners } from './virt-operator.ts';

interface ManagedMetadata extends Metadata {
  managedFields?: { readonly manager?: string; readonly operation?: string }[];
}

/** The nodes and owners of the placement in which the API server knows a field of ours, such as `Node node02`, sorted. */
export async function writtenByUs(api: KubeApi): Promise<readonly string[]> {
  const hyperConverged = await api.find(owners.HyperConverged);
  const objects: readonly KubeObject[] = [
    ...(await api.list(kinds.node)),
    await api.get(owners.KubeVirt),
    ...(hyperConverged === undefined ? [] : [hyperConverged]),
  ];
  return objects
    .filter(({ metadata }) => (metadata as ManagedMetadata).managedFields?.some(isOurs))
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    .sort();
}

function isOurs({ manager }: { readonly manager?: string }): boolean {
  return manager === 'kubevirt-orphans';
}
