import type { Taint, Toleration } from '../placement-objects.ts';

/**
 * What a taint asks for. `Dedication`: it keeps ordinary pods away, and a toleration is the right answer.
 * `NodeState`: something on the node has to be repaired. `Deliberate`: somebody drains or fences the node. A
 * toleration for the last two hides the trouble or works against who set it (facts/kubevirt.md, 5.3).
 */
export type TaintMeaning = 'Dedication' | 'NodeState' | 'Deliberate';

/**
 * KubeVirt's drain taint (its default key), the fencing taint of Kubernetes, node-maintenance-operator and the other
 * medik8s operators, cluster-autoscaler, Karpenter.
 */
const DELIBERATE = [
  /^kubevirt\.io\/drain$/,
  /^node\.kubernetes\.io\/out-of-service$/,
  /(?:^|\.)medik8s\.io\//,
  /^ToBeDeletedByClusterAutoscaler$/,
  /^karpenter\.sh\//,
];

/** Set by Kubernetes for a node's conditions, by a cloud provider and by network or storage agents until they are up. */
const NODE_STATE = [
  /^node\.kubernetes\.io\//,
  /^node\.cloudprovider\.kubernetes\.io\//,
  /\/agent-not-ready$/,
];

/** Tells what a taint asks for, by its key. */
export function taintMeaning({ key }: Taint): TaintMeaning {
  if (DELIBERATE.some((pattern) => pattern.test(key))) return 'Deliberate';
  return NODE_STATE.some((pattern) => pattern.test(key)) ? 'NodeState' : 'Dedication';
}

/**
 * The narrowest toleration of a taint: its key, its value, its effect. Never with `tolerationSeconds`, after which a
 * NoExecute taint would evict the pod again.
 */
export function tolerationOf({ key, value, effect }: Taint): Toleration {
  return value ? { key, operator: 'Equal', value, effect } : { key, operator: 'Exists', effect };
}
