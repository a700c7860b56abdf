import { badRequest, continueExpired, versionTooLarge, versionTooOld } from './api-status.ts';
import { isObject, type JsonObject, type KubeObject, keyOf } from './kube-object.ts';
import { type ListQuery, readVersion } from './list-query.ts';
import type { ObjectStore } from './object-store.ts';
import { groupVersion } from './resource-type.ts';

/** Where a list is cut: at a revision (-1: at whatever is there), behind a key. */
interface Cursor {
  readonly revision: number;
  readonly after: string;
}

/** The revision of a list that goes on without its snapshot. */
const NO_SNAPSHOT = -1;

/**
 * Answers a list, page by page where it is asked to. All pages are of one moment, for as long as the store remembers it.
 *
 * @throws ApiStatusError 400, 410 for a page whose moment is forgotten, 504 for a moment that has not come
 */
export function listObjects(store: ObjectStore, query: ListQuery): JsonObject {
  const cursor = query.continueToken === undefined ? undefined : readToken(query.continueToken);
  const revision = cursor?.revision ?? snapshotOf(store, query);
  const objects = objectsAt(store, query, { revision, after: cursor?.after ?? '' });
  const key = ({ metadata }: KubeObject): string => keyOf(metadata.namespace, metadata.name);
  const left = objects.filter(
    (object) => query.matches(object) && (cursor === undefined || key(object) > cursor.after),
  );
  // A list from the server's cache is never cut. Source: apiserver `pkg/storage/cacher/cacher.go` (1.20), GetToList.
  const limit = query.resourceVersion === '0' ? 0 : query.limit;
  const items = limit > 0 ? left.slice(0, limit) : left;
  const last = items.at(-1);
  const remaining = left.length - items.length;
  const at = revision === NO_SNAPSHOT ? store.revision : revision;
  return {
    kind: `${query.type.kind}List`,
    apiVersion: groupVersion(query.type),
    metadata: {
      resourceVersion: `${at}`,
      ...(remaining > 0 &&
        last !== undefined && { continue: writeToken({ revision: at, after: key(last) }) }),
      ...(remaining > 0 && !query.selective && { remainingItemCount: remaining }),
    },
    items: query.type.custom ? items : items.map(withoutKind),
  };
}

/** Items of a built-in kind do not say what they are. */
function withoutKind({ kind: _, apiVersion: __, ...rest }: KubeObject): JsonObject {
  return rest;
}

/** `undefined` and 0: now. Another version with a limit, or `Exact`: just then; without: then or later. */
function snapshotOf(store: ObjectStore, { resourceVersion, exact, limit }: ListQuery): number {
  const version = readVersion(resourceVersion);
  if (version === undefined || version === 0) return store.revision;
  if (version > store.revision) throw versionTooLarge(version, store.revision);
  return exact || limit > 0 ? version : store.revision;
}

function objectsAt(
  store: ObjectStore,
  { type, continueToken }: ListQuery,
  { revision, after }: Cursor,
): readonly KubeObject[] {
  if (revision === NO_SNAPSHOT) return store.list(type);
  const objects = store.listAt(type, revision);
  if (objects !== undefined) return objects;
  if (continueToken === undefined) throw versionTooOld(revision, store.oldest);
  throw continueExpired(writeToken({ revision: NO_SNAPSHOT, after }));
}

/** Source: apiserver `pkg/storage/etcd3/store.go`, encodeContinue: base64url of JSON. */
function writeToken({ revision, after }: Cursor): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `${after}\0` })).toString(
    'base64url',
  );
}

function readToken(token: string): Cursor {
  const text = Buffer.from(token, 'base64url').toString();
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value) && typeof value['rv'] === 'number' && typeof value['start'] === 'string')
      return { revision: value['rv'], after: value['start'].replace(/\0$/, '') };
  } catch {
    // Said below, as for a token of another make.
  }
  throw badRequest('invalid continue token: continue key is not valid');
}
