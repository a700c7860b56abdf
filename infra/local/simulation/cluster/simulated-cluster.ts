import type { NodePlacement, Taint } from '../../../../shared/domain/placement-objects.ts';
import { kubeTime } from '../api/creation.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { KUBEVIRT_TYPES, TYPES } from '../api/resource-type.ts';
import { SimulatedApi } from '../api/simulated-api.ts';
import { startControllers } from '../controllers/start-controllers.ts';
import { REAL_TIMINGS, type Timings } from '../controllers/timings.ts';
import { isConditionTrue } from '../controllers/views.ts';
import type { SimulationTime } from '../time/simulation-time.ts';
import { nodeConditions } from './kubelet-reports.ts';
import { Kubelets } from './kubelets.ts';
import { VirtHandlers } from './virt-handlers.ts';
import {
  INSTALL_NAMESPACE,
  kubeVirtResource,
  launcherPod,
  type VmiPlan,
  virtualMachineInstance,
} from './virt-objects.ts';
import { VirtOperator } from './virt-operator.ts';

/** What a cluster starts with. */
export interface ClusterPlan {
  /** Node names; three workers unless told. */
  readonly nodes?: readonly string[];
  readonly vmis?: readonly VmiPlan[];
  /** Labels that every node has besides the usual ones. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly timings?: Timings;
}

const NODES = ['node01', 'node02', 'node03'];
const VMIS: readonly VmiPlan[] = [
  { namespace: 'shop', name: 'web-01', node: 'node01' },
  { namespace: 'shop', name: 'web-02', node: 'node02' },
  { namespace: 'shop', name: 'db-01', node: 'node02' },
  { namespace: 'lab', name: 'build-01', node: 'node03' },
];

/** A small cluster with KubeVirt, in which everything happens by itself, and the few things that people do to one. */
export class SimulatedCluster {
  readonly api: SimulatedApi;
  readonly #kubelets: Kubelets;

  /** What it starts with is there at once; handlers come when `time` passes, as everything else. */
  constructor(time: SimulationTime, plan: ClusterPlan = {}) {
    const timings = plan.timings ?? REAL_TIMINGS;
    this.api = new SimulatedApi(time);
    startControllers(this.api, timings);
    this.#kubelets = new Kubelets(this.api, timings);
    new VirtHandlers(this.api, timings);
    new VirtOperator(this.api, timings);
    this.addNamespace(INSTALL_NAMESPACE);
    for (const name of plan.nodes ?? NODES) this.addNode(name, plan.labels);
    this.api.create({ type: KUBEVIRT_TYPES.kubeVirt, namespace: INSTALL_NAMESPACE }, kubeVirtResource());
    for (const vmi of plan.vmis ?? VMIS) this.addVmi(vmi);
  }

  addNamespace(name: string): void {
    if (this.api.find({ type: TYPES.namespace, name }) === undefined)
      this.api.create({ type: TYPES.namespace }, { metadata: { name } });
  }

  /** A worker that is ready. */
  addNode(name: string, labels: Readonly<Record<string, string>> = {}): void {
    const usual = {
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
    };
    const conditions = nodeConditions(kubeTime(this.api.time.now()));
    const metadata = { name, labels: { ...usual, ...labels } };
    this.api.create({ type: TYPES.node }, { metadata, spec: {}, status: { conditions } });
  }

  /** A VMI that runs, with its launcher. */
  addVmi(plan: VmiPlan): KubeObject {
    const { namespace } = plan;
    this.addNamespace(namespace);
    const vmi = this.api.create({ type: KUBEVIRT_TYPES.vmi, namespace }, virtualMachineInstance(plan));
    this.api.create({ type: TYPES.pod, namespace }, launcherPod(plan, vmi.metadata.uid));
    return vmi;
  }

  /** As `kubectl taint node`: a taint with the same key and effect is replaced. */
  taint(node: string, taint: Taint): void {
    this.#changeTaints(node, (taints) => [
      ...taints.filter(({ key, effect }) => key !== taint.key || effect !== taint.effect),
      taint,
    ]);
  }

  /** As `kubectl taint node KEY-`. */
  untaint(node: string, key: string): void {
    this.#changeTaints(node, (taints) => taints.filter((taint) => taint.key !== key));
  }

  /** As `kubectl label node`; `null` takes the label away. */
  label(node: string, key: string, value: string | null): void {
    this.api.update({ type: TYPES.node, name: node }, ({ metadata, ...rest }) => {
      const { [key]: _, ...others } = metadata.labels ?? {};
      return {
        ...rest,
        metadata: { ...metadata, labels: value === null ? others : { ...others, [key]: value } },
      };
    });
  }

  /** Says in the KubeVirt resource where virt-handlers go; `undefined`: everywhere. */
  setPlacement(nodePlacement: NodePlacement | undefined): void {
    const target = { type: KUBEVIRT_TYPES.kubeVirt, namespace: INSTALL_NAMESPACE, name: 'kubevirt' };
    this.api.update(target, ({ spec, ...rest }) => {
      const { workloads: _, ...others } = spec ?? {};
      return {
        ...rest,
        spec: nodePlacement === undefined ? others : { ...others, workloads: { nodePlacement } },
      };
    });
  }

  /** As `kubectl delete pod`. @throws ApiStatusError 404 */
  deletePod(namespace: string, name: string): void {
    this.api.delete({ type: TYPES.pod, namespace, name });
  }

  /** Deletes virt-handler's DaemonSet. @param propagationPolicy - `Orphan` leaves its pods */
  deleteDaemonSet(propagationPolicy: 'Background' | 'Orphan' = 'Background'): void {
    const target = { type: TYPES.daemonSet, namespace: INSTALL_NAMESPACE, name: 'virt-handler' };
    this.api.delete(target, { propagationPolicy });
  }

  /** The node is gone from the API: its kubelet and what it ran are not heard of again. */
  deleteNode(name: string): void {
    this.#kubelets.stop(name);
    this.api.delete({ type: TYPES.node, name });
  }

  /** The node falls silent. */
  stopKubelet(node: string): void {
    this.#kubelets.stop(node);
  }

  startKubelet(node: string): void {
    this.#kubelets.start(node);
  }

  /** The guest powers off: its launcher ends. The VMI says so only where a handler is there to see it. */
  endVmi(namespace: string, name: string): void {
    const target = { type: KUBEVIRT_TYPES.vmi, namespace, name };
    const { metadata, status: before = {} } = this.api.get(target);
    const ended = { phase: 'Succeeded' };
    const isSeen = this.handlersOn(String(before['nodeName'])).some((pod) => isConditionTrue(pod, 'Ready'));
    if (isSeen) this.api.update(target, (vmi) => ({ ...vmi, status: { ...vmi.status, ...ended } }));
    for (const pod of this.api.list(TYPES.pod, namespace)) {
      if (pod.metadata.labels?.['kubevirt.io/created-by'] !== metadata.uid) continue;
      const launcher = {
        type: TYPES.pod,
        namespace,
        name: pod.metadata.name,
        subresource: 'status',
      } as const;
      this.api.update(launcher, (current) => ({ ...current, status: { ...current.status, ...ended } }));
    }
  }

  /** The handlers there are: on, or meant for, the node. */
  handlersOn(node: string): readonly KubeObject[] {
    const handlers = this.api.list(TYPES.pod, INSTALL_NAMESPACE);
    return handlers.filter(
      ({ metadata, spec }) =>
        metadata.labels?.['kubevirt.io'] === 'virt-handler' && spec?.['nodeName'] === node,
    );
  }

  #changeTaints(node: string, change: (taints: readonly Taint[]) => readonly Taint[]): void {
    this.api.update({ type: TYPES.node, name: node }, ({ spec, ...rest }) => ({
      ...rest,
      spec: { ...spec, taints: change((spec?.['taints'] ?? []) as readonly Taint[]) },
    }));
  }
}
