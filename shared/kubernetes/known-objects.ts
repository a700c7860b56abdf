import { kindOf, PROJECTIONS } from '../objects/kinds.ts';
import { project } from '../objects/projection.ts';
import { NotKubernetesError } from './call-failure.ts';
import type { RawObject } from './object-pages.ts';

/** What became of an object. */
export interface ObjectChange {
  readonly type: 'add' | 'update' | 'delete';
  /** As it is now, whole. Of one that was gone when the watch looked again: who it was, and what is judged of its kind. */
  readonly object: RawObject;
  /** It existed when the watch began. */
  readonly initial: boolean;
}

interface Known {
  readonly resourceVersion: string;
  /** What would be told of it if it were gone, as text, a tenth of the memory that its parts take: there may be many thousands. */
  readonly text: string;
}

/** What a watch has told so far, by uid: what a new list is compared with. */
export class KnownObjects {
  readonly #kind: { readonly apiVersion: string; readonly kind: string };
  readonly #byUid = new Map<string, Known>();
  #inList = new Set<string>();
  #complete = false;

  constructor({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }) {
    this.#kind = { apiVersion, kind };
  }

  /** A list of all there is begins, or begins again. */
  beginList(): void {
    this.#inList = new Set();
  }

  /** Takes an item of the list; `undefined` when it tells nothing new. @throws NotKubernetesError for no object */
  takeItem(item: unknown): ObjectChange | undefined {
    const object = this.#whole(item);
    this.#inList.add(object.metadata.uid);
    return this.#note(object, !this.#complete);
  }

  /** The list has ended: what is known and was not in it is gone. */
  endList(): readonly ObjectChange[] {
    this.#complete = true;
    const gone = [...this.#byUid].filter(([uid]) => !this.#inList.has(uid));
    this.#inList = new Set();
    return gone.map(([uid, { text }]) => {
      this.#byUid.delete(uid);
      return { type: 'delete', object: JSON.parse(text) as RawObject, initial: false };
    });
  }

  /** Takes one line of a watch; `undefined` when it tells nothing new. @throws NotKubernetesError */
  take(type: 'ADDED' | 'MODIFIED' | 'DELETED', sent: RawObject): ObjectChange | undefined {
    const object = this.#whole(sent);
    if (type !== 'DELETED') return this.#note(object, false);
    this.#byUid.delete(object.metadata.uid);
    return { type: 'delete', object, initial: false };
  }

  #note(object: RawObject, initial: boolean): ObjectChange | undefined {
    const { uid, resourceVersion } = object.metadata;
    const known = this.#byUid.get(uid);
    if (known?.resourceVersion === resourceVersion) return undefined;
    this.#byUid.set(uid, { resourceVersion, text: JSON.stringify(lastState(object)) });
    return { type: known === undefined ? 'add' : 'update', object, initial };
  }

  /** The items of a typed list do not say what they are. */
  #whole(item: unknown): RawObject {
    const { metadata } = (item ?? {}) as { readonly metadata?: Partial<RawObject['metadata']> };
    const { uid, name, resourceVersion } = metadata ?? {};
    if ([uid, name, resourceVersion].some((text) => typeof text !== 'string'))
      throw new NotKubernetesError('it tells of objects without a name');
    return { ...this.#kind, ...(item as RawObject) };
  }
}

/** Of kinds that nobody judges all but `managedFields`, which nobody reads of what is gone. */
function lastState(object: RawObject): RawObject {
  const { apiVersion, kind } = object;
  const { managedFields: _, ...metadata } = object.metadata;
  const judged = kindOf(apiVersion, kind);
  if (judged === undefined) return { ...object, metadata };
  const { name, namespace, uid, resourceVersion } = metadata;
  const kept = project({ ...object, metadata }, PROJECTIONS[judged]) as RawObject;
  const identity = { name, ...(namespace !== undefined && { namespace }), uid, resourceVersion };
  return { ...kept, apiVersion, kind, metadata: { ...kept.metadata, ...identity } };
}
