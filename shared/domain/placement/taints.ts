import type { KubeVirtObject } from '../objects.ts';
import type { Taint } from '../placement-objects.ts';

/**
 * What a taint asks for. `Dedication`: it keeps ordinary pods away, and a toleration is the right answer.
 * `NodeState`: something on the node has to be repaired, and its controller takes the taint away then. `Deliberate`:
 * somebody drains or fences the node. A toleration for the last two hides the trouble or works against who set it
 * (facts/kubevirt.md, 5.3).
 */
export type TaintMeaning = 'Dedication' | 'NodeState' | 'Deliberate';

/**
 * KubeVirt's drain taint (its default key), the fencing taint of Kubernetes' non-graceful node shutdown,
 * node-maintenance-operator and the other medik8s operators (`medik8s.io/drain`, `medik8s.io/remediation`,
 * `remediation.medik8s.io/...`), cluster-autoscaler, Karpenter.
 */
const DELIBERATE = [
  /^kubevirt\.io\/drain$/,
  /^node\.kubernetes\.io\/out-of-service$/,
  /^(?:[^/]+\.)?medik8s\.io\//,
  /^ToBeDeletedByClusterAutoscaler$/,
  /^karpenter\.sh\//,
];

/** Set by Kubernetes for a node's conditions, by a cloud provider and by network or storage agents until they are up. */
const NODE_STATE = [
  /^node\.kubernetes\.io\//,
  /^node\.cloudprovider\.kubernetes\.io\//,
  /\/agent-not-ready$/,
];

/**
 * Tells what a taint asks for, by its key.
 *
 * @param kubeVirt - may name another drain key. Source: kubevirt types.go, MigrationConfiguration.nodeDrainTaintKey
 */
export function taintMeaning({ key }: Taint, kubeVirt: KubeVirtObject | undefined): TaintMeaning {
  const drainKey = kubeVirt?.spec?.configuration?.migrations?.nodeDrainTaintKey;
  if (key === drainKey || DELIBERATE.some((pattern) => pattern.test(key))) return 'Deliberate';
  return NODE_STATE.some((pattern) => pattern.test(key)) ? 'NodeState' : 'Dedication';
}

const SETTERS: ReadonlyMap<string, string> = new Map([
  ['node.kubernetes.io/not-ready', 'the node lifecycle controller'],
  ['node.kubernetes.io/unreachable', 'the node lifecycle controller'],
  ['node.kubernetes.io/network-unavailable', 'the node lifecycle controller'],
  ['node.cloudprovider.kubernetes.io/uninitialized', 'the kubelet'],
  ['node-role.kubernetes.io/control-plane', 'the cluster installer'],
  ['node-role.kubernetes.io/master', 'the cluster installer'],
  ['ToBeDeletedByClusterAutoscaler', 'the cluster autoscaler'],
]);

/** Who sets a well-known taint. */
export function setterOf({ key }: Taint): string | undefined {
  return SETTERS.get(key);
}

/** A taint as kubectl writes it. */
export function describeTaint({ key, value, effect }: Taint): string {
  return value ? `${key}=${value}:${effect}` : `${key}:${effect}`;
}
