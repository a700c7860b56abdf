import type { NodeObject } from '../objects.ts';

/** A node of the cluster, as far as a change of the placement concerns it. */
export interface ClusterNode {
  readonly node: NodeObject;
  /** Whether a virt-handler pod is there now, Ready or not. */
  readonly hasHandler: boolean;
  /** Whether VMIs or launchers are there that would miss it. */
  readonly hasWorkload: boolean;
}
