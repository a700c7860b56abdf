import type { ClusterFacts } from '../cluster-facts.ts';
import type { EvidenceFacts } from '../evidence-facts.ts';
import { handlerPodsByNode } from '../handler.ts';
import { installedKubeVirt } from '../installation.ts';
import type { ClusterJudgement, NodeJudgement } from '../judge-cluster.ts';
import type { ClusterNode } from './cluster-node.ts';
import type { MitigationContext } from './mitigation.ts';
import { currentPlacement } from './simulate.ts';

/** Makes the context in which mitigations for one node of a cluster are looked for. */
export function mitigationContexts(
  facts: ClusterFacts,
  { installation, nodes: judged }: ClusterJudgement,
  evidence: EvidenceFacts | undefined,
): (node: NodeJudgement) => MitigationContext {
  const { namespace, daemonSet } = installation;
  const handlerPods = handlerPodsByNode(facts, namespace);
  const withWorkload = new Set(
    judged.filter((it) => it.vmis.length + it.launcherPods.length > 0).map(({ name }) => name),
  );
  const isForeign = (name: string) => facts.workloadOf !== undefined && facts.workloadOf !== name;
  const nodes = [...facts.nodes.values()].map((node): ClusterNode => {
    const { name } = node.metadata;
    // What was not read may be there: a change that would harm it is not offered.
    const hasWorkload = isForeign(name) || withWorkload.has(name);
    return { node, hasHandler: handlerPods.has(name), hasWorkload };
  });
  const kubeVirt = installedKubeVirt(facts, namespace);
  const hyperConverged = evidence?.hyperConvergeds.find(({ metadata }) => metadata.namespace === namespace);
  // Every node is judged for it, so that it is made for the first that asks.
  let placement: ReturnType<typeof currentPlacement> | 'not made' = 'not made';
  return ({ name, node, handler }) => ({
    nodeName: name,
    node,
    nodes,
    get placement() {
      if (placement === 'not made') placement = currentPlacement(daemonSet, kubeVirt, nodes);
      return placement;
    },
    handlerPod: handler.pod,
    kubeVirt,
    daemonSet,
    hyperConverged,
  });
}
