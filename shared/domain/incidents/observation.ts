import { type ExplainedNode, explainCluster } from '../causes/explain-cluster.ts';
import type { ClusterFacts, LauncherPod, Vmi } from '../cluster-facts.ts';
import { byNamespaceAndName, groupBy } from '../collections.ts';
import { judgeCluster } from '../judge-cluster.ts';
import type { Verdict } from '../judge-node.ts';
import { isFinal } from '../workload.ts';
import { type IncidentCause, type IncidentWorkload, MAX_NAMED } from './incident.ts';

/** What one look at the cluster says of one node: all that the state machine sees. */
export interface Observation extends IncidentWorkload {
  readonly node: string;
  /** `undefined` when there is no such node. */
  readonly nodeUid: string | undefined;
  readonly verdict: Verdict;
  /** Whether pods or VMIs were not read, so that the workload may be more than it says. */
  readonly workloadUnread: boolean;
  /** Empty unless the verdict is `Orphaned` or `AtRisk`; the primary one first. */
  readonly causes: readonly IncidentCause[];
  /** UIDs of VMIs of the node that have ended, with their final phase. */
  readonly ended: ReadonlyMap<string, string>;
}

/**
 * Looks at every node, at every name that workload claims to run on, and at the names given. Same facts, same answer.
 *
 * @param names - names to look at also when nothing of them is there: what they had is gone then
 */
export function observeCluster(facts: ClusterFacts, names: Iterable<string> = []): readonly Observation[] {
  const whole = judgeCluster(facts);
  const present = new Set(whole.nodes.map(({ name }) => name));
  const missing = [...new Set(names)].filter((name) => !present.has(name));
  const look = looker(facts);
  return [
    ...explainCluster(facts, whole).map((node) => look(node)),
    ...missing.map((name) => look({ name })),
  ];
}

/** Looks at one node, by facts that need not tell of any other. */
export function observeNode(facts: ClusterFacts, name: string): Observation {
  const whole = judgeCluster(facts);
  const nodes = whole.nodes.filter((node) => node.name === name);
  const [node] = explainCluster(facts, { ...whole, nodes });
  return looker(facts)(node ?? { name });
}

/** Sees a node as it was explained, or the name of one of which nothing is there. */
function looker(facts: ClusterFacts): (node: ExplainedNode | { readonly name: string }) => Observation {
  const workloadUnread = facts.unread.has('Pod') || facts.unread.has('VirtualMachineInstance');
  const ended = groupBy(
    facts.vmis.filter(({ phase }) => isFinal(phase)),
    ({ nodeName }) => nodeName,
  );
  const endedOn = (node: string) => new Map((ended.get(node) ?? []).map(({ uid, phase }) => [uid, phase]));
  return (node) => {
    if ('verdict' in node) return { ...toObservation(node), workloadUnread, ended: endedOn(node.name) };
    // What could not be read is not taken for gone.
    const unread = workloadUnread || facts.unread.has('Node');
    return { ...nothingThere(node.name, unread), workloadUnread, ended: endedOn(node.name) };
  };
}

type Seen = Omit<Observation, 'workloadUnread' | 'ended'>;

function nothingThere(node: string, unread: boolean): Seen {
  const verdict = unread ? 'Unknown' : 'NoWorkload';
  return { node, nodeUid: undefined, verdict, causes: [], ...workloadOf([], []) };
}

function toObservation({ name, node, verdict, causes, vmis, launcherPods }: ExplainedNode): Seen {
  return {
    node: name,
    nodeUid: node === undefined ? undefined : (node.metadata.uid ?? ''),
    verdict,
    causes: causes.map(({ code, certainty, origin, summary }) => ({ code, certainty, origin, summary })),
    ...workloadOf(vmis, launcherPods),
  };
}

function workloadOf(vmis: readonly Vmi[], pods: readonly LauncherPod[]): IncidentWorkload {
  return {
    vmis: named(vmis).map(({ namespace, name, uid }) => ({ namespace, name, uid })),
    vmiCount: vmis.length,
    launcherPods: named(pods).map(({ namespace, name }) => ({ namespace, name })),
    launcherPodCount: pods.length,
  };
}

function named<T extends Vmi | LauncherPod>(items: readonly T[]): readonly T[] {
  return [...items].sort(byNamespaceAndName).slice(0, MAX_NAMED);
}
