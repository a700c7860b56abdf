import type { KubeVirtObject, NodeObject } from '../objects.ts';
import type { Obstacle } from '../placement/daemonset-placement.ts';
import type { NodePlacement, NodeSelectorTerm, PodPlacement } from '../placement-objects.ts';
import type { ClusterNode } from './cluster-node.ts';
import type { PatchDraft, Path } from './json-patch.ts';
import type { MitigationCode } from './mitigation.ts';
import type { PlacementOwner } from './placement-owner.ts';

/** What a change of the policy is looked for. */
export interface PlacementTarget {
  readonly node: NodeObject;
  readonly nodes: readonly ClusterNode[];
  readonly template: PodPlacement;
  readonly obstacles: readonly Obstacle[];
  readonly owner: PlacementOwner;
  /** For what its taints mean. */
  readonly kubeVirt: KubeVirtObject | undefined;
}

/** A change of the policy: not yet known to work, nor to be harmless. */
export interface PlacementChange {
  readonly code: MitigationCode;
  readonly draft: PatchDraft;
  /** What it does, each in a phrase that starts with a verb. */
  readonly steps: readonly string[];
  /** When the change is wrong although it brings the pod; empty when there is no such thing. */
  readonly caution: string;
}

/** The label by which people name a node in a placement; it may differ from the node's name. */
export const HOSTNAME = 'kubernetes.io/hostname';

/** The way from a placement to its required node affinity. */
export const REQUIRED: Path = ['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'];

/** The way from a placement to the terms of its required node affinity. */
export const TERMS: Path = [...REQUIRED, 'nodeSelectorTerms'];

/** The terms of the policy's own required node affinity. */
export function policyTerms(policy: NodePlacement | undefined): readonly NodeSelectorTerm[] {
  return (
    policy?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  );
}
