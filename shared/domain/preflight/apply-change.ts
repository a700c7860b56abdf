import type { ClusterFacts } from '../cluster-facts.ts';
import { handlerPodsByNode } from '../handler.ts';
import { HANDLER_NAME, type Installation, locateInstallation } from '../installation.ts';
import type { NodeObject, PodObject } from '../objects.ts';
import { judgePlacement } from '../placement/daemonset-placement.ts';
import type { PodPlacement } from '../placement-objects.ts';
import { KUBEVIRT_LABEL } from '../workload.ts';
import { changeNodes } from './change-nodes.ts';
import { changePolicy, type PolicyChange } from './change-policy.ts';
import type { PlannedChange } from './planned-change.ts';

/** A cluster as it would be after a change. */
export interface AppliedChange {
  readonly facts: ClusterFacts;
  /** The nodes that the change could reach: those it alters, and with a new template every one that has a say in it. */
  readonly reached: ReadonlySet<string>;
  /** Whether virt-handler's pod template changes, which replaces the pod of every node. */
  readonly rollout: boolean;
  /** Why it cannot be told what the placement does, in a phrase; `undefined` when it can. */
  readonly untold: string | undefined;
}

/** What decides about the handler pods of one node. */
interface Situation {
  readonly policy: PolicyChange;
  /** The pod template before the change. */
  readonly template: PodPlacement | undefined;
  readonly installation: Installation;
  readonly before: NodeObject;
  readonly after: NodeObject;
  readonly pods: readonly PodObject[];
  readonly drained: boolean;
  /** Whether a missing DaemonSet is known to be missing. */
  readonly daemonSetsRead: boolean;
}

/**
 * Makes a change in the facts as the DaemonSet controller and virt-operator would make it in the cluster, to its end:
 *
 * - Without a new template, a pod goes only where it may not continue to run, or where it is deleted and none is made again.
 * - A new template replaces every pod, so that it goes wherever none is made again: also where a NoSchedule taint
 *   spared it until now.
 * - A pod that is replaced is as the one before: what crashed will crash again.
 * - A node without a pod, kept out by the placement rule alone, gets one when the rule lets it in. It is Ready here,
 *   which is no more than the best that can come: it is only ever used to say that a node does not get worse.
 *
 * Nodes that the change does not reach are left as they are, also where the controller has something to do already.
 */
export function applyChange(facts: ClusterFacts, change: PlannedChange): AppliedChange {
  const installation = locateInstallation(facts);
  const policy = changePolicy(facts, installation, change.placement);
  const nodes = changeNodes(facts.nodes, change);
  const { namespace } = installation;
  // Where it cannot be told which virt-handler is the real one, no pod's fate can be.
  const podsOf: ReturnType<typeof handlerPodsByNode> =
    namespace === undefined ? new Map() : handlerPodsByNode(facts, namespace);
  const template = installation.daemonSet?.spec?.template?.spec;
  const daemonSetsRead = !facts.unread.has('DaemonSet');
  const reached = [...nodes.values()]
    .map((after): Situation => {
      const { name } = after.metadata;
      const before = facts.nodes.get(name) ?? after;
      const drained = change.drainedHandlers.includes(name);
      const pods = podsOf.get(name) ?? [];
      return { policy, template, installation, before, after, pods, drained, daemonSetsRead };
    })
    .filter((situation) => isReached(situation, facts.unread.has('Pod')));
  const lost = new Set(reached.filter((it) => !keepsPods(it)).flatMap(({ pods }) => pods));
  const gained = reached.filter(gainsPod).map(nextPod);
  const handlerPods = [...facts.handlerPods.filter((pod) => !lost.has(pod)), ...gained];
  const { kubeVirts, daemonSets, rollout, untold } = policy;
  return {
    facts: { ...facts, nodes, handlerPods, kubeVirts, daemonSets },
    reached: new Set(reached.map(({ after }) => after.metadata.name)),
    rollout,
    untold,
  };
}

function isReached(situation: Situation, podsUnread: boolean): boolean {
  const { before, after, drained, policy, pods } = situation;
  if (before !== after || drained) return true;
  return policy.rollout && (podsUnread || pods.length > 0 || isLetIn(situation));
}

/** Without a DaemonSet the pod's own rules stand for the template, as in the risks of a node. */
function keepsPods({ after, pods, policy, drained, installation, daemonSetsRead }: Situation): boolean {
  const isNextOneMade = installation.daemonSet !== undefined || !daemonSetsRead;
  const { shouldRun, shouldContinueRunning } = judgePlacement(after, policy.template ?? pods[0]?.spec ?? {});
  return policy.rollout || drained ? shouldRun && isNextOneMade : shouldContinueRunning;
}

function gainsPod(situation: Situation): boolean {
  return situation.pods.length === 0 && isLetIn(situation) && isReady(situation.after);
}

/** Whether the rule kept virt-handler from the node and does no longer. */
function isLetIn({ before, after, template, policy }: Situation): boolean {
  if (template === undefined || policy.template === undefined) return false;
  return !judgePlacement(before, template).shouldRun && judgePlacement(after, policy.template).shouldRun;
}

function isReady({ status }: NodeObject): boolean {
  return status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
}

function nextPod({ after, installation, policy }: Situation): PodObject {
  return {
    kind: 'Pod',
    metadata: {
      name: `${HANDLER_NAME}-${after.metadata.name}`,
      namespace: installation.namespace,
      labels: { [KUBEVIRT_LABEL]: HANDLER_NAME },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: HANDLER_NAME, controller: true }],
    },
    spec: { ...policy.template, nodeName: after.metadata.name },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
}
