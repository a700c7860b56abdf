import { kubeTime } from '../api/creation.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { storageOf } from '../api/object-store.ts';
import { TYPES } from '../api/resource-type.ts';
import type { SimulatedApi } from '../api/simulated-api.ts';
import type { Timings } from '../controllers/timings.ts';
import { isConditionTrue, isTerminating } from '../controllers/views.ts';
import { WorkQueue } from '../controllers/work-queue.ts';
import { every } from '../time/simulation-time.ts';

const SCHEDULABLE = 'kubevirt.io/schedulable';
const HEARTBEAT = 'kubevirt.io/heartbeat';

/**
 * What virt-handlers write into their nodes: schedulable and a heartbeat from when they run, then again and again; not
 * schedulable from when they end. Source: facts/kubevirt.md 3.1
 */
export class VirtHandlers {
  readonly #api: SimulatedApi;

  constructor(api: SimulatedApi, { schedulableMs, handlerHeartbeatMs, reactionMs }: Timings) {
    this.#api = api;
    const begin = new WorkQueue(api.time, schedulableMs, (node) => this.#beat(node));
    const finish = new WorkQueue(api.time, reactionMs, (node) => this.#finish(node));
    api.store.subscribe(({ resource, object, type }) => {
      const node = object.spec?.['nodeName'];
      if (resource !== storageOf(TYPES.pod) || !isHandler(object) || typeof node !== 'string') return;
      if (type === 'DELETED' || isTerminating(object)) finish.add(node);
      else if (object.status?.['phase'] === 'Running') begin.add(node);
    });
    every(
      api.time,
      () => handlerHeartbeatMs,
      () => {
        for (const { metadata } of api.list(TYPES.node)) this.#beat(metadata.name);
      },
    );
  }

  #beat(node: string): void {
    if (!this.#handlersOn(node).some((pod) => !isTerminating(pod))) return;
    this.#write(node, 'true', { [HEARTBEAT]: kubeTime(this.#api.time.now()) });
  }

  #finish(node: string): void {
    if (!this.#handlersOn(node).some((pod) => !isTerminating(pod))) this.#write(node, 'false', {});
  }

  /** Those whose containers run, on a node that is ready. */
  #handlersOn(node: string): readonly KubeObject[] {
    const found = this.#api.find({ type: TYPES.node, name: node });
    if (found === undefined || !isConditionTrue(found, 'Ready')) return [];
    return this.#api
      .list(TYPES.pod)
      .filter(
        (pod) => isHandler(pod) && pod.spec?.['nodeName'] === node && pod.status?.['phase'] === 'Running',
      );
  }

  #write(node: string, schedulable: string, annotations: Readonly<Record<string, string>>): void {
    const target = { type: TYPES.node, name: node };
    if (this.#api.find(target) === undefined) return;
    this.#api.update(target, ({ metadata, ...rest }) => ({
      ...rest,
      metadata: {
        ...metadata,
        labels: { ...metadata.labels, [SCHEDULABLE]: schedulable },
        annotations: { ...metadata.annotations, ...annotations },
      },
    }));
  }
}

function isHandler({ metadata }: KubeObject): boolean {
  return metadata.labels?.['kubevirt.io'] === 'virt-handler';
}
