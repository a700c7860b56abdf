/** The parts of Kubernetes objects that say which pod may be on which node; see `objects.ts`. */

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
  /** How long a NoExecute taint is tolerated; for ever when absent. */
  readonly tolerationSeconds?: number | undefined;
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

/** `spec.workloads.nodePlacement`: where virt-handler, and nothing else, is to run. */
export interface NodePlacement {
  readonly nodeSelector?: Readonly<Record<string, string>> | undefined;
  readonly affinity?: Affinity | undefined;
  readonly tolerations?: readonly Toleration[] | undefined;
}
