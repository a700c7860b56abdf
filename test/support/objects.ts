import type {
  DaemonSetObject,
  KubeVirtObject,
  NodeObject,
  PodObject,
  VmiObject,
} from '../../shared/domain/objects.ts';
import type { PodPlacement } from '../../shared/domain/placement-objects.ts';

/** Builders of small, real-shaped objects. Every one says only what a test does not say itself. */

type Part<T> = Partial<T>;

export const KUBEVIRT_NAMESPACE = 'kubevirt';
/** The time at which the builders' clusters are looked at. */
export const NOW = '2026-08-22T10:10:00Z';
const FRESH_HEARTBEAT = '2026-08-22T10:09:10Z';

let counter = 0;
function nextUid(): string {
  counter += 1;
  return `00000000-0000-4000-8000-${String(counter).padStart(12, '0')}`;
}

export function aNode(
  name: string,
  parts: {
    metadata?: Part<NodeObject['metadata']>;
    spec?: NodeObject['spec'];
    status?: NodeObject['status'];
  } = {},
): NodeObject {
  return {
    kind: 'Node',
    metadata: {
      name,
      uid: `node-${name}`,
      resourceVersion: '1000',
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubevirt.io/schedulable': 'true',
      },
      annotations: { 'kubevirt.io/heartbeat': FRESH_HEARTBEAT },
      ...parts.metadata,
    },
    spec: parts.spec ?? {},
    status: parts.status ?? { conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }] },
  };
}

export interface HandlerParts {
  readonly name?: string;
  readonly namespace?: string;
  readonly metadata?: Part<PodObject['metadata']>;
  readonly spec?: PodObject['spec'];
  readonly status?: PodObject['status'];
}

const RUNNING = { startedAt: '2026-08-22T10:05:00Z' };

/** A Ready virt-handler pod on `node`, as the DaemonSet controller makes it. */
export function aHandler(node: string, parts: HandlerParts = {}): PodObject {
  return {
    kind: 'Pod',
    metadata: {
      name: parts.name ?? `virt-handler-${node}`,
      namespace: parts.namespace ?? KUBEVIRT_NAMESPACE,
      uid: nextUid(),
      resourceVersion: '1000',
      labels: { 'kubevirt.io': 'virt-handler' },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'DaemonSet',
          name: 'virt-handler',
          uid: 'daemonset-virt-handler',
          controller: true,
        },
      ],
      ...parts.metadata,
    },
    spec: parts.spec ?? { nodeName: node, affinity: pinnedTo(node) },
    status:
      'status' in parts
        ? parts.status
        : {
            phase: 'Running',
            conditions: [{ type: 'Ready', status: 'True' }],
            containerStatuses: [
              { name: 'virt-handler', ready: true, restartCount: 0, state: { running: RUNNING } },
            ],
          },
  };
}

/** The affinity by which the DaemonSet controller means a pod for a node. */
export function pinnedTo(node: string): NonNullable<NonNullable<PodObject['spec']>['affinity']> {
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] };
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } };
}

export interface VmiParts {
  readonly namespace?: string;
  readonly uid?: string;
  readonly phase?: string;
}

export function aVmi(name: string, node: string | undefined, parts: VmiParts = {}): VmiObject {
  return {
    kind: 'VirtualMachineInstance',
    metadata: {
      name,
      namespace: parts.namespace ?? 'tenant-a',
      uid: parts.uid ?? `vmi-${name}`,
      resourceVersion: '1000',
      ...(node === undefined ? {} : { labels: { 'kubevirt.io/nodeName': node } }),
    },
    status: { phase: parts.phase ?? 'Running', nodeName: node },
  };
}

export interface LauncherParts {
  readonly name?: string;
  readonly metadata?: Part<PodObject['metadata']>;
  readonly status?: PodObject['status'];
}

/** A running virt-launcher pod of the VMI called `vmi`, bound to `node`. */
export function aLauncher(vmi: string, node: string | undefined, parts: LauncherParts = {}): PodObject {
  return {
    kind: 'Pod',
    metadata: {
      name: parts.name ?? `virt-launcher-${vmi}-x7k2p`,
      namespace: 'tenant-a',
      uid: nextUid(),
      resourceVersion: '1000',
      labels: { 'kubevirt.io': 'virt-launcher', 'kubevirt.io/created-by': `vmi-${vmi}` },
      annotations: { 'kubevirt.io/domain': vmi },
      ownerReferences: [
        {
          apiVersion: 'kubevirt.io/v1',
          kind: 'VirtualMachineInstance',
          name: vmi,
          uid: `vmi-${vmi}`,
          controller: true,
        },
      ],
      ...parts.metadata,
    },
    spec: { nodeName: node },
    status:
      'status' in parts
        ? parts.status
        : {
            phase: 'Running',
            conditions: [{ type: 'Ready', status: 'True' }],
            containerStatuses: [
              { name: 'compute', ready: true, restartCount: 0, state: { running: RUNNING } },
            ],
          },
  };
}

export function aKubeVirt(
  parts: {
    metadata?: Part<KubeVirtObject['metadata']>;
    spec?: KubeVirtObject['spec'];
    status?: KubeVirtObject['status'];
  } = {},
): KubeVirtObject {
  return {
    kind: 'KubeVirt',
    metadata: {
      name: 'kubevirt',
      namespace: KUBEVIRT_NAMESPACE,
      uid: 'kubevirt',
      resourceVersion: '1000',
      ...parts.metadata,
    },
    ...(parts.spec === undefined ? {} : { spec: parts.spec }),
    status: parts.status ?? { phase: 'Deployed' },
  };
}

export function aDaemonSet(
  parts: {
    metadata?: Part<DaemonSetObject['metadata']>;
    ready?: number;
    template?: PodPlacement;
    status?: Part<NonNullable<DaemonSetObject['status']>>;
  } = {},
): DaemonSetObject {
  const ready = parts.ready ?? 1;
  return {
    kind: 'DaemonSet',
    metadata: {
      name: 'virt-handler',
      namespace: KUBEVIRT_NAMESPACE,
      uid: 'daemonset-virt-handler',
      resourceVersion: '1000',
      generation: 1,
      labels: { 'kubevirt.io': 'virt-handler' },
      ...parts.metadata,
    },
    spec: {
      selector: { matchLabels: { 'kubevirt.io': 'virt-handler' } },
      template: {
        spec: {
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }],
          ...parts.template,
        },
      },
    },
    status: {
      desiredNumberScheduled: ready,
      currentNumberScheduled: ready,
      numberReady: ready,
      updatedNumberScheduled: ready,
      numberAvailable: ready,
      numberMisscheduled: 0,
      observedGeneration: 1,
      ...parts.status,
    },
  };
}
