import { type DurationMs, durationMs } from '../../../../shared/domain/units.ts';

/** How long everything in a simulated cluster takes. */
export interface Timings {
  /** From a change to what a controller does about it. */
  readonly reactionMs: DurationMs;
  /** From a pod's binding to its containers running. */
  readonly podStartMs: DurationMs;
  /** From a virt-handler running to it being Ready; other pods are Ready at once. */
  readonly handlerReadyMs: DurationMs;
  /** From a pod's deletion to its end. */
  readonly podEndMs: DurationMs;
  /** From a virt-handler running to its node being schedulable. */
  readonly schedulableMs: DurationMs;
  /** Between two heartbeats of a virt-handler. */
  readonly handlerHeartbeatMs: DurationMs;
  /** Between two heartbeats of a kubelet. */
  readonly kubeletHeartbeatMs: DurationMs;
  /** How long a node may be silent before it is unreachable. */
  readonly nodeGraceMs: DurationMs;
  /** How often nodes are looked at for that. */
  readonly nodeMonitorMs: DurationMs;
  /** How long a pod is kept on a node that does not exist. */
  readonly podGcMs: DurationMs;
  /** Between two passes of virt-operator. */
  readonly operatorLoopMs: DurationMs;
  /** What its first pass over a new generation takes. */
  readonly operatorPassMs: DurationMs;
}

/**
 * As measured or documented: pods and virt-operator in facts/operator-rollout.md (1.2 s, 15 s, 1.2 s, 3 s; loop of
 * 5-6 s, first pass 3-4 s), the heartbeat in facts/kubevirt.md 3.1, the rest as Kubernetes' defaults have it
 * (lease every 10 s, node-monitor-grace-period 40 s, node-monitor-period 5 s, podgc quarantine 40 s).
 */
export const REAL_TIMINGS: Timings = {
  reactionMs: durationMs(20),
  podStartMs: durationMs(1_200),
  handlerReadyMs: durationMs(15_000),
  podEndMs: durationMs(1_200),
  schedulableMs: durationMs(3_000),
  handlerHeartbeatMs: durationMs(60_000),
  kubeletHeartbeatMs: durationMs(10_000),
  nodeGraceMs: durationMs(40_000),
  nodeMonitorMs: durationMs(5_000),
  podGcMs: durationMs(40_000),
  operatorLoopMs: durationMs(5_500),
  operatorPassMs: durationMs(3_500),
};

/**
 * The same cluster, faster. Heartbeats too: what is stale is decided by others, with clocks of their own.
 *
 * @param factor - above 0: 10 makes a second a tenth
 */
export function faster(timings: Timings, factor: number): Timings {
  const entries = Object.entries(timings).map(([name, value]) => [name, durationMs(Number(value) / factor)]);
  return Object.fromEntries(entries) as Timings;
}
