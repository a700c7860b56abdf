import type { SimulationTime } from '../time/simulation-time.ts';
import { ApiStatusError, alreadyExists, deletedStatus, noSuchResource, notFound } from './api-status.ts';
import { createObject, kubeTime } from './creation.ts';
import { type DeleteOptions, deleteObject } from './deletion.ts';
import type { JsonObject, KubeObject } from './kube-object.ts';
import { ObjectStore } from './object-store.ts';
import { ResourceRegistry } from './resource-registry.ts';
import { type ResourceType, TYPES } from './resource-type.ts';
import { updateObject } from './update.ts';

/** One object, or where one is to be. */
export interface Target {
  readonly type: ResourceType;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly subresource?: 'status' | undefined;
}

/** Where an object is created. */
export type Place = Pick<Target, 'type' | 'namespace'>;

/** How it is written. */
export interface WriteOptions {
  /** Everything is checked and answered, nothing is stored. */
  readonly dryRun?: boolean;
  /** Whether the change is the whole object (PUT). */
  readonly whole?: boolean;
}

const BIRTH_NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/**
 * What an API server does with objects, without HTTP: the server's handlers and the simulation's controllers are its
 * clients alike. Everything happens at once, in one process, so a write that was read for in the same breath never
 * conflicts.
 */
export class SimulatedApi {
  readonly store: ObjectStore;
  readonly registry = new ResourceRegistry();
  readonly time: SimulationTime;

  constructor(time: SimulationTime, store = new ObjectStore()) {
    this.time = time;
    this.store = store;
    for (const name of BIRTH_NAMESPACES) this.create({ type: TYPES.namespace }, { metadata: { name } });
  }

  find({ type, namespace, name }: Target): KubeObject | undefined {
    return this.store.get(type, namespace, name);
  }

  /** @throws ApiStatusError 404 */
  get(target: Target): KubeObject {
    const found = this.find(target);
    if (found === undefined) throw notFound(target.type, target.name);
    return found;
  }

  list(type: ResourceType, namespace?: string): readonly KubeObject[] {
    const all = this.store.list(type);
    return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  /** @throws ApiStatusError 400, 404 for a namespace that is not there, 409, 422 */
  create({ type, namespace }: Place, body: unknown, { dryRun = false }: WriteOptions = {}): KubeObject {
    const object = createObject(type, body, { namespace, now: this.time.now() });
    if (namespace !== undefined) this.get({ type: TYPES.namespace, name: namespace });
    if (this.store.get(type, namespace, object.metadata.name) !== undefined)
      throw alreadyExists(type, object.metadata.name);
    if (dryRun) return object;
    const stored = this.store.put(type, object);
    if (type === TYPES.crd) this.registry.define(stored as unknown as JsonObject);
    return stored;
  }

  /**
   * Changes an object; an object whose last finalizer goes while it is being deleted goes with it.
   *
   * @param change - answers with what it is to become
   * @throws ApiStatusError 400, 404, 409, 422, and what `change` throws
   */
  update(target: Target, change: (current: KubeObject) => unknown, options: WriteOptions = {}): KubeObject {
    const { type, subresource } = target;
    if (subresource !== undefined && !type.status)
      throw type.custom ? notFound(type, target.name) : noSuchResource();
    const current = this.get(target);
    const { whole = false, dryRun = false } = options;
    const changed = updateObject({ type, subresource, whole }, current, change(current));
    if (dryRun || changed === current) return changed;
    if (!isReleased(changed)) return this.store.put(type, changed);
    this.store.remove(type, changed);
    return changed;
  }

  /**
   * Deletes an object, or marks it when something holds it.
   *
   * @returns the marked object, or the success
   * @throws ApiStatusError 404, 409
   */
  delete(target: Target, options: DeleteOptions = {}, { dryRun = false }: WriteOptions = {}): JsonObject {
    const { type } = target;
    const object = this.get(target);
    const { marked, gone } = deleteObject(type, object, { options, now: this.time.now() });
    const answersObject = !gone || type.answersDeleted;
    const answer = answersObject ? marked : deletedStatus(type, target.name, object.metadata.uid);
    if (dryRun) return answer as unknown as JsonObject;
    // A pod is marked before it goes, also when it goes at once: watchers see both.
    const stored = marked === object || (gone && type !== TYPES.pod) ? marked : this.store.put(type, marked);
    if (gone) this.store.remove(type, stored);
    return (answersObject ? stored : answer) as unknown as JsonObject;
  }

  /**
   * Binds a pod to a node, as the scheduler does.
   *
   * @throws ApiStatusError 404, or 409 when it is bound already
   */
  bind(pod: Target, nodeName: string): void {
    const current = this.get(pod);
    if (current.spec?.['nodeName'])
      throw new ApiStatusError(
        409,
        'Conflict',
        `Operation cannot be fulfilled on pods/binding "${pod.name}": pod ${pod.name} is already assigned to node "${current.spec['nodeName']}"`,
      );
    const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: kubeTime(this.time.now()) };
    const status = { ...current.status, conditions: [scheduled] };
    this.store.put(TYPES.pod, { ...current, spec: { ...current.spec, nodeName }, status });
  }
}

/** Whether it was only waiting for its finalizers. */
function isReleased({ metadata }: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = metadata;
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && finalizers.length === 0;
}
