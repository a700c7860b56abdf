import type { ServerResponse } from 'node:http';
import type { JsonObject } from '../api/kube-object.ts';
import { readSelection } from '../api/list-query.ts';
import type { SimulatedApi } from '../api/simulated-api.ts';
import { watchObjects } from '../api/watch.ts';
import type { ResourceRequest } from './answer-request.ts';
import { shown } from './event-view.ts';
import type { Faults, RequestFacts } from './faults.ts';

/** What a request is handled with. */
export interface Handling {
  readonly api: SimulatedApi;
  readonly faults: Faults;
}

/** A watch that is asked for. */
export type WatchRequest = Pick<ResourceRequest, 'path' | 'query'> & { readonly facts: RequestFacts };

/**
 * Answers a watch: one JSON line an event, until the client goes, its time is over or a test breaks it.
 *
 * @throws ApiStatusError for a selector or a resource version that is none, before anything is answered
 */
export function answerWatch(
  { api, faults }: Handling,
  { path, query, facts }: WatchRequest,
  response: ServerResponse,
): void {
  const timeout = query.get('timeoutSeconds');
  const watchQuery = {
    ...readSelection(path.type, path, query),
    resourceVersion: query.get('resourceVersion') ?? undefined,
    bookmarks: ['true', '1'].includes(query.get('allowWatchBookmarks') ?? ''),
    timeoutMs: timeout === null ? undefined : Number(timeout) * 1_000,
  };
  response.setHeader('content-type', 'application/json');
  const cancel = watchObjects(api, watchQuery, {
    send: ({ type, object }) => {
      response.write(`${JSON.stringify({ type, object: shown(path.type, object as JsonObject) })}\n`);
    },
    end: () => void response.end(),
  });
  // A watch that has nothing to tell yet is answered still.
  response.flushHeaders();
  const forget = faults.watching(facts, () => response.destroy());
  response.once('close', () => {
    forget();
    cancel();
  });
}
