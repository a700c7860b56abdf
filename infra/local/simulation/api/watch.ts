import { durationMs } from '../../../../shared/domain/units.ts';
import type { Cancel } from '../time/simulation-time.ts';
import { versionTooOld } from './api-status.ts';
import type { JsonObject, KubeObject } from './kube-object.ts';
import { readVersion, type Selection } from './list-query.ts';
import { type StoreEvent, storageOf } from './object-store.ts';
import { groupVersion } from './resource-type.ts';
import type { SimulatedApi } from './simulated-api.ts';

/** The parameters of a watch. */
export interface WatchQuery extends Selection {
  /** From which it goes on; without one, or with 0, what is there is told first. */
  readonly resourceVersion: string | undefined;
  readonly bookmarks: boolean;
  /** After which the server ends it. */
  readonly timeoutMs: number | undefined;
}

/** Where a watch tells what it sees. */
export interface WatchSink {
  send(event: JsonObject): void;
  end(): void;
}

/** Without a timeout the server takes one of half an hour to an hour. Source: `--min-request-timeout`. */
const DEFAULT_TIMEOUT_MS = 30 * 60_000;
/** A bookmark each minute, and one so long before the end. Source: apiserver `pkg/storage/cacher/cacher.go`. */
const BOOKMARK_MS = 60_000;
const BEFORE_END_MS = 2_000;

/**
 * Tells a client what changes, until it is cancelled or its time is over. A start that the store has forgotten is told
 * as an `ERROR` event, as the real server does.
 *
 * @throws ApiStatusError 500 for a resource version that is none
 */
export function watchObjects(api: SimulatedApi, query: WatchQuery, sink: WatchSink): Cancel {
  const { store, time } = api;
  const version = readVersion(query.resourceVersion) ?? 0;
  const past = version === 0 ? [] : store.since(query.type, version);
  if (past === undefined) {
    sink.send({ type: 'ERROR', object: versionTooOld(version, store.oldest).body() });
    sink.end();
    return () => undefined;
  }
  if (version === 0) tellInitial(api, query, sink);
  for (const event of past) tell(event, query, sink);
  const unsubscribe = store.subscribe((event) => {
    // A start in the future: what happens before it is not told.
    if (event.resource === storageOf(query.type) && event.revision > version) tell(event, query, sink);
  });
  const timeoutMs = query.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const bookmark = planBookmarks(api, { ...query, timeoutMs }, sink);
  const cancelEnd = time.after(durationMs(timeoutMs), () => {
    cancel();
    sink.end();
  });
  const cancel = (): void => {
    unsubscribe();
    bookmark();
    cancelEnd();
  };
  return cancel;
}

function tellInitial({ store }: SimulatedApi, { type, matches }: WatchQuery, sink: WatchSink): void {
  for (const object of store.list(type)) if (matches(object)) sink.send({ type: 'ADDED', object });
}

/** An object that comes into a selection is added to it, one that leaves it is deleted from it. */
function tell({ object, previous, type }: StoreEvent, { matches }: WatchQuery, sink: WatchSink): void {
  const now = type !== 'DELETED' && matches(object);
  const before = previous !== undefined && matches(previous);
  if (now) sink.send({ type: before ? 'MODIFIED' : 'ADDED', object });
  else if (before) sink.send({ type: 'DELETED', object: atRevision(previous, object) });
}

/** What leaves a selection is told as it was in it. */
function atRevision(previous: KubeObject, { metadata }: KubeObject): KubeObject {
  const { resourceVersion } = metadata;
  return { ...previous, metadata: { ...previous.metadata, resourceVersion } };
}

function planBookmarks(
  { time, store }: SimulatedApi,
  { type, bookmarks, timeoutMs = 0 }: WatchQuery,
  sink: WatchSink,
): Cancel {
  if (!bookmarks) return () => undefined;
  const end = time.now() + timeoutMs;
  let told = store.revision;
  let cancel: Cancel = () => undefined;
  const plan = (): void => {
    const untilLast = end - BEFORE_END_MS - time.now();
    if (untilLast <= 0) return;
    cancel = time.after(durationMs(Math.min(BOOKMARK_MS, untilLast)), () => {
      // There is nothing to mark where nothing happened.
      if (store.revision === told) {
        plan();
        return;
      }
      told = store.revision;
      const metadata = { resourceVersion: `${store.revision}`, creationTimestamp: null };
      sink.send({ type: 'BOOKMARK', object: { kind: type.kind, apiVersion: groupVersion(type), metadata } });
      plan();
    });
  };
  plan();
  return () => cancel();
}
