/** As much of Kubernetes' objects as the tests read, written apart from the product's own view of them. */
export interface Metadata {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  generateName?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
  creationTimestamp?: string;
  deletionTimestamp?: string;
}

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  spec?: unknown;
  status?: unknown;
}

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
}

export interface Taint {
  key: string;
  value?: string;
  effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

export interface Node extends KubeObject {
  spec: { taints?: Taint[]; unschedulable?: boolean };
  status: { conditions?: Condition[] };
}

export interface Container {
  name: string;
  image: string;
}

export interface Pod extends KubeObject {
  spec: {
    nodeName?: string;
    containers: Container[];
    initContainers?: Container[];
    readinessGates?: { conditionType: string }[];
  };
  status: { phase?: string; conditions?: Condition[] };
}

export interface DaemonSet extends KubeObject {
  spec: {
    selector: { matchLabels: Record<string, string> };
    template: {
      metadata: { labels: Record<string, string> };
      spec: {
        nodeSelector?: Record<string, string>;
        affinity?: unknown;
        tolerations?: { key?: string; operator?: string; value?: string; effect?: string }[];
      };
    };
  };
  status: {
    observedGeneration?: number;
    desiredNumberScheduled?: number;
    currentNumberScheduled?: number;
    numberReady?: number;
    numberMisscheduled?: number;
  };
}

export interface VirtualMachineInstance extends KubeObject {
  status: { phase: string; nodeName?: string };
}

export interface CustomResourceDefinition extends KubeObject {
  status: { conditions?: Condition[] };
}

export interface ServiceAccount extends KubeObject {
  secrets?: { name: string }[];
}

/** A kind of object, such as `apps/v1/DaemonSet`, that knows what its objects look like. */
export interface Kind<T extends KubeObject = KubeObject> {
  readonly apiVersion: string;
  readonly kind: string;
  /** Never set: it carries the type only. */
  readonly object?: T;
}

/** Names one object; every object that was read is its own reference. */
export interface Ref<T extends KubeObject = KubeObject> extends Kind<T> {
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** @param path - the API version and the kind, such as `rbac.authorization.k8s.io/v1/ClusterRole` */
export function kind<T extends KubeObject>(path: string): Kind<T> {
  const slash = path.lastIndexOf('/');
  return { apiVersion: path.slice(0, slash), kind: path.slice(slash + 1) };
}

export function ref<T extends KubeObject>(of: Kind<T>, name: string, namespace?: string): Ref<T> {
  return { ...of, metadata: { name, ...(namespace !== undefined && { namespace }) } };
}

export const kinds = {
  namespace: kind('v1/Namespace'),
  serviceAccount: kind<ServiceAccount>('v1/ServiceAccount'),
  node: kind<Node>('v1/Node'),
  pod: kind<Pod>('v1/Pod'),
  daemonSet: kind<DaemonSet>('apps/v1/DaemonSet'),
  crd: kind<CustomResourceDefinition>('apiextensions.k8s.io/v1/CustomResourceDefinition'),
  kubeVirt: kind('kubevirt.io/v1/KubeVirt'),
  vmi: kind<VirtualMachineInstance>('kubevirt.io/v1/VirtualMachineInstance'),
} as const;

/** Whether the condition of that type is `True`. */
export function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return (conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');
}
