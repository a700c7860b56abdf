import { compact, type JsonObject } from '../api/kube-object.ts';
import { HASH_LABEL } from './daemon-pod.ts';
import type { DaemonNode, DaemonSetSituation } from './daemon-set-situation.ts';
import { isAvailable } from './rolling-update.ts';
import { isConditionTrue } from './views.ts';

/**
 * Counts as the DaemonSet controller does: of a node's pods the oldest speaks, and nodes that should have none are
 * counted only as misscheduled.
 * Source: Kubernetes `pkg/controller/daemon/daemon_controller.go`, updateDaemonSetStatus
 */
export function daemonSetStatus({ daemonSet, hash, nodes }: DaemonSetSituation): JsonObject {
  const wanted = nodes.filter(({ verdict }) => verdict.shouldRun);
  const served = wanted.filter(({ pods }) => pods.length > 0);
  const oldest = served.flatMap(({ pods }: DaemonNode) => pods.slice(0, 1));
  const numberAvailable = oldest.filter(isAvailable).length;
  return compact({
    currentNumberScheduled: served.length,
    numberMisscheduled: nodes.filter(({ verdict, pods }) => !verdict.shouldRun && pods.length > 0).length,
    desiredNumberScheduled: wanted.length,
    numberReady: oldest.filter((pod) => isConditionTrue(pod, 'Ready')).length,
    observedGeneration: daemonSet.metadata.generation,
    updatedNumberScheduled: omitZero(
      oldest.filter(({ metadata }) => metadata.labels?.[HASH_LABEL] === hash).length,
    ),
    numberAvailable: omitZero(numberAvailable),
    numberUnavailable: omitZero(wanted.length - numberAvailable),
  });
}

/** Go leaves out a zero of these fields. */
function omitZero(count: number): number | undefined {
  return count === 0 ? undefined : count;
}
