import { judgePlacement } from '../../../../shared/domain/placement/daemonset-placement.ts';
import { isSameJson } from '../../../../shared/domain/same-json.ts';
import { durationMs, type EpochMs } from '../../../../shared/domain/units.ts';
import { controllerOf, type KubeObject, keyOf } from '../api/kube-object.ts';
import { type StoreEvent, storageOf } from '../api/object-store.ts';
import { TYPES } from '../api/resource-type.ts';
import type { SimulatedApi } from '../api/simulated-api.ts';
import { daemonPod } from './daemon-pod.ts';
import {
  type DaemonNode,
  type DaemonSetSituation,
  readSituation,
  selectorOf,
  templateOf,
} from './daemon-set-situation.ts';
import { daemonSetStatus } from './daemon-set-status.ts';
import { recordEvent } from './event-recorder.ts';
import { hasFailed, podsToReplace } from './rolling-update.ts';
import { recordRevision } from './template-revision.ts';
import type { Timings } from './timings.ts';
import { asNode, isTerminating } from './views.ts';
import { WorkQueue } from './work-queue.ts';

const COMPONENT = 'daemonset-controller';
/** After which a failed pod is replaced the second time; doubled each time. Source: Kubernetes `cmd/kube-controller-manager/app/apps.go`. */
const FIRST_BACKOFF_MS = 1_000;

/**
 * Keeps one pod of every DaemonSet on every node that its placement allows: creates, deletes, replaces, counts, adopts.
 * Source: facts/kubevirt.md 1.2; Kubernetes 1.20 `pkg/controller/daemon/daemon_controller.go`
 */
export class DaemonSetController {
  readonly #api: SimulatedApi;
  readonly #queue: WorkQueue;
  /** By DaemonSet and node: when a failed pod may be replaced next, and how long after that the next one. */
  readonly #backoff = new Map<string, { readonly until: EpochMs; readonly nextMs: number }>();

  constructor(api: SimulatedApi, { reactionMs }: Timings) {
    this.#api = api;
    this.#queue = new WorkQueue(api.time, reactionMs, (key) => this.#sync(key));
    api.store.subscribe((event) => this.#observe(event));
  }

  #observe(event: StoreEvent): void {
    const { resource, key, object } = event;
    if (resource === storageOf(TYPES.daemonSet)) this.#queue.add(key);
    if (resource === storageOf(TYPES.pod)) this.#observePod(object);
    if (resource === storageOf(TYPES.node)) this.#observeNode(event);
  }

  /** A pod concerns its DaemonSet; one that nobody controls, those that would take it. */
  #observePod(pod: KubeObject): void {
    const { namespace } = pod.metadata;
    const controller = controllerOf(pod);
    if (controller?.kind === 'DaemonSet') this.#queue.add(keyOf(namespace, controller.name));
    if (controller !== undefined) return;
    for (const daemonSet of this.#api.list(TYPES.daemonSet, namespace)) {
      if (selectorOf(daemonSet)(pod.metadata.labels))
        this.#queue.add(keyOf(namespace, daemonSet.metadata.name));
    }
  }

  /** A change of a node concerns those DaemonSets about which it changes the answer. */
  #observeNode({ type, object, previous }: StoreEvent): void {
    for (const daemonSet of this.#api.list(TYPES.daemonSet)) {
      const answer = (node: KubeObject): readonly boolean[] => {
        const { shouldRun, shouldContinueRunning } = judgePlacement(asNode(node), templateOf(daemonSet));
        return [shouldRun, shouldContinueRunning];
      };
      const changed =
        type !== 'MODIFIED' || previous === undefined || !isSameJson(answer(previous), answer(object));
      if (changed) this.#queue.add(keyOf(daemonSet.metadata.namespace, daemonSet.metadata.name));
    }
  }

  #sync(key: string): void {
    const [namespace, name = ''] = key.split('/');
    const daemonSet = this.#api.find({ type: TYPES.daemonSet, namespace, name });
    if (daemonSet === undefined || isTerminating(daemonSet)) return;
    this.#adopt(daemonSet);
    const before = readSituation(this.#api, daemonSet);
    recordRevision(this.#api, before);
    this.#manage(before);
    const managed = readSituation(this.#api, daemonSet);
    for (const pod of podsToReplace(managed)) this.#deletePod(daemonSet, pod);
    const status = daemonSetStatus(readSituation(this.#api, daemonSet));
    const target = { type: TYPES.daemonSet, namespace, name, subresource: 'status' } as const;
    this.#api.update(target, (current) => ({ ...current, status }));
  }

  /** Takes pods that fit and that nobody controls, as those are that a deletion with `--cascade=orphan` left. */
  #adopt({ apiVersion, kind, metadata, spec }: KubeObject): void {
    const { name, uid, namespace } = metadata;
    const isOurs = selectorOf({ apiVersion, kind, metadata, ...(spec && { spec }) });
    const ownerReferences = [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }];
    for (const pod of this.#api.list(TYPES.pod, namespace)) {
      if (controllerOf(pod) !== undefined || isTerminating(pod) || !isOurs(pod.metadata.labels)) continue;
      const target = { type: TYPES.pod, namespace, name: pod.metadata.name };
      this.#api.update(target, (current) => ({
        ...current,
        metadata: { ...current.metadata, ownerReferences },
      }));
    }
  }

  #manage(situation: DaemonSetSituation): void {
    for (const pod of situation.stray) this.#deletePod(situation.daemonSet, pod);
    for (const node of situation.nodes) this.#manageNode(situation, node);
  }

  #manageNode(situation: DaemonSetSituation, node: DaemonNode): void {
    const { verdict, pods, name } = node;
    if (verdict.shouldRun && pods.length === 0) this.#createPod(situation, name);
    if (verdict.shouldContinueRunning) this.#tidy(situation.daemonSet, node);
    else for (const pod of pods) this.#deletePod(situation.daemonSet, pod);
  }

  /** Where pods may stay: those that failed go, and all but the oldest. */
  #tidy(daemonSet: KubeObject, { name, pods }: DaemonNode): void {
    const staying = pods.filter((pod) => !isTerminating(pod));
    for (const pod of staying.filter(hasFailed)) this.#replaceFailed(daemonSet, name, pod);
    for (const pod of staying.filter((each) => !hasFailed(each)).slice(1)) this.#deletePod(daemonSet, pod);
  }

  #replaceFailed(daemonSet: KubeObject, node: string, pod: KubeObject): void {
    const { namespace, name, uid } = daemonSet.metadata;
    const now = this.#api.time.now();
    const { until, nextMs } = this.#backoff.get(`${uid}/${node}`) ?? { until: now, nextMs: FIRST_BACKOFF_MS };
    if (until > now) {
      this.#queue.add(keyOf(namespace, name), durationMs(until - now));
      return;
    }
    this.#backoff.set(`${uid}/${node}`, { until: (now + nextMs) as EpochMs, nextMs: nextMs * 2 });
    const message = `Found failed daemon pod ${namespace}/${pod.metadata.name} on node ${node}, will try to kill it`;
    recordEvent(this.#api, COMPONENT, daemonSet, { type: 'Warning', reason: 'FailedDaemonPod', message });
    this.#deletePod(daemonSet, pod);
  }

  #createPod({ daemonSet, hash }: DaemonSetSituation, node: string): void {
    const { namespace } = daemonSet.metadata;
    const pod = this.#api.create({ type: TYPES.pod, namespace }, daemonPod(daemonSet, node, hash));
    const message = `Created pod: ${pod.metadata.name}`;
    recordEvent(this.#api, COMPONENT, daemonSet, { type: 'Normal', reason: 'SuccessfulCreate', message });
  }

  #deletePod(daemonSet: KubeObject, pod: KubeObject): void {
    const { namespace, name } = pod.metadata;
    const target = { type: TYPES.pod, namespace, name };
    const current = this.#api.find(target);
    if (current === undefined || isTerminating(current)) return;
    this.#api.delete(target);
    const message = `Deleted pod: ${name}`;
    recordEvent(this.#api, COMPONENT, daemonSet, { type: 'Normal', reason: 'SuccessfulDelete', message });
  }
}
