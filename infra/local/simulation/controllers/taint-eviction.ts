import { toleratedSeconds, toleratesTaint } from '../../../../shared/domain/placement/tolerations.ts';
import type { Taint } from '../../../../shared/domain/placement-objects.ts';
import { type DurationMs, durationMs } from '../../../../shared/domain/units.ts';
import { type KubeObject, keyOf } from '../api/kube-object.ts';
import { storageOf } from '../api/object-store.ts';
import { TYPES } from '../api/resource-type.ts';
import type { SimulatedApi } from '../api/simulated-api.ts';
import { recordEvent } from './event-recorder.ts';
import { taintedSince } from './node-taints.ts';
import type { Timings } from './timings.ts';
import { asNode, asPod, isTerminating } from './views.ts';
import { WorkQueue } from './work-queue.ts';

/**
 * Evicts pods from nodes that are tainted against them: at once, or when the time is over for which they tolerate it.
 * Source: Kubernetes `pkg/controller/nodelifecycle/scheduler/taint_manager.go`
 */
export class TaintEviction {
  readonly #api: SimulatedApi;
  readonly #queue: WorkQueue;

  constructor(api: SimulatedApi, { reactionMs }: Timings) {
    this.#api = api;
    this.#queue = new WorkQueue(api.time, reactionMs, (key) => this.#evict(key));
    api.store.subscribe(({ resource, type, object, key }) => {
      if (type === 'DELETED') return;
      if (resource === storageOf(TYPES.pod) && object.spec?.['nodeName']) this.#queue.add(key);
      if (resource === storageOf(TYPES.node)) this.#checkPodsOf(object.metadata.name);
    });
  }

  #checkPodsOf(node: string): void {
    for (const { metadata, spec } of this.#api.list(TYPES.pod)) {
      if (spec?.['nodeName'] === node) this.#queue.add(keyOf(metadata.namespace, metadata.name));
    }
  }

  #evict(key: string): void {
    const [namespace, name = ''] = key.split('/');
    const target = { type: TYPES.pod, namespace, name };
    const pod = this.#api.find(target);
    if (pod === undefined || isTerminating(pod)) return;
    const node = this.#api.find({ type: TYPES.node, name: String(pod.spec?.['nodeName']) });
    const wait = node === undefined ? undefined : this.#patience(pod, node);
    if (wait === undefined) return;
    if (wait > 0) {
      this.#queue.add(key, durationMs(wait));
      return;
    }
    const message = `Marking for deletion Pod ${key}`;
    recordEvent(this.#api, 'taint-eviction-controller', pod, {
      type: 'Normal',
      reason: 'TaintManagerEviction',
      message,
    });
    this.#api.delete(target);
  }

  /** How long the pod may still stay; `undefined` for as long as nothing changes. */
  #patience(pod: KubeObject, node: KubeObject): DurationMs | undefined {
    const taints = (asNode(node).spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
    const waits = taints.flatMap((taint) => this.#patienceWith(pod, taint) ?? []);
    return waits.length === 0 ? undefined : durationMs(Math.min(...waits));
  }

  #patienceWith(pod: KubeObject, taint: Taint): number | undefined {
    const tolerations = asPod(pod).spec?.tolerations ?? [];
    if (!tolerations.some((toleration) => toleratesTaint(toleration, taint))) return 0;
    const seconds = toleratedSeconds(taint, tolerations);
    if (seconds === undefined) return undefined;
    const now = this.#api.time.now();
    return Math.max(0, (taintedSince(taint) ?? now) + seconds * 1_000 - now);
  }
}
