import type { ClusterFacts } from '../cluster-facts.ts';
import { groupBy } from '../collections.ts';
import { isControlledByHandlerDaemonSet, nodeOfHandler } from '../handler.ts';
import type { ClusterJudgement, NodeJudgement } from '../judge-cluster.ts';
import type { NodeCase } from './case.ts';
import type { Cause } from './cause.ts';
import { findCauses } from './find-causes.ts';

/** A node with why it is orphaned or at risk; no causes for any other verdict. */
export interface ExplainedNode extends NodeJudgement {
  readonly causes: readonly Cause[];
}

/**
 * Finds the causes of every node that is orphaned or at risk, from the same facts that it was judged by.
 *
 * Events are not among them: what only an Event proves (a pod that was rejected, a volume that was not mounted) is not
 * named, and where that matters the summary says so.
 */
export function explainCluster(facts: ClusterFacts, judgement: ClusterJudgement): readonly ExplainedNode[] {
  const caseOf = caseMaker(facts, judgement);
  return judgement.nodes.map((node) => {
    const needsOne = node.verdict === 'Orphaned' || node.verdict === 'AtRisk';
    return { ...node, causes: needsOne ? findCauses(caseOf(node)) : [] };
  });
}

function caseMaker(
  facts: ClusterFacts,
  { installation }: ClusterJudgement,
): (node: NodeJudgement) => NodeCase {
  const { namespace, daemonSet } = installation;
  const inNamespace = (object: { readonly metadata: { readonly namespace?: string | undefined } }): boolean =>
    namespace === undefined || object.metadata.namespace === namespace;
  const handlerPods = groupBy(
    facts.handlerPods.filter(isControlledByHandlerDaemonSet).filter(inNamespace),
    nodeOfHandler,
  );
  const read = {
    nodes: !facts.unread.has('Node'),
    // Several of which none can be chosen prove no more than one that was not read.
    kubeVirts: !facts.unread.has('KubeVirt') && (namespace !== undefined || facts.kubeVirts.length === 0),
    daemonSets: !facts.unread.has('DaemonSet'),
    events: false,
  };
  const kubeVirt = namespace === undefined ? undefined : facts.kubeVirts.find(inNamespace);
  return (judgement) => ({
    judgement,
    handlerPods: handlerPods.get(judgement.name) ?? [],
    namespace,
    kubeVirt,
    daemonSet,
    namespaceObject: undefined,
    read,
    events: [],
    now: facts.observedAt,
  });
}
