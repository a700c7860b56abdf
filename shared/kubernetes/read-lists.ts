import { ApiStatusError } from './call-failure.ts';
import { type ListCollector, type ListReading, readList } from './list-reader.ts';
import type { ListQuery, Resource } from './resources.ts';

/** What reading a list comes to. `missing`: the server does not serve the resource, as before KubeVirt is installed. */
export type ListOutcome<C> = C | 'forbidden' | 'missing';

/** All that reading several lists needs. */
export interface ListsReading<C extends ListCollector> extends Omit<ListReading<C>, 'progress' | 'signal'> {
  readonly progress: (objectsRead: number, resource: string) => void;
  /** Ends the reading with its reason. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads all lists at once, and returns when nothing is under way any more. The first that fails ends the others.
 *
 * @throws what the first list failed with, and the signal's reason once it is aborted
 */
export async function readLists<C extends ListCollector>(
  queries: readonly ListQuery[],
  { progress, signal, ...common }: ListsReading<C>,
): Promise<ReadonlyMap<ListQuery, ListOutcome<C>>> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const outcomes = new Map<ListQuery, ListOutcome<C>>();
  const read = async (query: ListQuery): Promise<void> => {
    const report = (count: number): void => progress(count, query.resource.name);
    try {
      outcomes.set(query, await readList(query, { ...common, progress: report, signal: stop.signal }));
    } catch (error) {
      const outcome = outcomeOf(error, query.resource);
      if (outcome === undefined) stop.abort(error);
      else outcomes.set(query, outcome);
    }
  };
  await Promise.all(queries.map(read));
  signal?.removeEventListener('abort', onAbort);
  stop.signal.throwIfAborted();
  return outcomes;
}

/** What a refusal says about its list; `undefined` when it says something about the server. */
function outcomeOf(error: unknown, { group }: Resource): 'forbidden' | 'missing' | undefined {
  if (!(error instanceof ApiStatusError) || error.isPage) return undefined;
  if (error.status === 403) return 'forbidden';
  return error.status === 404 && group.endsWith('kubevirt.io') ? 'missing' : undefined;
}
