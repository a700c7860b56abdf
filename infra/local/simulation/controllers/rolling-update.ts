import { type KubeObject, valueAt } from '../api/kube-object.ts';
import { HASH_LABEL } from './daemon-pod.ts';
import type { DaemonNode, DaemonSetSituation } from './daemon-set-situation.ts';
import { isConditionTrue, isTerminating } from './views.ts';

/**
 * The old pods that make way for new ones now: all that are not available, and of the others as many as may be missed.
 * Pods on nodes that would not take a new one make way too, and are not replaced.
 * Source: Kubernetes 1.20 `pkg/controller/daemon/update.go`, rollingUpdate and getUnavailableNumbers
 */
export function podsToReplace({ daemonSet, hash, nodes }: DaemonSetSituation): readonly KubeObject[] {
  const { type, rollingUpdate } = (daemonSet.spec?.['updateStrategy'] ?? {}) as UpdateStrategy;
  if (type !== 'RollingUpdate') return [];
  const old = nodes.flatMap(({ pods }) =>
    pods.filter(({ metadata }) => metadata.labels?.[HASH_LABEL] !== hash),
  );
  const wanted = nodes.filter(({ verdict }) => verdict.shouldRun);
  const unavailable = wanted.filter((node) => !isServed(node)).length;
  const allowed = allowedUnavailable(rollingUpdate?.maxUnavailable, wanted.length);
  const available = old.filter(isAvailable);
  const replaced = available.slice(0, Math.max(0, allowed - unavailable));
  return [...old.filter((pod) => !isAvailable(pod) && !isTerminating(pod)), ...replaced];
}

interface UpdateStrategy {
  readonly type?: string;
  readonly rollingUpdate?: { readonly maxUnavailable?: number | string };
}

/** Whether a pod there is available, an old one too. */
export function isServed({ pods }: DaemonNode): boolean {
  return pods.some(isAvailable);
}

/** Ready, and staying. `minReadySeconds` is not known here. */
export function isAvailable(pod: KubeObject): boolean {
  return isConditionTrue(pod, 'Ready') && !isTerminating(pod);
}

/** A number, or a share that is rounded up; 1 unless told. */
function allowedUnavailable(value: number | string = 1, desired: number): number {
  if (typeof value === 'number') return value;
  return Math.ceil((Number.parseInt(value, 10) * desired) / 100);
}

/** Whether a pod has ended badly. */
export function hasFailed(pod: KubeObject): boolean {
  return valueAt(pod, ['status', 'phase']) === 'Failed';
}
