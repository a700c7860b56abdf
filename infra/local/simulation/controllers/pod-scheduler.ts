import { judgePlacement } from '../../../../shared/domain/placement/daemonset-placement.ts';
import { toleratesTaint } from '../../../../shared/domain/placement/tolerations.ts';
import { type KubeObject, keyOf } from '../api/kube-object.ts';
import { storageOf } from '../api/object-store.ts';
import { TYPES } from '../api/resource-type.ts';
import type { SimulatedApi } from '../api/simulated-api.ts';
import type { Timings } from './timings.ts';
import { asNode, asPod, isTerminating } from './views.ts';
import { WorkQueue } from './work-queue.ts';

/** Binds pods to the first node that they fit: selector, required affinity and taints count, room does not. */
export class PodScheduler {
  readonly #api: SimulatedApi;
  readonly #queue: WorkQueue;

  constructor(api: SimulatedApi, { reactionMs }: Timings) {
    this.#api = api;
    this.#queue = new WorkQueue(api.time, reactionMs, (key) => this.#schedule(key));
    api.store.subscribe(({ resource, key, object, type }) => {
      if (resource === storageOf(TYPES.pod) && type !== 'DELETED' && !object.spec?.['nodeName'])
        this.#queue.add(key);
      if (resource === storageOf(TYPES.node)) this.#retryAll();
    });
  }

  #retryAll(): void {
    for (const { metadata, spec } of this.#api.list(TYPES.pod)) {
      if (!spec?.['nodeName']) this.#queue.add(keyOf(metadata.namespace, metadata.name));
    }
  }

  #schedule(key: string): void {
    const [namespace, name = ''] = key.split('/');
    const target = { type: TYPES.pod, namespace, name };
    const pod = this.#api.find(target);
    if (pod === undefined || isTerminating(pod) || pod.spec?.['nodeName']) return;
    const nodes = this.#api.list(TYPES.node);
    const node = nodes.find((each) => fits(pod, each));
    if (node === undefined) this.#reportUnschedulable(target, nodes.length);
    else this.#api.bind(target, node.metadata.name);
  }

  #reportUnschedulable(
    target: {
      readonly type: typeof TYPES.pod;
      readonly namespace: string | undefined;
      readonly name: string;
    },
    nodes: number,
  ): void {
    const message = `0/${nodes} nodes are available.`;
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
    this.#api.update({ ...target, subresource: 'status' }, (pod) => ({
      ...pod,
      status: { ...pod.status, conditions: [condition] },
    }));
  }
}

/** The rule for daemon pods, without the tolerations that only they are given: theirs are in the pod already. */
function fits(pod: KubeObject, node: KubeObject): boolean {
  const spec = asPod(pod).spec ?? {};
  const tolerated = (asNode(node).spec?.taints ?? []).every(
    (taint) =>
      taint.effect === 'PreferNoSchedule' ||
      (spec.tolerations ?? []).some((each) => toleratesTaint(each, taint)),
  );
  return tolerated && judgePlacement(asNode(node), spec).shouldRun;
}
