import type { Cause } from '../causes/cause.ts';
import { judgePlacement } from '../placement/daemonset-placement.ts';
import { logOfCrash, logOfUnready } from './container-in-question.ts';
import {
  describeDaemonSet,
  describeHandler,
  describeNode,
  getKubeVirt,
  getNodes,
  getOperator,
  handlerLogs,
  rolloutStatus,
} from './look-commands.ts';
import { deletionOf } from './make-change.ts';
import { lookAt, type Mitigation, type MitigationContext } from './mitigation.ts';
import { isCommandName, shellCommand } from './shell.ts';

/**
 * What is to be repaired when the placement is not the problem: one function for each kind of trouble, with a command
 * that shows the object that tells more. Nothing is forced: no force-deleted pod, no removed taint, no reboot.
 */
export function restoreNode({ nodeName }: MitigationContext): Mitigation {
  const summary = `The Node ${nodeName} does not exist: bring it back to the cluster. Its kubelet registers it again once it runs.`;
  return lookAt('RepairNode', summary, getNodes());
}

/** Not Ready: nothing about KubeVirt is wrong. */
export function repairNode(context: MitigationContext): Mitigation {
  const summary =
    'Repair the node: kubelet, container runtime or network. virt-handler comes back by itself, no placement brings it.';
  return lookAt('RepairNode', summary, describeNode(context));
}

export function waitForRemediation(context: MitigationContext): Mitigation {
  const summary =
    'Stand back: somebody drains or fences this node on purpose. Wait until it is done, or end it where it was started.';
  return lookAt('WaitForRemediation', summary, describeNode(context));
}

export function deployKubeVirt(context: MitigationContext): Mitigation {
  const summary = 'Let KubeVirt be deployed: its conditions say what virt-operator waits for or fails at.';
  return lookAt('RepairOperator', summary, getKubeVirt(context));
}

/** A deleted DaemonSet is back within 4 s (facts/operator-rollout.md, D3), unless virt-operator does not run. */
export function repairOperator(): Mitigation {
  const summary =
    'Repair virt-operator: while it runs it recreates a missing DaemonSet within seconds, and every virt-handler with it.';
  return lookAt('RepairOperator', summary, getOperator());
}

export function allowPodCreation(context: MitigationContext): Mitigation {
  const summary =
    "Let the pod be created: the DaemonSet's Events name what refuses it (quota, admission webhook, pod security).";
  return lookAt('AllowPodCreation', summary, describeDaemonSet(context));
}

export function makeRoom(context: MitigationContext): Mitigation {
  const summary =
    'Make room for the pod on the node: its PodScheduled condition says what is missing (10m CPU and 325Mi of memory are asked for).';
  return lookAt('MakeRoomOnNode', summary, describeHandler(context));
}

export function fixImage(context: MitigationContext): Mitigation {
  const summary =
    'Make the image available to the node: its Events say which and why not. The init container needs the virt-launcher image too.';
  return lookAt('FixImage', summary, describeHandler(context));
}

export function fixHandlerPod(context: MitigationContext): Mitigation {
  const summary =
    'Repair what keeps the containers from starting: the Events of the pod name it. kubelet tries again by itself.';
  return lookAt('FixHandlerPod', summary, describeHandler(context));
}

/** Why a container crashes; the command asks for the one that does. */
export function readLastWords(context: MitigationContext, cause: Cause): Mitigation {
  const log = logOfCrash(cause, context.handlerPod);
  const summary = `Find out from its last words why ${log.container} crashes, and repair that.`;
  return lookAt('FixHandlerPod', summary, handlerLogs(context, log));
}

export function readLog(context: MitigationContext): Mitigation {
  const log = logOfUnready(context.handlerPod);
  const summary = `Find out from its log why ${log.container} does not work, and repair that.`;
  return lookAt('FixHandlerPod', summary, handlerLogs(context, log));
}

/** A pod that stays Terminating waits for kubelet; deleting it by force would leave its containers behind. */
export function releasePod(context: MitigationContext): Mitigation {
  const summary =
    'Let kubelet end the leaving pod: look for a kubelet that is down, busy mounts or a finalizer. Do not force-delete it.';
  return lookAt('RepairNode', summary, describeHandler(context));
}

export function relievePressure(context: MitigationContext): Mitigation {
  const summary =
    'Relieve the node of the pressure (memory, disk, processes) that evicted virt-handler, else it is evicted again.';
  return lookAt('RepairNode', summary, describeNode(context));
}

export function repairController(context: MitigationContext): Mitigation {
  const summary =
    'virt-handler may run here and is not made: repair the DaemonSet controller (kube-controller-manager), whose Events are with the DaemonSet.';
  return lookAt('RepairDaemonSetController', summary, describeDaemonSet(context));
}

export function waitForRollout(
  context: MitigationContext,
  reason = 'A rollout is on its way to this node',
): Mitigation {
  const summary = `${reason}: wait for it. If nothing moves for a minute, look at virt-api, which has to be Ready first.`;
  return lookAt('WaitForRollout', summary, rolloutStatus(context));
}

export function investigate(context: MitigationContext): Mitigation {
  const summary = 'No cause that a change is known for: look at the node and its Events.';
  return lookAt('Investigate', summary, describeNode(context));
}

/**
 * Deletes the node's virt-handler pod, so that the DaemonSet makes a new one; only where the placement rule says that
 * it would be made: with a NoSchedule taint the pod would never come back.
 */
export function restartHandlerPod({ node, daemonSet, handlerPod }: MitigationContext): readonly Mitigation[] {
  const template = daemonSet?.spec?.template?.spec;
  if (node === undefined || template === undefined || handlerPod === undefined) return [];
  const { metadata } = handlerPod;
  const { name, namespace, deletionTimestamp } = metadata;
  if (deletionTimestamp !== undefined) return [];
  if (!isCommandName(name) || !isCommandName(namespace)) return [];
  if (!judgePlacement(node, template).shouldRun) return [];
  const isReady = handlerPod.status?.conditions?.some(
    ({ type, status }) => type === 'Ready' && status === 'True',
  );
  return [
    {
      code: 'RestartHandlerPod',
      summary: "Delete the node's virt-handler pod: the DaemonSet makes a new one. VMs keep running.",
      command: shellCommand('kubectl', 'delete', 'pod', name, '-n', namespace),
      risk: isReady ? 'Medium' : 'Low',
      effects: {
        handlersGained: isReady ? [] : [node.metadata.name],
        handlersLost: [],
        restartsEveryHandler: false,
      },
      owner: 'Pod',
      change: deletionOf({ apiVersion: 'v1', kind: 'Pod', metadata }),
      inverse: '',
    },
  ];
}
