import { heartbeatText, readHeartbeat } from '../heartbeat.ts';
import type { Condition, NodeObject } from '../objects.ts';
import { describeTaint } from '../placement/taints.ts';
import type { Taint } from '../placement-objects.ts';
import type { NodeCase } from './case.ts';
import { newestEvent, seenIfAny } from './events.ts';
import { conditionOf, notFound, quoteReason, seen, seenCondition, seenFields } from './evidence.ts';
import type { Finding, Rule } from './rule.ts';

/** Source: Kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go`, doNoScheduleTaintingPass. */
const NOT_READY_TAINTS: ReadonlySet<string> = new Set([
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
]);
const SCHEDULABLE_LABEL = 'kubevirt.io/schedulable';

/** No such node, although workload claims to run on it. Definite: a node does not come back by itself. */
export const nodeMissing: Rule = ({ judgement, read }) => {
  if (judgement.node !== undefined || !read.nodes) return undefined;
  return {
    certainty: 'Definite',
    origin: 'Node',
    summary: `There is no node ${judgement.name}, although workload claims to run on it.`,
    evidence: [notFound(`Node ${judgement.name}`)],
  };
};

/**
 * The node's Ready condition is False (the kubelet says so) or Unknown (it says nothing), or the node has no such
 * condition and is tainted for it. Likely: nodes come back, and then the handler does.
 *
 * Nothing about placement cures it: tolerating the NoSchedule half of the taints only hides it.
 * Source: Kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go`.
 */
export const nodeNotReady: Rule = (situation) => {
  const { node } = situation.judgement;
  if (node === undefined || !isNotReady(node)) return undefined;
  const ready = conditionOf(node, 'Ready');
  const event = newestEvent(situation, node, ['NodeNotReady'], ['NodeReady']);
  return {
    certainty: 'Likely',
    origin: 'Node',
    summary: describeNotReady(node.metadata.name, ready),
    evidence: [
      ...(ready === undefined ? [] : seenCondition(node, ready)),
      ...taintsOf(node).flatMap(([taint, index]) => seenTaint(node, taint, index)),
      ...seenIfAny(event),
    ],
  };
};

function isNotReady(node: NodeObject): boolean {
  const ready = conditionOf(node, 'Ready');
  if (ready === undefined) return taintsOf(node).length > 0;
  return ready.status === 'False' || ready.status === 'Unknown';
}

function taintsOf(node: NodeObject): readonly (readonly [Taint, number])[] {
  const taints = (node.spec?.taints ?? []).map((taint, index) => [taint, index] as const);
  return taints.filter(([{ key }]) => NOT_READY_TAINTS.has(key));
}

function describeNotReady(name: string, ready: Condition | undefined): string {
  if (ready === undefined) return `Node ${name} is tainted as not ready and reports no Ready condition.`;
  const since = ready.lastTransitionTime === undefined ? '' : ` since ${ready.lastTransitionTime}`;
  const detail = quoteReason(ready.reason, ready.message);
  const what = ready.status === 'Unknown' ? 'its kubelet does not report' : 'its kubelet says so';
  return `Node ${name} is not ready${since}, ${what}${detail === '' ? '' : `: ${detail}`}.`;
}

/** Whether a taint is part of a node being not ready, and so no cause of its own. */
export function isExplainedByNotReady(taint: Taint, node: NodeObject): boolean {
  return NOT_READY_TAINTS.has(taint.key) && isNotReady(node);
}

/** A taint of a node, and since when it is there. */
export function seenTaint(node: NodeObject, taint: Taint, index: number): Finding['evidence'] {
  const path = `spec.taints[${index}]`;
  return [seen(node, path, describeTaint(taint)), ...seenFields(node, path, { timeAdded: taint.timeAdded })];
}

/**
 * The handler is Ready but has not beaten for 5 min: it is stuck, and virt-controller will count the node as
 * unresponsive. A cause only while a handler manages the node: without one, a stale heartbeat is the consequence.
 * Source: kubevirt `pkg/virt-controller/watch/node/node.go`, isNodeUnresponsive.
 */
export const heartbeatStale: Rule = ({ judgement, now }: NodeCase) => {
  const { node, handler } = judgement;
  if (node === undefined || !handler.manages) return undefined;
  const heartbeat = readHeartbeat(node, now);
  if (heartbeat.kind !== 'stale') return undefined;
  const minutes = Math.floor(heartbeat.ageMs / 60_000);
  return {
    certainty: 'Likely',
    origin: 'Pod',
    summary: `virt-handler on ${judgement.name} is Ready but has sent no heartbeat for ${minutes} min.`,
    evidence: [
      seen(node, 'metadata.annotations[kubevirt.io/heartbeat]', heartbeatText(node)),
      seen(node, `metadata.labels[${SCHEDULABLE_LABEL}]`, node.metadata.labels?.[SCHEDULABLE_LABEL]),
    ],
  };
};
