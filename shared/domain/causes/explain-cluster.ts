import type { ClusterFacts } from '../cluster-facts.ts';
import { groupBy } from '../collections.ts';
import type { EvidenceFacts } from '../evidence-facts.ts';
import type { EventObject } from '../evidence-objects.ts';
import { hasCauses } from '../evidence-request.ts';
import { handlerPodsByNode } from '../handler.ts';
import { installedKubeVirt } from '../installation.ts';
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
 * @param evidence - `undefined` when none was looked for, as for a cluster that does not exist yet: what only an Event
 *   proves is not named then, and where that matters the summary says so
 */
export function explainCluster(
  facts: ClusterFacts,
  judgement: ClusterJudgement,
  evidence?: EvidenceFacts,
): readonly ExplainedNode[] {
  const caseOf = caseMaker(facts, judgement, evidence);
  return judgement.nodes.map((node) => ({
    ...node,
    causes: hasCauses(node) ? findCauses(caseOf(node)) : [],
  }));
}

function caseMaker(
  facts: ClusterFacts,
  { installation }: ClusterJudgement,
  evidence: EvidenceFacts | undefined,
): (node: NodeJudgement) => NodeCase {
  const { namespace, daemonSet } = installation;
  const handlerPods = handlerPodsByNode(facts, namespace);
  const eventsOf = eventFinder(evidence?.events ?? []);
  const read = {
    nodes: !facts.unread.has('Node'),
    // Several of which none can be chosen prove no more than one that was not read.
    kubeVirts: !facts.unread.has('KubeVirt') && (namespace !== undefined || facts.kubeVirts.length === 0),
    daemonSets: !facts.unread.has('DaemonSet'),
    events: evidence !== undefined && !evidence.unread.has('Event'),
  };
  return (judgement) => ({
    judgement,
    handlerPods: handlerPods.get(judgement.name) ?? [],
    namespace,
    kubeVirt: installedKubeVirt(facts, namespace),
    daemonSet,
    namespaceObject: evidence?.namespaces.find(({ metadata }) => metadata.name === namespace),
    read,
    events: eventsOf(judgement.name),
    now: facts.observedAt,
  });
}

/** The Events that may be about a node's handler: those about any node but this one are left out. */
function eventFinder(events: readonly EventObject[]): (node: string) => readonly EventObject[] {
  const byNode = groupBy(events, ({ involvedObject, regarding }) => {
    const about = involvedObject?.name ? involvedObject : regarding;
    return about?.kind === 'Node' ? about.name : undefined;
  });
  return (node) => [...(byNode.get(undefined) ?? []), ...(byNode.get(node) ?? [])];
}
