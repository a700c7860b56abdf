import type { ClusterFacts } from '../domain/cluster-facts.ts';
import { byNamespaceAndName } from '../domain/collections.ts';
import type { ClusterObject } from '../domain/objects.ts';

/** The same facts by namespace and name, so that the order of files and of what is in them does not matter. */
export function sortFacts(facts: ClusterFacts): ClusterFacts {
  return {
    ...facts,
    nodes: new Map([...facts.nodes].sort(([a], [b]) => (a < b ? -1 : 1))),
    handlerPods: [...facts.handlerPods].sort(byMetadata),
    launcherPods: [...facts.launcherPods].sort(byNamespaceAndName),
    vmis: [...facts.vmis].sort(byNamespaceAndName),
    daemonSets: [...facts.daemonSets].sort(byMetadata),
    kubeVirts: [...facts.kubeVirts].sort(byMetadata),
  };
}

function byMetadata(a: ClusterObject, b: ClusterObject): number {
  return byNamespaceAndName(nameOf(a), nameOf(b));
}

function nameOf({ metadata }: ClusterObject): { readonly namespace: string; readonly name: string } {
  return { namespace: metadata.namespace ?? '', name: metadata.name };
}
