import { quoteReason } from '../causes/evidence.ts';
import { shellCommand } from '../mitigations/shell.ts';
import type { DaemonSetObject } from '../objects.ts';
import { describeObstacle } from '../placement/daemonset-placement.ts';
import {
  couldNotLook,
  daemonSetUnread,
  placementVerdict,
  type RunbookCase,
  type StepFinding,
  seenObject,
  verdictIf,
} from './step.ts';
import { oneLine } from './workload-steps.ts';

const LIST = ['daemonsets', '--all-namespaces', '-l', 'kubevirt.io=virt-handler'] as const;

/**
 * Step 3: whether the DaemonSet has all pods that it wants. The runbook calls it healthy when its counters are equal;
 * nodes that it does not want are in none of them, so that it can be healthy and this node without a handler.
 */
export function daemonSetHealth(situation: RunbookCase): StepFinding {
  const command = shellCommand('kubectl', 'get', ...LIST);
  const found = lookedUp(situation, command);
  if ('verdict' in found) return found;
  const { status = {} } = found;
  const counters = {
    desired: status.desiredNumberScheduled,
    current: status.currentNumberScheduled,
    ready: status.numberReady,
    'up to date': status.updatedNumberScheduled,
    available: status.numberAvailable,
  };
  const values = Object.values(counters).map((value) => value ?? 0);
  const isLevel = values.every((value) => value === values[0]) && (values[0] ?? 0) > 0;
  const text = Object.entries(counters).map(([name, value]) => `${name} ${value ?? 'not set'}`);
  const wanted = placementVerdict(situation)?.shouldRun;
  const health = isLevel ? 'healthy' : 'not healthy';
  return {
    command,
    objects: [seenObject(found)],
    observed: `It is ${health}: ${text.join(', ')}. ${wish(situation, wanted)}`,
    verdict: verdictIf(!isLevel && wanted === true && !situation.node.handler.manages, situation),
  };
}

function wish({ node }: RunbookCase, wanted: boolean | undefined): string {
  if (wanted === undefined) return `Whether it wants a pod on ${node.name} cannot be told.`;
  return wanted
    ? `It wants a pod on ${node.name}.`
    : `It wants no pod on ${node.name}, so that its health says nothing about this node.`;
}

/** Step 4: whether the pod that the DaemonSet wants on the node was made, and what became of it. */
export function podDeployment(situation: RunbookCase): StepFinding {
  const { facts, node, handlersByNode } = situation;
  const command = shellCommand('kubectl', 'describe', ...LIST);
  const found = lookedUp(situation, command);
  if ('verdict' in found) return found;
  const unread = facts.unread.get('Pod');
  if (unread !== undefined) return couldNotLook(command, unread);
  const pods = handlersByNode.get(node.name) ?? [];
  const { generation } = found.metadata;
  const observed = found.status?.observedGeneration;
  const isBehind = generation !== undefined && observed !== undefined && observed < generation;
  const behind = isBehind
    ? ` Its controller has seen generation ${observed} only, not ${generation}: is kube-controller-manager up?`
    : '';
  const isMissing = pods.length === 0 && placementVerdict(situation)?.shouldRun === true;
  return {
    command,
    objects: [seenObject(found), ...pods.map(seenObject)],
    observed: oneLine(`${podText(situation)}${behind}`),
    verdict: verdictIf(isBehind || isMissing || (pods.length > 0 && !node.handler.manages), situation),
  };
}

function podText(situation: RunbookCase): string {
  const { node, handlersByNode } = situation;
  const pods = handlersByNode.get(node.name) ?? [];
  if (pods.length > 0) {
    const texts = pods.map(({ metadata, status }) => {
      const unmet = (status?.conditions ?? []).filter(({ status: is }) => is !== 'True');
      const details = unmet.map((it) =>
        `${it.type}=${it.status} ${quoteReason(it.reason, it.message)}`.trim(),
      );
      return `${metadata.name} is ${[status?.phase ?? 'without a phase', ...details].join(', ')}`;
    });
    return `${texts.join('; ')}.`;
  }
  const placement = placementVerdict(situation);
  if (placement === undefined) return `There is no pod for ${node.name}.`;
  if (placement.shouldRun) return `It should have a pod on ${node.name}, and there is none.`;
  return `It has no pod on ${node.name}, as its placement says: ${placement.obstacles.map(describeObstacle).join('; ')}.`;
}

/** The DaemonSet, or what is to be said without one. */
function lookedUp(situation: RunbookCase, command: string): DaemonSetObject | StepFinding {
  const { daemonSet } = situation.installation;
  if (daemonSet !== undefined) return daemonSet;
  const unread = daemonSetUnread(situation);
  if (unread !== undefined) return couldNotLook(command, unread);
  const observed = `There is no DaemonSet virt-handler in namespace ${situation.installation.namespace}.`;
  return { command, objects: [], observed, verdict: verdictIf(true, situation) };
}
