import type { Handler } from './handler.ts';
import { readHeartbeat } from './heartbeat.ts';
import type { DaemonSetObject, NodeObject } from './objects.ts';
import { describeObstacle, judgePlacement } from './placement/daemonset-placement.ts';
import type { EpochMs } from './units.ts';

/** Why a managed node will not be managed after its handler's next restart or the next rollout. */
export interface Risk {
  readonly code: 'HandlerLeaving' | 'HandlerWouldNotReturn' | 'HeartbeatStale';
  readonly summary: string;
}

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
  const risks: Risk[] = [];
  if (handler.state === 'Terminating') {
    risks.push({ code: 'HandlerLeaving', summary: `virt-handler is terminating (${handler.reason})` });
  }
  if (node === undefined) return risks;
  const template = daemonSet?.spec?.template?.spec ?? handler.pod?.spec ?? {};
  const { obstacles } = judgePlacement(node, template);
  if (obstacles.length > 0) {
    const why = obstacles.map(describeObstacle).join('; ');
    risks.push({
      code: 'HandlerWouldNotReturn',
      summary: `virt-handler would not come back after a restart: ${why}`,
    });
  }
  const heartbeat = readHeartbeat(node, now);
  if (heartbeat.kind === 'stale') {
    const minutes = Math.floor(heartbeat.ageMs / 60_000);
    risks.push({ code: 'HeartbeatStale', summary: `last heartbeat ${heartbeat.at}, ${minutes} min old` });
  }
  return risks;
}
