import type { HyperConvergedObject } from '../evidence-objects.ts';
import type { DaemonSetObject, KubeVirtObject, NodeObject, PodObject } from '../objects.ts';
import type { ClusterChange } from './cluster-change.ts';
import type { ClusterNode } from './cluster-node.ts';
import type { CurrentPlacement } from './simulate.ts';

/** What can be done about a cause. The first five and `RestartHandlerPod` change something, the rest only looks. */
export const MITIGATION_CODES = [
  'LabelNode',
  /** Takes the node out of a rule that names it. */
  'RemovePlacementRule',
  'AddPlacementToleration',
  /** Adds a term for the node, and moves a nodeSelector that would defeat it into the affinity. */
  'ExtendPlacementAffinity',
  /** Affinity and tolerations in one patch, so that there is one rollout. */
  'ExtendPlacement',
  'RestartHandlerPod',
  'WaitForRollout',
  /** Somebody drains or fences the node on purpose: stand back. */
  'WaitForRemediation',
  'RepairNode',
  'RepairOperator',
  'RepairDaemonSetController',
  'EditCustomizeComponents',
  'EditNamespaceSelector',
  /** The placement excludes the node, and no safe change of it was found. */
  'ReviewPlacement',
  'AllowPodCreation',
  'MakeRoomOnNode',
  'FixImage',
  'FixHandlerPod',
  'Investigate',
] as const;
export type MitigationCode = (typeof MITIGATION_CODES)[number];

/** `Low`: one node, nothing restarts. `Medium`: others notice. `High`: something that runs may not come back. */
export const MITIGATION_RISKS = ['Low', 'Medium', 'High'] as const;
export type MitigationRisk = (typeof MITIGATION_RISKS)[number];

/** Whose object the command changes; `None` when it only looks. */
export const MITIGATION_OWNERS = ['Node', 'KubeVirt', 'HyperConverged', 'Pod', 'None'] as const;
export type MitigationOwner = (typeof MITIGATION_OWNERS)[number];

export interface MitigationEffects {
  /** Nodes, sorted, that have no virt-handler now and get one; the node in question among them. */
  readonly handlersGained: readonly string[];
  /** Nodes, sorted, whose virt-handler goes and does not come back. */
  readonly handlersLost: readonly string[];
  /** Every change of the DaemonSet's template replaces every virt-handler, node by node (facts/kubevirt.md, 0.3). */
  readonly restartsEveryHandler: boolean;
}

export interface Mitigation {
  readonly code: MitigationCode;
  /** What is to be done, for people. */
  readonly summary: string;
  /** One line for a POSIX shell that works when pasted; it changes nothing when `owner` is `None`. */
  readonly command: string;
  readonly risk: MitigationRisk;
  readonly effects: MitigationEffects;
  readonly owner: MitigationOwner;
  /** The same for a program; `undefined` when it only looks, or when the object cannot be known again. Never published. */
  readonly change: ClusterChange | undefined;
  /** One line for a shell that takes it back once it is done; empty when there is none. Never published. */
  readonly inverse: string;
}

/** All that is known when mitigations for one node are looked for. What is `undefined` is not there or was not read. */
export interface MitigationContext {
  readonly nodeName: string;
  readonly node: NodeObject | undefined;
  /** Every node of the cluster: what was not read cannot be told to lose its virt-handler. */
  readonly nodes: readonly ClusterNode[];
  /** What the placement is for all of these now; `undefined` without a DaemonSet. */
  readonly placement: CurrentPlacement | undefined;
  /** The node's own virt-handler pod. */
  readonly handlerPod: PodObject | undefined;
  readonly kubeVirt: KubeVirtObject | undefined;
  readonly daemonSet: DaemonSetObject | undefined;
  /** The one in KubeVirt's namespace: it owns the placement then. */
  readonly hyperConverged: HyperConvergedObject | undefined;
}

/** What a command that only looks changes. */
export const NO_EFFECTS: MitigationEffects = {
  handlersGained: [],
  handlersLost: [],
  restartsEveryHandler: false,
};

/** A mitigation that says what is to be repaired, with a command that shows it. */
export function lookAt(code: MitigationCode, summary: string, command: string): Mitigation {
  return {
    code,
    summary,
    command,
    risk: 'Low',
    effects: NO_EFFECTS,
    owner: 'None',
    change: undefined,
    inverse: '',
  };
}
