/**
 * Kubernetes objects as the judgement sees them: the API's own names and shapes, only the fields that a rule
 * reads. `null` in JSON or YAML is the same as absent, as in the Kubernetes API.
 *
 * What is listed here is what the readers keep: shared/objects derives from it which fields are read at all.
 */

import type { ContainerStatus } from './container-status.ts';
import type { NodePlacement, PodPlacement, Taint } from './placement-objects.ts';

/** The kinds that are judged. With those of `evidence-objects.ts` they are all that is read. */
export const KINDS = ['Node', 'Pod', 'DaemonSet', 'VirtualMachineInstance', 'KubeVirt'] as const;
export type Kind = (typeof KINDS)[number];

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid?: string | undefined;
  readonly controller?: boolean | undefined;
}

/**
 * Who set which fields, as far as a rule asks for it. A key `f:name` stands for the field `name`; its presence says that
 * the manager owns it. Source: structured-merge-diff, FieldsV1.
 */
export interface ManagedFields {
  readonly manager?: string | undefined;
  readonly operation?: string | undefined;
  readonly time?: string | undefined;
  readonly fieldsV1?:
    | {
        readonly 'f:metadata'?: { readonly 'f:labels'?: OwnedFields | undefined } | undefined;
        readonly 'f:spec'?: OwnedFields | undefined;
      }
    | undefined;
}

/** Owned fields by key; what is below them is not read. */
export type OwnedFields = Readonly<Record<string, unknown>>;

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

/** Of what people edit, where who did it is read too. */
export interface EditedMeta extends ObjectMeta {
  readonly managedFields?: readonly ManagedFields[] | undefined;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly lastTransitionTime?: string | undefined;
  readonly lastHeartbeatTime?: string | undefined;
}

export interface NodeObject {
  readonly kind: 'Node';
  readonly metadata: EditedMeta;
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
  readonly metadata: EditedMeta;
  readonly spec?:
    | {
        /** What it selects by plays no part here; that it is there does. */
        readonly selector?:
          | { readonly matchLabels?: Readonly<Record<string, string>> | undefined }
          | undefined;
        readonly template?: { readonly spec?: PodPlacement | undefined } | undefined;
      }
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
  readonly spec?: { readonly evictionStrategy?: string | undefined } | undefined;
  readonly status?:
    | {
        readonly nodeName?: string | undefined;
        readonly phase?: string | undefined;
        readonly conditions?: readonly Condition[] | undefined;
        readonly migrationState?: MigrationState | undefined;
      }
    | undefined;
}

/** `status.migrationState`; it stays after a migration has ended. Source: kubevirt types.go, VirtualMachineInstanceMigrationState. */
export interface MigrationState {
  readonly migrationUid?: string | undefined;
  readonly sourceNode?: string | undefined;
  readonly targetNode?: string | undefined;
  readonly startTimestamp?: string | undefined;
  readonly endTimestamp?: string | undefined;
  readonly completed?: boolean | undefined;
  readonly failed?: boolean | undefined;
}

/** A patch that virt-operator lays on one of its components before it injects the placement. `*` names all. */
export interface ComponentPatch {
  readonly resourceType?: string | undefined;
  readonly resourceName?: string | undefined;
  /** `json`, `merge` or `strategic`. */
  readonly type?: string | undefined;
  /** The patch itself, as text. */
  readonly patch?: string | undefined;
}

export interface KubeVirtObject {
  readonly kind: 'KubeVirt';
  readonly metadata: EditedMeta;
  readonly spec?:
    | {
        readonly workloads?: { readonly nodePlacement?: NodePlacement | undefined } | undefined;
        /** The default for VMIs that say nothing themselves. */
        readonly configuration?:
          | {
              readonly evictionStrategy?: string | undefined;
              readonly migrations?: { readonly nodeDrainTaintKey?: string | undefined } | undefined;
            }
          | undefined;
        readonly customizeComponents?:
          | { readonly patches?: readonly ComponentPatch[] | undefined }
          | undefined;
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
