import { durationMs } from '../../../../shared/domain/units.ts';
import { kubeTime } from '../api/creation.ts';
import { type JsonObject, type KubeObject, keyOf, valueAt } from '../api/kube-object.ts';
import { storageOf } from '../api/object-store.ts';
import { TYPES } from '../api/resource-type.ts';
import type { SimulatedApi, Target } from '../api/simulated-api.ts';
import type { Timings } from '../controllers/timings.ts';
import { isConditionTrue, isTerminating } from '../controllers/views.ts';
import { WorkQueue } from '../controllers/work-queue.ts';
import { every } from '../time/simulation-time.ts';
import { nodeConditions, type PodReport, podStatus } from './kubelet-reports.ts';

const LEASES = 'kube-node-lease';

/**
 * The kubelets of all nodes: they start and end the pods that are bound to them, and say that their nodes are alive. A
 * stopped one does nothing of it, and what runs on its node runs on, unseen.
 */
export class Kubelets {
  readonly #api: SimulatedApi;
  readonly #timings: Timings;
  readonly #stopped = new Set<string>();
  readonly #starting: WorkQueue;
  readonly #readying: WorkQueue;
  readonly #ending: WorkQueue;

  constructor(api: SimulatedApi, timings: Timings) {
    this.#api = api;
    this.#timings = timings;
    const { time } = api;
    this.#starting = new WorkQueue(time, timings.podStartMs, (key) => this.#start(key));
    this.#readying = new WorkQueue(time, timings.handlerReadyMs, (key) => this.#report(key, 'Ready'));
    this.#ending = new WorkQueue(time, timings.podEndMs, (key) => this.#end(key));
    api.store.subscribe(({ resource, type, object }) => {
      if (resource === storageOf(TYPES.pod) && type !== 'DELETED') this.#look(object);
    });
    every(
      time,
      () => timings.kubeletHeartbeatMs,
      () => this.#beat(),
    );
  }

  /** The kubelet of a node falls silent, with everything that it does. */
  stop(node: string): void {
    this.#stopped.add(node);
  }

  /** It comes back, and does what it missed. */
  start(node: string): void {
    if (!this.#stopped.delete(node)) return;
    this.#beatOf(node);
    for (const pod of this.#api.list(TYPES.pod)) this.#look(pod);
  }

  #runs(node: unknown): node is string {
    return typeof node === 'string' && node !== '' && !this.#stopped.has(node);
  }

  /** Plans what a pod needs next. */
  #look(pod: KubeObject): void {
    if (!this.#runs(pod.spec?.['nodeName'])) return;
    const key = keyOf(pod.metadata.namespace, pod.metadata.name);
    const phase = valueAt(pod, ['status', 'phase']);
    if (isTerminating(pod)) this.#ending.add(key);
    else if (phase === 'Pending') this.#starting.add(key);
    else if (phase === 'Running' && !isConditionTrue(pod, 'Ready'))
      this.#readying.add(key, this.#readyDelay(pod));
  }

  /** A virt-handler is ready after its probe's delay, everything else as soon as it runs. */
  #readyDelay(pod: KubeObject): Timings['handlerReadyMs'] {
    const isHandler = pod.metadata.labels?.['kubevirt.io'] === 'virt-handler';
    return isHandler ? this.#timings.handlerReadyMs : durationMs(0);
  }

  #start(key: string): void {
    const pod = this.#api.find(podTarget(key));
    if (valueAt(pod, ['status', 'phase']) === 'Pending') this.#report(key, 'Running');
  }

  #report(key: string, report: PodReport): void {
    const target = podTarget(key);
    const pod = this.#api.find(target);
    if (pod === undefined || isTerminating(pod) || !this.#runs(pod.spec?.['nodeName'])) return;
    const phase = valueAt(pod, ['status', 'phase']);
    if (phase === 'Succeeded' || phase === 'Failed') return;
    const status = podStatus(pod, report, kubeTime(this.#api.time.now()));
    this.#api.update({ ...target, subresource: 'status' }, (current) => ({ ...current, status }));
  }

  #end(key: string): void {
    const target = podTarget(key);
    const pod = this.#api.find(target);
    if (pod === undefined || !isTerminating(pod) || !this.#runs(pod.spec?.['nodeName'])) return;
    this.#api.delete(target, { gracePeriodSeconds: 0 });
  }

  #beat(): void {
    for (const { metadata } of this.#api.list(TYPES.node))
      if (this.#runs(metadata.name)) this.#beatOf(metadata.name);
  }

  /** The lease each time; the status only when it is not Ready, since it means nothing else. */
  #beatOf(node: string): void {
    this.#renewLease(node);
    const found = this.#api.find({ type: TYPES.node, name: node });
    if (found === undefined || isConditionTrue(found, 'Ready')) return;
    const conditions = nodeConditions(kubeTime(this.#api.time.now()));
    this.#api.update({ type: TYPES.node, name: node, subresource: 'status' }, (current) => ({
      ...current,
      status: { ...current.status, conditions },
    }));
  }

  #renewLease(node: string): void {
    const target = { type: TYPES.lease, namespace: LEASES, name: node };
    const spec = {
      holderIdentity: node,
      leaseDurationSeconds: 40,
      renewTime: kubeTime(this.#api.time.now()),
    };
    if (this.#api.find(target) === undefined) this.#api.create(target, { metadata: { name: node }, spec });
    else this.#api.update(target, (current) => ({ ...(current as unknown as JsonObject), spec }));
  }
}

function podTarget(key: string): Target {
  const [namespace, name = ''] = key.split('/');
  return { type: TYPES.pod, namespace, name };
}
