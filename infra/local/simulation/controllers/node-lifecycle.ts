import { isSameJson } from '../../../../shared/domain/same-json.ts';
import { type EpochMs, elapsedMs } from '../../../../shared/domain/units.ts';
import { kubeTime } from '../api/creation.ts';
import { type KubeObject, valueAt } from '../api/kube-object.ts';
import { storageOf } from '../api/object-store.ts';
import { TYPES } from '../api/resource-type.ts';
import type { SimulatedApi } from '../api/simulated-api.ts';
import { every } from '../time/simulation-time.ts';
import { taintsOf } from './node-taints.ts';
import type { Timings } from './timings.ts';
import { asNode, isConditionTrue } from './views.ts';
import { WorkQueue } from './work-queue.ts';

const LEASES = 'kube-node-lease';

/**
 * Taints nodes by their conditions, says of a node that is silent for too long that nothing is known of it, and of the
 * pods of a node that is not ready that they are not either. A node that never reported is left alone.
 * Source: Kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go`
 */
export class NodeLifecycle {
  readonly #api: SimulatedApi;
  readonly #timings: Timings;
  /** What each node last said, and when that was noticed here. */
  readonly #heard = new Map<string, { readonly what: string; readonly at: EpochMs }>();

  constructor(api: SimulatedApi, timings: Timings) {
    this.#api = api;
    this.#timings = timings;
    const taints = new WorkQueue(api.time, timings.reactionMs, (name) => this.#taint(name));
    const pods = new WorkQueue(api.time, timings.reactionMs, (name) => this.#markPods(name));
    api.store.subscribe(({ resource, object, previous, type }) => {
      if (resource !== storageOf(TYPES.node) || type === 'DELETED') return;
      taints.add(object.metadata.name);
      const wasReady = previous !== undefined && isConditionTrue(previous, 'Ready');
      if (wasReady && !isConditionTrue(object, 'Ready')) pods.add(object.metadata.name);
    });
    every(
      api.time,
      () => timings.nodeMonitorMs,
      () => this.#monitor(),
    );
  }

  #taint(name: string): void {
    const node = this.#api.find({ type: TYPES.node, name });
    // Without a report there is nothing to conclude from: what admission gave the node stays.
    if (node === undefined || valueAt(node, ['status', 'conditions']) === undefined) return;
    const taints = taintsOf(asNode(node), this.#api.time.now());
    if (isSameJson(taints, node.spec?.['taints'] ?? [])) return;
    this.#api.update({ type: TYPES.node, name }, (current) => ({
      ...current,
      spec: { ...current.spec, taints },
    }));
  }

  #monitor(): void {
    for (const node of this.#api.list(TYPES.node)) {
      const { name } = node.metadata;
      const what = this.#lastWords(node);
      const now = this.#api.time.now();
      const heard = this.#heard.get(name);
      if (heard === undefined || heard.what !== what) this.#heard.set(name, { what, at: now });
      else if (elapsedMs(heard.at, now) > this.#timings.nodeGraceMs) this.#markUnknown(node);
    }
  }

  /** A node is alive by its status or by its lease. */
  #lastWords(node: KubeObject): string {
    const ready = asNode(node).status?.conditions?.find(({ type }) => type === 'Ready');
    const lease = this.#api.find({ type: TYPES.lease, namespace: LEASES, name: node.metadata.name });
    return `${node.metadata.uid} ${ready?.lastHeartbeatTime} ${valueAt(lease, ['spec', 'renewTime'])}`;
  }

  #markUnknown(node: KubeObject): void {
    const conditions = asNode(node).status?.conditions ?? [];
    if (!conditions.some(({ type, status }) => type === 'Ready' && status !== 'Unknown')) return;
    const unknown = {
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      lastTransitionTime: kubeTime(this.#api.time.now()),
    };
    const target = { type: TYPES.node, name: node.metadata.name, subresource: 'status' } as const;
    this.#api.update(target, (current) => ({
      ...current,
      status: { ...current.status, conditions: conditions.map((each) => ({ ...each, ...unknown })) },
    }));
  }

  #markPods(node: string): void {
    const lastTransitionTime = kubeTime(this.#api.time.now());
    for (const pod of this.#api.list(TYPES.pod)) {
      if (pod.spec?.['nodeName'] !== node || !isConditionTrue(pod, 'Ready')) continue;
      const { namespace, name } = pod.metadata;
      this.#api.update({ type: TYPES.pod, namespace, name, subresource: 'status' }, (current) => ({
        ...current,
        status: {
          ...current.status,
          conditions: ((current.status?.['conditions'] ?? []) as { readonly type: string }[]).map((each) =>
            each.type === 'Ready' ? { ...each, status: 'False', lastTransitionTime } : each,
          ),
        },
      }));
    }
  }
}
