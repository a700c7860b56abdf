import type { Handler } from './handler.ts';
import { readHeartbeat } from './heartbeat.ts';
import type { DaemonSetObject, NodeObject } from './objects.ts';
import { judgePlacement } from './placement/daemonset-placement.ts';
import type { EpochMs } from './units.ts';

/** Why a managed node will not be managed after its handler's next restart or the next rollout. The causes say more. */
export type Risk = 'HandlerLeaving' | 'HandlerWouldNotReturn' | 'HeartbeatStale';

/**
 * The risks of a node whose handler manages it now.
 *
 * The taints are judged, not the DaemonSet's `numberMisscheduled`, which Kubernetes does not refresh when only a taint
 * changes (facts from a 1.36 cluster). The rule is judged with the DaemonSet's template, which is what the next pod
 * is made from; without it, with the pod's own tolerations.
 */
export function findRisks(
  handler: Handler,
  node: NodeObject | undefined,
  daemonSet: DaemonSetObject | undefined,
  now: EpochMs,
): readonly Risk[] {
  const risks: Risk[] = handler.state === 'Terminating' ? ['HandlerLeaving'] : [];
  if (node === undefined) return risks;
  const template = daemonSet?.spec?.template?.spec ?? handler.pod?.spec ?? {};
  if (!judgePlacement(node, template).shouldRun) risks.push('HandlerWouldNotReturn');
  if (readHeartbeat(node, now).kind === 'stale') risks.push('HeartbeatStale');
  return risks;
}
