import type { ClusterFacts, LauncherPod, Vmi } from './cluster-facts.ts';
import { byNamespaceAndName, groupBy } from './collections.ts';
import { type Handler, handlerPodsByNode, judgeHandler } from './handler.ts';
import { readHeartbeat } from './heartbeat.ts';
import { type Installation, locateInstallation } from './installation.ts';
import { judgeNode, type Verdict } from './judge-node.ts';
import type { NodeObject, PodObject } from './objects.ts';
import { oddObjects } from './odd-objects.ts';
import type { Problem } from './problems.ts';
import { findRisks, type Risk } from './risks.ts';
import { isFinal } from './workload.ts';

/** The judgement of one node, with all that it rests on. */
export interface NodeJudgement {
  readonly name: string;
  readonly verdict: Verdict;
  /** `undefined` when no such node exists (or nodes were not read) although something claims to run on it. */
  readonly node: NodeObject | undefined;
  readonly handler: Handler;
  readonly risks: readonly Risk[];
  readonly vmis: readonly Vmi[];
  readonly launcherPods: readonly LauncherPod[];
}

export interface ClusterJudgement {
  /** Sorted by name. Every node, and every name that workload claims to run on. */
  readonly nodes: readonly NodeJudgement[];
  /** Where KubeVirt is, as far as it can be told. */
  readonly installation: Installation;
  readonly problems: readonly Problem[];
}

/** Judges every node of a cluster. Same facts, same answer, whatever order they were read in. */
export function judgeCluster(facts: ClusterFacts): ClusterJudgement {
  const installation = locateInstallation(facts);
  const vmis = groupByNode(facts.vmis.filter(({ phase }) => !isFinal(phase)));
  const launcherPods = groupByNode(facts.launcherPods.filter(({ alive }) => alive));
  const handlerOf = handlerFinder(facts, installation);
  const names = new Set([...facts.nodes.keys(), ...vmis.keys(), ...launcherPods.keys()]);
  const nodes = [...names].sort().map((name): NodeJudgement => {
    const node = facts.nodes.get(name);
    const handler = handlerOf(name);
    const risks = handler.manages ? findRisks(handler, node, installation.daemonSet, facts.observedAt) : [];
    const situation = {
      handler,
      risks,
      vmis: vmis.get(name) ?? [],
      launcherPods: launcherPods.get(name) ?? [],
    };
    const workloadUnread = facts.unread.has('VirtualMachineInstance') || facts.unread.has('Pod');
    return { name, node, ...situation, verdict: judgeNode({ ...situation, workloadUnread }) };
  });
  const problems = [
    ...facts.unread.values(),
    ...installation.problems,
    ...heartbeatProblems(facts),
    ...oddObjects(facts, installation),
  ];
  return { nodes, installation, problems };
}

/** Says which handler a node has. A pod counts when it lives where KubeVirt is installed and its DaemonSet controls it. */
function handlerFinder(facts: ClusterFacts, { namespace }: Installation): (node: string) => Handler {
  const byNode = handlerPodsByNode(facts, namespace);
  return (node) => {
    if (facts.unread.has('Pod')) return unknownHandler('pods were not read');
    const pods = byNode.get(node) ?? [];
    if (!facts.nodes.has(node) && !facts.unread.has('Node')) return handlerOfMissingNode(pods);
    const handler = judgeHandler(pods);
    // Whichever namespace is the right one, a node without any candidate that manages it has no handler.
    return namespace === undefined && handler.manages
      ? unknownHandler('it cannot be told which namespace KubeVirt is installed in')
      : handler;
  };
}

/** A pod on a node that no longer exists runs nowhere, whatever its frozen status says. */
function handlerOfMissingNode(pods: readonly PodObject[]): Handler {
  const pod = judgeHandler(pods).pod;
  const state = pod === undefined ? 'Absent' : 'NotRunning';
  return { state, manages: false, pod, reason: 'the node does not exist' };
}

function unknownHandler(reason: string): Handler {
  return { state: 'Unknown', manages: false, pod: undefined, reason };
}

function groupByNode<T extends Vmi | LauncherPod>(items: readonly T[]): Map<string, T[]> {
  const groups = groupBy(items, ({ nodeName }) => nodeName);
  groups.delete('');
  for (const group of groups.values()) group.sort(byNamespaceAndName);
  return groups;
}

function heartbeatProblems(facts: ClusterFacts): readonly Problem[] {
  return [...facts.nodes.keys()].sort().flatMap((name) => {
    const node = facts.nodes.get(name) as NodeObject;
    const heartbeat = readHeartbeat(node, facts.observedAt);
    if (heartbeat.kind !== 'unreadable') return [];
    const message = `Node ${name}: the annotation kubevirt.io/heartbeat is no RFC 3339 time (${JSON.stringify(heartbeat.text.slice(0, 40))}).`;
    return [{ code: 'HeartbeatUnreadable', kind: 'Node', message } as const];
  });
}
