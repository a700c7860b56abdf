import type { ClusterReader } from '../domain/cluster-facts.ts';
import { FactsCollector } from '../domain/facts-collector.ts';
import { type Clock, type DurationMs, durationMs } from '../domain/units.ts';
import { ApiSession } from './api-session.ts';
import type { Connection } from './connection.ts';
import type { OnCall } from './describe-call.ts';
import { evidenceQueries } from './evidence-resources.ts';
import type { ListCollector } from './list-reader.ts';
import { type ListOutcome, readLists } from './read-lists.ts';
import { type ListQuery, queriesFor } from './resources.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './retry.ts';
import { ListedObjects, toEvidence } from './to-evidence.ts';
import { toFacts } from './to-facts.ts';
import { translateFailure } from './translate-failure.ts';

export interface LiveReaderOptions {
  readonly clock: Clock;
  /** Objects a page, from 1 up. Default 500, as kubectl. */
  readonly pageSize?: number | undefined;
  /** How long the server may send nothing: while connecting, before its answer, within it. Default 30 s. */
  readonly requestTimeoutMs?: DurationMs | undefined;
  /** What differs from the usual policy. */
  readonly retry?: Partial<RetryPolicy> | undefined;
  /** Told after every page; the number starts again when a list does. */
  readonly progress?: ((objectsRead: number, resource: string) => void) | undefined;
  /** The only node whose workload is read: judge no other node by it. */
  readonly node?: string | undefined;
  /** Whether all is kept that is read about that node, for its diagnosis. */
  readonly details?: boolean | undefined;
  /** Told about every call, also about one that is made again. */
  readonly onCall?: OnCall | undefined;
  /** Ends a read with its reason. */
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_PAGE_SIZE = 500;
const DEFAULT_REQUEST_TIMEOUT_MS = durationMs(30_000);

/** Makes a reader of a live cluster; every `read` asks the API server anew and closes its connections at the end. */
export function createLiveReader(connection: Connection, options: LiveReaderOptions): ClusterReader {
  return {
    read: async () => {
      const observedAt = options.clock.now();
      const collect = () => new FactsCollector(options.details === true ? options.node : undefined);
      const outcomes = await readAll(connection, options, queriesFor(options.node), collect);
      return toFacts(outcomes, connection, { observedAt, workloadOf: options.node });
    },
    readEvidence: async (request) => {
      const queries = evidenceQueries(request);
      const collect = () => new ListedObjects();
      return toEvidence(queries, await readAll(connection, options, queries, collect));
    },
  };
}

async function readAll<C extends ListCollector>(
  connection: Connection,
  options: LiveReaderOptions,
  queries: readonly ListQuery[],
  collect: () => C,
): Promise<ReadonlyMap<ListQuery, ListOutcome<C>>> {
  const requestTimeoutMs = options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS;
  const session = new ApiSession(connection, requestTimeoutMs, options.onCall);
  try {
    return await readLists(queries, {
      session,
      collect,
      clock: options.clock,
      pageSize: options.pageSize ?? DEFAULT_PAGE_SIZE,
      policy: { ...DEFAULT_RETRY_POLICY, ...options.retry },
      reached: () => session.reached,
      progress: options.progress ?? (() => undefined),
      signal: options.signal,
    });
  } catch (error) {
    throw translateFailure(error, connection, requestTimeoutMs);
  } finally {
    session.close();
  }
}
