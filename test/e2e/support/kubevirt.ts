import { awaitPodsAdmitted } from './admission.ts';
import { readFixture, readFixtures } from './fixtures.ts';
import type { KubeApi } from './kube-api.ts';
import {
  type CustomResourceDefinition,
  type DaemonSet,
  isTrue,
  type KubeObject,
  kinds,
  type Pod,
  ref,
  type VirtualMachineInstance,
} from './objects.ts';
import { until } from './until.ts';

export interface KubeVirtOptions {
  /** What the KubeVirt resource says of workloads' placement, with the DaemonSet that follows from it. */
  readonly placement?: 'no-placement' | 'nodeselector' | 'affinity-tolerations';
  /** `kubevirt` unless told. */
  readonly namespace?: string;
  /** Changes the DaemonSet before it is created. */
  readonly adapt?: (daemonSet: DaemonSet) => DaemonSet;
}

export interface VmiOptions {
  readonly name: string;
  /** `default` unless told; made when it is not there. */
  readonly namespace?: string;
  /** Where it runs; without one it has not been scheduled. */
  readonly node?: string;
  /** `Running` unless told; `Pending` without a node. */
  readonly phase?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Merged into the status that a running VMI has. */
  readonly status?: Readonly<Record<string, unknown>>;
}

/** Makes a namespace in which pods can be created. */
export async function createNamespace(api: KubeApi, name: string): Promise<void> {
  await api.apply([{ ...kinds.namespace, metadata: { name } }]);
  await awaitPodsAdmitted(api, name, 'default');
}

/** Installs what virt-operator would, as far as orphans are concerned: no deployments, no RBAC, no webhooks. */
export async function installKubeVirt(api: KubeApi, options: KubeVirtOptions = {}): Promise<DaemonSet> {
  const { placement = 'no-placement', namespace = 'kubevirt', adapt = (same) => same } = options;
  await installCrds(api, readFixtures<CustomResourceDefinition>('crds'));
  await api.apply([readFixture('priorityclass.yaml')]);
  await createNamespace(api, namespace);
  await api.apply([{ ...kinds.serviceAccount, metadata: { name: 'kubevirt-handler', namespace } }]);
  // Else the DaemonSet controller's first pods are refused, and it backs off.
  await awaitPodsAdmitted(api, namespace, 'kubevirt-handler');

  const moved = { 'namespace: kubevirt\n': `namespace: ${namespace}\n` };
  const kubeVirt = readFixture(`placements/kubevirt-${placement}.yaml`, moved);
  const [installed] = await api.apply([kubeVirt]);
  const observed = installed?.metadata.generation ?? 1;
  await api.patch(kubeVirt, { status: { observedGeneration: observed } }, { subresource: 'status' });

  const daemonSet = adapt(readFixture<DaemonSet>(`placements/virt-handler-${placement}.yaml`, moved));
  const annotations = { ...daemonSet.metadata.annotations, 'kubevirt.io/generation': `${observed}` };
  return api.create({ ...daemonSet, metadata: { ...daemonSet.metadata, annotations } });
}

export async function installCrds(api: KubeApi, crds: readonly CustomResourceDefinition[]): Promise<void> {
  for (const { metadata } of await api.apply(crds)) {
    await until(`${metadata.name} is served`, async () => {
      const { status } = await api.get(ref(kinds.crd, metadata.name));
      return isTrue(status.conditions, 'Established');
    });
  }
}

/** Creates a VMI as virt-controller and virt-handler leave it. The API server gives it its uid. */
export async function createVmi(api: KubeApi, options: VmiOptions): Promise<VirtualMachineInstance> {
  const { name, namespace = 'default', node, phase = node === undefined ? 'Pending' : 'Running' } = options;
  if ((await api.find(ref(kinds.namespace, namespace))) === undefined) await createNamespace(api, namespace);
  const renamed = { 'web-01': name, 'tenant-a': namespace, node02: node ?? '' };
  const vmi = readFixture<VirtualMachineInstance>('workloads/vmi.yaml', renamed);
  const labels = { ...vmi.metadata.labels, ...options.labels };
  if (node !== undefined) {
    const status = { ...vmi.status, phase, ...options.status };
    return api.create({ ...vmi, metadata: { ...vmi.metadata, labels }, status });
  }
  const { 'kubevirt.io/nodeName': _, ...unbound } = labels;
  return api.create({
    ...vmi,
    metadata: { ...vmi.metadata, labels: unbound },
    status: { phase, ...options.status },
  });
}

/**
 * Creates the virt-launcher pod of a VMI, bound to the VMI's node or, for a migration's target, to another.
 * The kubelet stand-in starts it. The garbage collector deletes it after its VMI, if it has had time (up to half a
 * minute) to notice the new kind.
 */
export function createLauncher(api: KubeApi, vmi: KubeObject, node?: string): Promise<Pod> {
  const { name, namespace = 'default', uid = '', labels } = vmi.metadata;
  const { nodeName = '' } = vmi.status as VirtualMachineInstance['status'];
  const renamed = {
    '0c8a3f0e-6b1d-4f0a-9a5e-1b6c1b3f0001': uid,
    'web-01': name,
    'tenant-a': namespace,
    node02: node ?? nodeName,
  };
  const pod = readFixture<Pod>('workloads/virt-launcher.yaml', renamed);
  // KubeVirt copies all labels of the VMI, at the moment it makes the pod.
  return api.create({ ...pod, metadata: { ...pod.metadata, labels: { ...labels, ...pod.metadata.labels } } });
}
