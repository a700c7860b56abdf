import type { Taint, Toleration } from '../placement-objects.ts';

/**
 * The tolerations that the DaemonSet controller adds to every daemon pod by itself; unchanged from Kubernetes 1.20
 * to 1.36. Source: `AddOrUpdateDaemonPodTolerations`, pkg/controller/daemon/util/daemonset_util.go.
 *
 * not-ready and unreachable are tolerated as NoExecute only, and a node that is not ready carries both effects:
 * the pod there stays, but would not be made again.
 */
export const DAEMON_TOLERATIONS: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];

/** What the controller adds besides when the pod uses the host's network; virt-handler does not. Same source. */
export const HOST_NETWORK_TOLERATION: Toleration = {
  key: 'node.kubernetes.io/network-unavailable',
  operator: 'Exists',
  effect: 'NoSchedule',
};

/**
 * The narrowest toleration of a taint: its key, its value, its effect. Never with `tolerationSeconds`, after which a
 * NoExecute taint would evict the pod again.
 */
export function tolerationOf({ key, value, effect }: Taint): Toleration {
  return value ? { key, operator: 'Equal', value, effect } : { key, operator: 'Exists', effect };
}

/**
 * For how long a NoExecute taint is tolerated until the pod is evicted, in seconds; `undefined` when it is not, or for
 * ever. The first toleration that covers the taint counts.
 * Source: GetMatchingTolerations, Kubernetes `pkg/apis/core/v1/helper/helpers.go`; `pkg/controller/tainteviction`.
 */
export function toleratedSeconds(taint: Taint, tolerations: readonly Toleration[]): number | undefined {
  if (taint.effect !== 'NoExecute') return undefined;
  return tolerations.find((toleration) => toleratesTaint(toleration, taint))?.tolerationSeconds;
}

/**
 * Tells whether one toleration covers one taint. An empty effect covers every effect and an empty key every key, with
 * `Equal` too (which the API server refuses); an empty operator is `Equal`; `tolerationSeconds` plays no part.
 *
 * `Lt` and `Gt` exist since Kubernetes 1.35 behind the feature gate TaintTolerationComparisonOperators, off by default
 * also in 1.36: they cover nothing here, as there. Source: `ToleratesTaint`, k8s.io/api/core/v1/toleration.go.
 */
export function toleratesTaint(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  if (toleration.operator && toleration.operator !== 'Equal') return false;
  return (toleration.value ?? '') === (taint.value ?? '');
}
