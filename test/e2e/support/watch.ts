import { setTimeout as sleep } from 'node:timers/promises';
import { type KubeApi, KubeApiError } from './kube-api.ts';
import type { Kind, KubeObject } from './objects.ts';

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: T;
}

type Line<T> = WatchEvent<T> | { readonly type: 'BOOKMARK'; readonly object: T } | { readonly type: 'ERROR' };

/** What there is to tell, and the resource version at which to go on; without one, everything is listed again. */
interface Step<T> {
  readonly from: string | undefined;
  readonly events: readonly WatchEvent<T>[];
}

const RETRY_MS = 200;

/**
 * Every object of a kind as `ADDED`, then what changes, until `signal` aborts. A watch that breaks goes on where it
 * was; where the server has forgotten that place, everything is listed again (what was deleted meanwhile is not told).
 *
 * @throws KubeApiError when the server refuses; while it cannot be reached, it is asked again
 */
export async function* watch<T extends KubeObject>(
  api: KubeApi,
  kind: Kind<T>,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent<T>> {
  let from: string | undefined;
  while (!signal.aborted) {
    try {
      for await (const step of from === undefined ? list(api, kind) : follow<T>(api, kind, from, signal)) {
        from = step.from;
        yield* step.events;
      }
    } catch (error) {
      from = await placeAfter(error, from, signal);
    }
  }
}

async function* list<T extends KubeObject>(api: KubeApi, kind: Kind<T>): AsyncGenerator<Step<T>> {
  const { metadata, items } = await api.listing(kind);
  yield { from: metadata.resourceVersion, events: items.map((object) => ({ type: 'ADDED', object })) };
}

async function* follow<T extends KubeObject>(
  api: KubeApi,
  kind: Kind<T>,
  from: string,
  signal: AbortSignal,
): AsyncGenerator<Step<T>> {
  for await (const text of api.stream(kind, { resourceVersion: from }, signal)) {
    const line = JSON.parse(text) as Line<T>;
    if (line.type === 'ERROR') {
      yield { from: undefined, events: [] };
      return;
    }
    yield { from: line.object.metadata.resourceVersion, events: line.type === 'BOOKMARK' ? [] : [line] };
  }
}

/** Where to go on after a failure, once it is time to. */
async function placeAfter(
  error: unknown,
  from: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (signal.aborted) return undefined;
  const refused = error instanceof KubeApiError;
  if (refused && error.status !== 410) throw error;
  await sleep(RETRY_MS);
  return refused ? undefined : from;
}
