import { type KubeObject, keyOf } from './kube-object.ts';
import type { ResourceType } from './resource-type.ts';

/** One change of one object. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The store's revision after it. */
  readonly revision: number;
  readonly resource: string;
  readonly key: string;
  /** As it is now; a deleted one as it was, with the revision of its deletion. */
  readonly object: KubeObject;
  /** `undefined` when it is new. */
  readonly previous: KubeObject | undefined;
}

type Listener = (event: StoreEvent) => void;
type Objects = Map<string, KubeObject>;

/** How many changes are remembered unless told: more than a test makes, less than a heap notices. */
const HISTORY_LENGTH = 10_000;

/**
 * What etcd is to an API server: objects, one revision that every change raises, and the changes of late, from which
 * watches go on and pages of a list are cut.
 */
export class ObjectStore {
  readonly #resources = new Map<string, Objects>();
  readonly #listeners = new Set<Listener>();
  #history: StoreEvent[] = [];
  #historyLength: number;
  #revision = 1;
  /** The newest revision that can no longer be gone back to. */
  #forgotten = 0;

  constructor(historyLength = HISTORY_LENGTH) {
    this.#historyLength = historyLength;
  }

  get revision(): number {
    return this.#revision;
  }

  /** The oldest revision from which changes are remembered. */
  get oldest(): number {
    return this.#forgotten;
  }

  get(type: ResourceType, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#objects(storageOf(type)).get(keyOf(namespace, name));
  }

  /** All of a kind, in the order of their keys. */
  list(type: ResourceType): readonly KubeObject[] {
    return sorted(this.#objects(storageOf(type)));
  }

  /** As `list`, at an earlier revision; `undefined` when it is forgotten. */
  listAt(type: ResourceType, revision: number): readonly KubeObject[] | undefined {
    if (revision < this.#forgotten) return undefined;
    const storage = storageOf(type);
    const objects = new Map(this.#objects(storage));
    for (const event of this.#history.toReversed()) {
      if (event.revision <= revision) break;
      if (event.resource !== storage) continue;
      if (event.previous === undefined) objects.delete(event.key);
      else objects.set(event.key, event.previous);
    }
    return sorted(objects);
  }

  /** What happened to a kind after a revision; `undefined` when that is forgotten. */
  since(type: ResourceType, revision: number): readonly StoreEvent[] | undefined {
    if (revision < this.#forgotten) return undefined;
    const storage = storageOf(type);
    return this.#history.filter((event) => event.revision > revision && event.resource === storage);
  }

  /** Stores an object, new or changed, and gives it its resource version. */
  put(type: ResourceType, object: KubeObject): KubeObject {
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const objects = this.#objects(storageOf(type));
    const previous = objects.get(key);
    const stored = this.#stamped(object);
    objects.set(key, stored);
    const change = previous === undefined ? 'ADDED' : 'MODIFIED';
    this.#record({ type: change, resource: storageOf(type), key, object: stored, previous });
    return stored;
  }

  remove(type: ResourceType, object: KubeObject): void {
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const objects = this.#objects(storageOf(type));
    const previous = objects.get(key);
    if (previous === undefined) return;
    objects.delete(key);
    const last = this.#stamped(object);
    this.#record({ type: 'DELETED', resource: storageOf(type), key, object: last, previous });
  }

  /** Tells every change from now on, in order, right after it. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Forgets every change up to now, as a compaction does. */
  forgetHistory(): void {
    this.#forgotten = this.#revision;
    this.#history = [];
  }

  /** Forgets all but the last `length` changes, now and from now on. */
  shrinkHistory(length: number): void {
    this.#historyLength = length;
    this.#trim();
  }

  #objects(storage: string): Objects {
    const objects = this.#resources.get(storage) ?? new Map<string, KubeObject>();
    this.#resources.set(storage, objects);
    return objects;
  }

  #stamped(object: KubeObject): KubeObject {
    this.#revision += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: `${this.#revision}` } };
  }

  #record(change: Omit<StoreEvent, 'revision'>): void {
    const event = { ...change, revision: this.#revision };
    this.#history.push(event);
    // Cut now and then, not at every change: a shift of a long list costs.
    if (this.#history.length > this.#historyLength * 2) this.#trim();
    for (const listener of [...this.#listeners]) listener(event);
  }

  #trim(): void {
    const excess = this.#history.length - this.#historyLength;
    if (excess <= 0) return;
    this.#forgotten = this.#history[excess - 1]?.revision ?? this.#forgotten;
    this.#history = this.#history.slice(excess);
  }
}

/** Two versions of a kind, and the two views of Events, are one in the store. */
export function storageOf({ group, plural }: ResourceType): string {
  return plural === 'events' ? plural : `${group}/${plural}`;
}

function sorted(objects: Objects): readonly KubeObject[] {
  return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}
