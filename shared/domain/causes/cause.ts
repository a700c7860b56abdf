/** Why a node has no virt-handler that manages it. The first proven one in this order is the primary cause. */
export const CAUSE_CODES = [
  'NodeMissing',
  'NodeNotReady',
  'KubeVirtNotDeployed',
  'DaemonSetMissing',
  'NodeSelectorMismatch',
  'NodeAffinityMismatch',
  'RemediationInProgress',
  'TaintNotTolerated',
  'PodCreationRejected',
  'HandlerUnschedulable',
  'ImagePullFailure',
  'ContainerStartFailure',
  'ContainerCrash',
  'HandlerEvicted',
  'HandlerStuckTerminating',
  'HandlerNotReady',
  'DaemonSetStalled',
  'HandlerRollout',
  'HeartbeatStale',
  'Unknown',
] as const;
export type CauseCode = (typeof CAUSE_CODES)[number];

/** `Definite`: nothing brings a handler back by itself while this stands. `Likely`: it fits, or may pass. */
export const CERTAINTIES = ['Definite', 'Likely'] as const;
export type Certainty = (typeof CERTAINTIES)[number];

/** Where the rule or state comes from that has to change. */
export const CAUSE_ORIGINS = ['PlacementPolicy', 'DaemonSet', 'Node', 'Pod'] as const;
export type CauseOrigin = (typeof CAUSE_ORIGINS)[number];

/** What was seen: a value in a field of an object at a version. */
export interface Evidence {
  /** `Kind namespace/name`, or `Kind name`. */
  readonly object: string;
  /** Empty when the object has none, or is missing itself. */
  readonly resourceVersion: string;
  /** A path such as `spec.taints[0]`; empty when it is about the object as a whole. */
  readonly field: string;
  readonly value: string;
}

export interface Cause {
  readonly code: CauseCode;
  readonly certainty: Certainty;
  readonly origin: CauseOrigin;
  /** One sentence for people. */
  readonly summary: string;
  /** Never empty. */
  readonly evidence: readonly Evidence[];
}
