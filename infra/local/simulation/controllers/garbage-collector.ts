import { FOREGROUND_FINALIZER, ORPHAN_FINALIZER } from '../api/deletion.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { type StoreEvent, storageOf } from '../api/object-store.ts';
import { type ResourceType, TYPES } from '../api/resource-type.ts';
import type { SimulatedApi } from '../api/simulated-api.ts';
import type { Timings } from './timings.ts';
import { isTerminating } from './views.ts';
import { WorkQueue } from './work-queue.ts';

interface Stored {
  readonly type: ResourceType;
  readonly object: KubeObject;
}

/**
 * Deletes what belongs to nobody any more: objects whose owners are gone, and everything in a namespace that is gone.
 * Deletions that orphan or that wait for what is owned are worked off too.
 * Source: Kubernetes `pkg/controller/garbagecollector`
 */
export class GarbageCollector {
  readonly #api: SimulatedApi;
  readonly #queue: WorkQueue;

  constructor(api: SimulatedApi, { reactionMs }: Timings) {
    this.#api = api;
    this.#queue = new WorkQueue(api.time, reactionMs, () => this.#collect());
    api.store.subscribe((event) => {
      if (concernsOwnership(event)) this.#queue.add('all');
    });
  }

  #collect(): void {
    const all = this.#all();
    for (const stored of all) this.#workOff(stored, all);
    const left = this.#all();
    const uids = new Set(left.map(({ object }) => object.metadata.uid));
    for (const stored of left.filter(({ object }) => this.#isHomeless(object))) this.#delete(stored, 0);
    for (const stored of left.filter(({ object }) => isOwnerless(object, uids))) this.#delete(stored);
  }

  #isHomeless({ metadata }: KubeObject): boolean {
    const { namespace } = metadata;
    return (
      namespace !== undefined && this.#api.find({ type: TYPES.namespace, name: namespace }) === undefined
    );
  }

  /** Every object once, though its kind may be served in several versions. */
  #all(): readonly Stored[] {
    const types = new Map(this.#api.registry.all().map((type) => [storageOf(type), type]));
    return [...types.values()].flatMap((type) => this.#api.list(type).map((object) => ({ type, object })));
  }

  /** Lets go of what an owner that is being deleted owns, or deletes that first. */
  #workOff(owner: Stored, all: readonly Stored[]): void {
    const { uid, finalizers = [] } = owner.object.metadata;
    const owned = all.filter(({ object }) =>
      object.metadata.ownerReferences?.some((each) => each.uid === uid),
    );
    if (finalizers.includes(ORPHAN_FINALIZER)) {
      for (const stored of owned) this.#disown(stored, uid);
      this.#release(owner, ORPHAN_FINALIZER);
    }
    if (!finalizers.includes(FOREGROUND_FINALIZER)) return;
    if (owned.length === 0) this.#release(owner, FOREGROUND_FINALIZER);
    for (const stored of owned.filter(({ object }) => !isTerminating(object))) this.#delete(stored);
  }

  #disown({ type, object }: Stored, uid: string): void {
    const ownerReferences = object.metadata.ownerReferences?.filter((owner) => owner.uid !== uid);
    this.#changeMetadata({ type, object }, { ownerReferences });
  }

  #release({ type, object }: Stored, finalizer: string): void {
    this.#changeMetadata(
      { type, object },
      { finalizers: object.metadata.finalizers?.filter((each) => each !== finalizer) },
    );
  }

  #changeMetadata({ type, object }: Stored, change: object): void {
    const { namespace, name } = object.metadata;
    this.#api.update({ type, namespace, name }, (current) => ({
      ...current,
      metadata: { ...current.metadata, ...change },
    }));
  }

  #delete({ type, object }: Stored, gracePeriodSeconds?: number): void {
    const { namespace, name, uid } = object.metadata;
    const target = { type, namespace, name };
    if (this.#api.find(target)?.metadata.uid === uid)
      this.#api.delete(target, { gracePeriodSeconds, preconditions: { uid } });
  }
}

function isOwnerless(object: KubeObject, uids: ReadonlySet<string>): boolean {
  const { ownerReferences = [] } = object.metadata;
  if (ownerReferences.length === 0 || isTerminating(object)) return false;
  return !ownerReferences.some(({ uid }) => uids.has(uid));
}

/** Heartbeats and statuses of pods are most of what happens; they own nothing. */
function concernsOwnership({ type, object, previous }: StoreEvent): boolean {
  if (type === 'DELETED') return true;
  if (type === 'ADDED') return object.metadata.ownerReferences !== undefined;
  return (
    object.metadata.finalizers !== undefined && previous?.metadata.finalizers !== object.metadata.finalizers
  );
}
