import type { Mitigation, MitigationOwner } from '../mitigations/mitigation.ts';
import { type DurationMs, durationMs } from '../units.ts';

/**
 * How long things take, in milliseconds. Measured on virt-operator: a missing virt-handler is Ready 16 s after its node
 * is labelled; a placement is in the DaemonSet 4 to 9 s after the edit, and to be called stuck after 60 s; each other
 * virt-handler then takes 18 s, one after the other. A slow node pulls images first: 3 minutes. A deleted virt-handler
 * may take its terminationGracePeriodSeconds of 330 to end before the next one is made.
 * Source: facts/operator-rollout.md, Durations; facts/kubevirt.md, 1.1.
 */
const READY_AGAIN_MS = 180_000;
const IN_DAEMON_SET_MS = 60_000;
const EACH_HANDLER_MS = 18_000;
const POD_REPLACED_MS = 600_000;
/** Nothing is waited for longer than an hour (facts/field.md, 4.8: the whole run). */
const AT_MOST_MS = 3_600_000;

/** How success of one step is seen, once it is made. */
export function successOf({ effects }: Mitigation, node: string, isLast: boolean): string {
  if (!isLast) return `It is as the step says; the virt-handler of ${node} comes with the next one.`;
  const ready = `A virt-handler pod is Ready on ${node}, its heartbeat is newer than the pod, and the node is labelled kubevirt.io/schedulable=true`;
  if (!effects.restartsEveryHandler) return `${ready}.`;
  return `${ready}; the rollout is done, and no other node has lost its virt-handler.`;
}

/**
 * How long success of one step may take after it is made.
 *
 * @param handlers - how many virt-handlers there are, all of which restart when the placement changes
 */
export function timeoutOf({ owner }: Mitigation, handlers: number): DurationMs {
  return durationMs(Math.min(AT_MOST_MS, LIMITS[owner](handlers)));
}

const byPlacement = (handlers: number) => IN_DAEMON_SET_MS + READY_AGAIN_MS + handlers * EACH_HANDLER_MS;
const LIMITS: Readonly<Record<MitigationOwner, (handlers: number) => number>> = {
  Node: () => READY_AGAIN_MS,
  KubeVirt: byPlacement,
  HyperConverged: byPlacement,
  Pod: () => POD_REPLACED_MS,
  // What people repair takes as long as it takes.
  None: () => AT_MOST_MS,
};
