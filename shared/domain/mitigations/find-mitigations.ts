import type { Cause, CauseCode } from '../causes/cause.ts';
import { editNamespaceSelector, liftTolerationLimit } from './beyond-placement.ts';
import type { Mitigation, MitigationContext } from './mitigation.ts';
import { placementMitigations } from './placement-mitigations.ts';
import {
  allowPodCreation,
  deployKubeVirt,
  fixHandlerPod,
  fixImage,
  investigate,
  makeRoom,
  readLastWords,
  readLog,
  releasePod,
  relievePressure,
  repairController,
  repairNode,
  repairOperator,
  restartHandlerPod,
  restoreNode,
  waitForRemediation,
  waitForRollout,
} from './repairs.ts';

type Find = (context: MitigationContext, cause: Cause) => readonly Mitigation[];

const byPlacement: Find = (context) => placementMitigations(context);
/** A taint that is tolerated, but not for ever, is no obstacle to the rule. */
const byTaint: Find = (context) => liftTolerationLimit(context) ?? placementMitigations(context);

/** A stalled DaemonSet is OpenShift's doing where the cause shows the namespace's annotation. */
const byController: Find = (context, { evidence }) =>
  evidence.some(({ object }) => object.startsWith('Namespace '))
    ? [editNamespaceSelector(context)]
    : [repairController(context)];

const FIND: Readonly<Record<CauseCode, Find>> = {
  NodeMissing: (context) => [restoreNode(context)],
  NodeNotReady: (context) => [repairNode(context)],
  KubeVirtNotDeployed: (context) => [deployKubeVirt(context)],
  DaemonSetMissing: () => [repairOperator()],
  NodeSelectorMismatch: byPlacement,
  NodeAffinityMismatch: byPlacement,
  RemediationInProgress: (context) => [waitForRemediation(context)],
  TaintNotTolerated: byTaint,
  PodCreationRejected: (context) => [allowPodCreation(context)],
  HandlerUnschedulable: (context) => [makeRoom(context)],
  ImagePullFailure: (context) => [fixImage(context)],
  ContainerStartFailure: (context) => [fixHandlerPod(context), ...restartHandlerPod(context)],
  ContainerCrash: (context, cause) => [readLastWords(context, cause), ...restartHandlerPod(context)],
  HandlerEvicted: (context) => [relievePressure(context), ...restartHandlerPod(context)],
  HandlerStuckTerminating: (context) => [releasePod(context)],
  HandlerNotReady: (context) => [...restartHandlerPod(context), readLog(context)],
  DaemonSetStalled: byController,
  HandlerRollout: (context) => [waitForRollout(context)],
  HeartbeatStale: (context) => [readLog(context), ...restartHandlerPod(context)],
  Unknown: (context) => [investigate(context)],
};

/**
 * What would make virt-handler run again on a node, for one of its causes: never empty, the smallest change first, and
 * what is to be repaired where no change of KubeVirt helps. Causes of the placement share their answer, because only
 * a change that removes every obstacle at once helps.
 */
export function findMitigations(cause: Cause, context: MitigationContext): readonly Mitigation[] {
  return FIND[cause.code](context, cause);
}
