import type { KubeVirtObject, NodeObject } from '../objects.ts';
import type { Obstacle } from '../placement/daemonset-placement.ts';
import type { NodePlacement, NodeSelectorTerm, PodPlacement } from '../placement-objects.ts';
import type { ClusterNode } from './cluster-node.ts';
import type { Path } from './json-patch.ts';
import type { MitigationCode } from './mitigation.ts';
import type { PatchDraft } from './patch-draft.ts';
import type { PlacementOwner } from './placement-owner.ts';

/** A node that the placement keeps virt-handler from. */
export interface ExcludedNode {
  readonly node: NodeObject;
  /** Every rule that stands against it; not empty. */
  readonly obstacles: readonly Obstacle[];
}

/** What a change of the policy is looked for. */
export interface PlacementTarget {
  /** The nodes that are to get virt-handler, all by the same change; at least one. */
  readonly excluded: readonly ExcludedNode[];
  readonly nodes: readonly ClusterNode[];
  readonly template: PodPlacement;
  readonly owner: PlacementOwner;
  /** For what its taints mean. */
  readonly kubeVirt: KubeVirtObject | undefined;
}

/** The obstacles of all nodes, with those that several nodes have alike once. */
export function obstaclesOf(excluded: readonly ExcludedNode[]): readonly Obstacle[] {
  const all = excluded.flatMap(({ obstacles }) => obstacles);
  return [...new Map(all.map((obstacle) => [identityOf(obstacle), obstacle])).values()];
}

/** Those of selectors and taints are the same whatever else the node has; the terms of an affinity fail in their own way. */
function identityOf(obstacle: Obstacle): unknown {
  if (obstacle.kind === 'NodeSelector') return `selector ${obstacle.key}`;
  if (obstacle.kind !== 'Taint') return obstacle;
  const { key, value = '', effect } = obstacle.taint;
  return `taint ${key}=${value}:${effect}`;
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
