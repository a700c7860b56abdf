import type { ClusterFacts } from './cluster-facts.ts';
import { groupBy } from './collections.ts';
import { nodeOfHandler } from './handler.ts';

/**
 * Cuts the facts of a whole cluster to those of one node after another, as if that node had been read alone. Groups them
 * once, so that each cut costs what is on the node.
 *
 * @returns the facts of the node with this name; a node that does not exist is missing in them
 */
export function factsOfNodes(facts: ClusterFacts): (node: string) => ClusterFacts {
  const handlerPods = groupBy(facts.handlerPods, nodeOfHandler);
  const launcherPods = groupBy(facts.launcherPods, ({ nodeName }) => nodeName);
  const vmis = groupBy(facts.vmis, ({ nodeName }) => nodeName);
  return (name) => {
    const node = facts.nodes.get(name);
    return {
      ...facts,
      workloadOf: name,
      nodes: new Map(node === undefined ? [] : [[name, node]]),
      handlerPods: handlerPods.get(name) ?? [],
      launcherPods: launcherPods.get(name) ?? [],
      vmis: vmis.get(name) ?? [],
    };
  };
}
