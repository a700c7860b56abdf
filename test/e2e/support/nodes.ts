import type { KubeApi } from './kube-api.ts';
import { isTrue, kinds, type Node, ref, type Taint } from './objects.ts';
import { until } from './until.ts';

export interface NodeOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  /** What the kubelet would report; `true` unless told. */
  readonly ready?: boolean;
  /** virt-handler's last heartbeat; now unless told, `null` for a node that never had one. */
  readonly heartbeat?: string | null;
}

const NOT_READY = 'node.kubernetes.io/not-ready';
const size = {
  cpu: '64',
  memory: '1Ti',
  pods: '1000',
  'ephemeral-storage': '1Ti',
  'devices.kubevirt.io/kvm': '1k',
  'devices.kubevirt.io/tun': '1k',
  'devices.kubevirt.io/vhost-net': '1k',
};

/** Registers a node as its kubelet and its virt-handler would, and waits for the taints that follow from it. */
export async function createNode(api: KubeApi, name: string, options: NodeOptions = {}): Promise<Node> {
  const { ready = true, heartbeat = nowInSeconds() } = options;
  const node: Node = {
    ...kinds.node,
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubevirt.io/schedulable': 'true',
        ...options.labels,
      },
      ...(heartbeat !== null && { annotations: { 'kubevirt.io/heartbeat': heartbeat } }),
    },
    spec: { taints: [...(options.taints ?? [])] },
    status: { conditions: conditions(ready), ...{ capacity: size, allocatable: size } },
  };
  await api.create(node);
  return awaitTaints(api, name, ready);
}

/** Lets the node's kubelet report that it is ready, or not, and waits for the taints that follow from it. */
export async function setNodeReady(api: KubeApi, name: string, ready: boolean): Promise<Node> {
  const patch = { status: { conditions: conditions(ready) } };
  await api.patch(ref(kinds.node, name), patch, { type: 'strategic', subresource: 'status' });
  return awaitTaints(api, name, ready);
}

/** Gives a node these taints, besides those of the control plane, which may be writing its own meanwhile. */
export async function setTaints(api: KubeApi, name: string, taints: readonly Taint[]): Promise<Node> {
  return until(`node ${name} takes its taints`, async () => {
    const { metadata, spec } = await api.get(ref(kinds.node, name));
    const kept = (spec.taints ?? []).filter(({ key }) => key.startsWith('node.kubernetes.io/'));
    const patch = {
      metadata: { resourceVersion: metadata.resourceVersion },
      spec: { taints: [...kept, ...taints] },
    };
    return api.patch(ref(kinds.node, name), patch);
  });
}

/** A new node is tainted until it is ready, by admission; one that is not ready is tainted against running pods too. */
function awaitTaints(api: KubeApi, name: string, ready: boolean): Promise<Node> {
  return until(`node ${name} has the taints of ${ready ? 'a ready' : 'an unready'} node`, async () => {
    const node = await api.get(ref(kinds.node, name));
    const effects = (node.spec.taints ?? [])
      .filter(({ key }) => key === NOT_READY)
      .map(({ effect }) => effect);
    const settled = ready ? effects.length === 0 : effects.length === 2;
    return settled && isTrue(node.status.conditions, 'Ready') === ready && node;
  });
}

function conditions(ready: boolean): NonNullable<Node['status']['conditions']> {
  const lastHeartbeatTime = nowInSeconds();
  const common = { lastHeartbeatTime, lastTransitionTime: lastHeartbeatTime };
  const fine = (['MemoryPressure', 'DiskPressure', 'PIDPressure'] as const).map((type) => ({
    type,
    status: 'False' as const,
    reason: 'KubeletHasNoPressure',
    ...common,
  }));
  const reason = ready ? 'KubeletReady' : 'KubeletNotReady';
  return [...fine, { type: 'Ready', status: ready ? 'True' : 'False', reason, ...common }];
}

function nowInSeconds(): string {
  return new Date().toISOString().replace(/\.\d+/, '');
}
