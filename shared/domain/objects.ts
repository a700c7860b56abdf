/**
 * Kubernetes objects as the judgement sees them: the API's own names and shapes, only the fields that a rule
 * reads. `null` in JSON or YAML is the same as absent, as in the Kubernetes API.
 *
 * What is listed here is what the readers keep: shared/objects derives from it which fields are read at all.
 */

/** The kinds that are read. Everything else in a dump is skipped unread. */
export const KINDS = ['Node', 'Pod', 'DaemonSet', 'VirtualMachineInstance', 'KubeVirt'] as const;
export type Kind = (typeof KINDS)[number];

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid?: string | undefined;
  readonly controller?: boolean | undefined;
}

export interface ObjectMeta {
  readonly name: string;
  /** Absent for a cluster-scoped object only. */
  readonly namespace?: string | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly generation?: number | undefined;
  readonly creationTimestamp?: string | undefined;
  readonly deletionTimestamp?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly ownerReferences?: readonly OwnerReference[] | undefined;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly lastTransitionTime?: string | undefined;
  readonly lastHeartbeatTime?: string | undefined;
}

export interface Taint {
  readonly key: string;
  readonly value?: string | undefined;
  readonly effect: string;
  readonly timeAdded?: string | undefined;
}

export interface Toleration {
  readonly key?: string | undefined;
  readonly operator?: string | undefined;
  readonly value?: string | undefined;
  readonly effect?: string | undefined;
}

export interface NodeSelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[] | undefined;
}

export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly NodeSelectorRequirement[] | undefined;
  readonly matchFields?: readonly NodeSelectorRequirement[] | undefined;
}

export interface Affinity {
  readonly nodeAffinity?:
    | {
        readonly requiredDuringSchedulingIgnoredDuringExecution?:
          | { readonly nodeSelectorTerms?: readonly NodeSelectorTerm[] | undefined }
          | undefined;
      }
    | undefined;
}

/** The scheduling fields of a pod or of a DaemonSet's pod template. */
export interface PodPlacement {
  readonly hostNetwork?: boolean | undefined;
  readonly nodeName?: string | undefined;
  readonly nodeSelector?: Readonly<Record<string, string>> | undefined;
  readonly affinity?: Affinity | undefined;
  readonly tolerations?: readonly Toleration[] | undefined;
}

export interface ContainerState {
  readonly waiting?:
    | { readonly reason?: string | undefined; readonly message?: string | undefined }
    | undefined;
  readonly running?: { readonly startedAt?: string | undefined } | undefined;
  readonly terminated?:
    | {
        readonly reason?: string | undefined;
        readonly message?: string | undefined;
        readonly exitCode?: number | undefined;
        readonly finishedAt?: string | undefined;
      }
    | undefined;
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean | undefined;
  readonly restartCount?: number | undefined;
  readonly image?: string | undefined;
  readonly state?: ContainerState | undefined;
  readonly lastState?: ContainerState | undefined;
}

export interface NodeObject {
  readonly kind: 'Node';
  readonly metadata: ObjectMeta;
  readonly spec?:
    | { readonly unschedulable?: boolean | undefined; readonly taints?: readonly Taint[] | undefined }
    | undefined;
  readonly status?: { readonly conditions?: readonly Condition[] | undefined } | undefined;
}

export interface PodObject {
  readonly kind: 'Pod';
  readonly metadata: ObjectMeta;
  readonly spec?: PodPlacement | undefined;
  readonly status?:
    | {
        readonly phase?: string | undefined;
        readonly reason?: string | undefined;
        readonly message?: string | undefined;
        readonly startTime?: string | undefined;
        readonly conditions?: readonly Condition[] | undefined;
        readonly containerStatuses?: readonly ContainerStatus[] | undefined;
        readonly initContainerStatuses?: readonly ContainerStatus[] | undefined;
      }
    | undefined;
}

export interface DaemonSetObject {
  readonly kind: 'DaemonSet';
  readonly metadata: ObjectMeta;
  readonly spec?:
    | { readonly template?: { readonly spec?: PodPlacement | undefined } | undefined }
    | undefined;
  readonly status?:
    | {
        readonly desiredNumberScheduled?: number | undefined;
        readonly currentNumberScheduled?: number | undefined;
        readonly numberReady?: number | undefined;
        readonly updatedNumberScheduled?: number | undefined;
        readonly numberAvailable?: number | undefined;
        readonly numberMisscheduled?: number | undefined;
        readonly observedGeneration?: number | undefined;
      }
    | undefined;
}

export interface VmiObject {
  readonly kind: 'VirtualMachineInstance';
  readonly metadata: ObjectMeta;
  readonly status?:
    | { readonly nodeName?: string | undefined; readonly phase?: string | undefined }
    | undefined;
}

/** `spec.workloads.nodePlacement`: where virt-handler, and nothing else, is to run. */
export interface NodePlacement {
  readonly nodeSelector?: Readonly<Record<string, string>> | undefined;
  readonly affinity?: Affinity | undefined;
  readonly tolerations?: readonly Toleration[] | undefined;
}

export interface KubeVirtObject {
  readonly kind: 'KubeVirt';
  readonly metadata: ObjectMeta;
  readonly spec?:
    | {
        readonly workloads?: { readonly nodePlacement?: NodePlacement | undefined } | undefined;
        /** The default for VMIs that say nothing themselves. */
        readonly configuration?: { readonly evictionStrategy?: string | undefined } | undefined;
      }
    | undefined;
  readonly status?:
    | {
        readonly phase?: string | undefined;
        readonly conditions?: readonly Condition[] | undefined;
        readonly observedGeneration?: number | undefined;
        readonly observedDeploymentID?: string | undefined;
        readonly targetDeploymentID?: string | undefined;
      }
    | undefined;
}

export type ClusterObject = NodeObject | PodObject | DaemonSetObject | VmiObject | KubeVirtObject;
