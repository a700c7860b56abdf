/** How the API server treats the objects of one kind. */
export interface ResourceType {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** Whether it is defined by a CustomResourceDefinition, which the server treats differently in small ways. */
  readonly custom: boolean;
  /** Whether there is `/status`, and the main resource ignores what is written into the status. */
  readonly status: boolean;
  /** Whether `metadata.generation` counts changes. Pods, nodes and Events have none. */
  readonly generation: boolean;
  /** Fields that a field selector can ask for, beside the name and the namespace. */
  readonly selectable: readonly string[];
  /** Whether a deletion answers with the object even when nothing is left of it. */
  readonly answersDeleted: boolean;
}

const usual = {
  group: '',
  version: 'v1',
  shortNames: [],
  categories: [],
  namespaced: true,
  custom: false,
  status: false,
  generation: false,
  selectable: [],
  answersDeleted: false,
} as const;

const define = (
  kind: string,
  plural: string,
  more: Partial<Omit<ResourceType, 'kind' | 'plural'>> = {},
): ResourceType => ({ ...usual, kind, plural, singular: kind.toLowerCase(), ...more });

/** Source: Kubernetes `pkg/registry/core/event/strategy.go`, ToSelectableFields. */
const EVENT_FIELDS = [
  ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
    (field) => `involvedObject.${field}`,
  ),
  'reason',
  'reportingComponent',
  'source',
  'type',
];

/** The kinds that the project uses and that need no definition, by what they are called here. */
export const TYPES = {
  namespace: define('Namespace', 'namespaces', {
    shortNames: ['ns'],
    namespaced: false,
    status: true,
    selectable: ['status.phase'],
  }),
  node: define('Node', 'nodes', {
    shortNames: ['no'],
    namespaced: false,
    status: true,
    selectable: ['spec.unschedulable'],
  }),
  pod: define('Pod', 'pods', {
    shortNames: ['po'],
    categories: ['all'],
    status: true,
    // Source: Kubernetes `pkg/registry/core/pod/strategy.go`, ToSelectableFields.
    selectable: [
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'status.phase',
      'status.podIP',
      'status.nominatedNodeName',
    ],
    answersDeleted: true,
  }),
  event: define('Event', 'events', { shortNames: ['ev'], selectable: EVENT_FIELDS }),
  serviceAccount: define('ServiceAccount', 'serviceaccounts', { shortNames: ['sa'], answersDeleted: true }),
  daemonSet: define('DaemonSet', 'daemonsets', {
    group: 'apps',
    shortNames: ['ds'],
    categories: ['all'],
    status: true,
    generation: true,
  }),
  controllerRevision: define('ControllerRevision', 'controllerrevisions', { group: 'apps' }),
  lease: define('Lease', 'leases', { group: 'coordination.k8s.io' }),
  priorityClass: define('PriorityClass', 'priorityclasses', {
    group: 'scheduling.k8s.io',
    shortNames: ['pc'],
    namespaced: false,
    generation: true,
  }),
  crd: define('CustomResourceDefinition', 'customresourcedefinitions', {
    group: 'apiextensions.k8s.io',
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    namespaced: false,
    status: true,
    generation: true,
  }),
  /** The other view of `event`: what is written here is stored there. */
  newEvent: define('Event', 'events', {
    group: 'events.k8s.io',
    shortNames: ['ev'],
    selectable: [
      ...EVENT_FIELDS,
      ...EVENT_FIELDS.slice(0, 7).map((field) => field.replace('involvedObject', 'regarding')),
    ],
  }),
} as const;

/** The kinds of KubeVirt, with the subresources that its definitions have. Source: facts/kubevirt.md, 6. */
export const KUBEVIRT_TYPES = {
  kubeVirt: custom('kubevirt.io', 'KubeVirt', 'kubevirts', ['kv', 'kvs']),
  vmi: {
    ...custom('kubevirt.io', 'VirtualMachineInstance', 'virtualmachineinstances', ['vmi', 'vmis']),
    status: false,
  },
  vm: custom('kubevirt.io', 'VirtualMachine', 'virtualmachines', ['vm', 'vms']),
  migration: custom('kubevirt.io', 'VirtualMachineInstanceMigration', 'virtualmachineinstancemigrations', [
    'vmim',
    'vmims',
  ]),
} as const;

/** The project's own record, which every cluster that it runs on has. */
export const ORPHAN_INCIDENT: ResourceType = {
  ...custom('kubevirt-orphans.dev', 'OrphanIncident', 'orphanincidents', []),
  version: 'v1alpha1',
  categories: [],
};

function custom(group: string, kind: string, plural: string, shortNames: readonly string[]): ResourceType {
  return define(kind, plural, {
    group,
    shortNames,
    categories: ['all'],
    custom: true,
    status: true,
    generation: true,
  });
}

/** `v1`, or `apps/v1`. */
export function groupVersion({ group, version }: Pick<ResourceType, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}
