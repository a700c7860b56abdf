import type { ClusterFacts, ClusterReader } from '../domain/cluster-facts.ts';
import type { ReadKind } from '../domain/evidence-objects.ts';
import { FactsCollector } from '../domain/facts-collector.ts';
import { type Clock, type DurationMs, durationMs } from '../domain/units.ts';
import { KubeVirtNotInstalledError } from '../errors/errors.ts';
import { ApiSession } from './api-session.ts';
import type { Connection } from './connection.ts';
import { evidenceQueries } from './evidence-resources.ts';
import { forbiddenEverything, forbiddenProblem } from './forbidden.ts';
import type { ListCollector } from './list-reader.ts';
import { type ListOutcome, readLists } from './read-lists.ts';
import { type ListQuery, queriesFor, RESOURCES } from './resources.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './retry.ts';
import { ListedObjects, toEvidence } from './to-evidence.ts';
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
  /** Ends a read with its reason. */
  readonly signal?: AbortSignal | undefined;
}

const ALL_RESOURCES = Object.values(RESOURCES);
const DEFAULT_PAGE_SIZE = 500;
const DEFAULT_REQUEST_TIMEOUT_MS = durationMs(30_000);

type Outcomes = ReadonlyMap<ListQuery, ListOutcome<FactsCollector>>;

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
  const session = new ApiSession(connection, requestTimeoutMs);
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

function toFacts(
  outcomes: Outcomes,
  connection: Connection,
  { observedAt, workloadOf }: Pick<ClusterFacts, 'observedAt' | 'workloadOf'>,
): ClusterFacts {
  const forbidden = withOutcome(outcomes, 'forbidden');
  const missing = withOutcome(outcomes, 'missing');
  if (forbidden.length === ALL_RESOURCES.length) throw forbiddenEverything(connection, ALL_RESOURCES);
  if (missing.includes(RESOURCES.VirtualMachineInstance) && missing.includes(RESOURCES.KubeVirt)) {
    throw new KubeVirtNotInstalledError(
      `the cluster ${connection.server} does not serve the kubevirt.io API: KubeVirt is not installed in it`,
      'Name the context of a cluster that has KubeVirt with --context, or install it.',
    );
  }
  const collectors = byKind(outcomes);
  const factsOf = (resource: (typeof ALL_RESOURCES)[number]): ClusterFacts => {
    const collector = collectors.get(resource.kind) ?? new FactsCollector();
    return collector.finish(() => forbiddenProblem(resource), observedAt);
  };
  const { handlerPods, launcherPods } = factsOf(RESOURCES.Pod);
  return {
    observedAt,
    ...(workloadOf === undefined ? {} : { workloadOf }),
    unread: new Map(forbidden.map((resource) => [resource.kind, forbiddenProblem(resource)])),
    nodes: factsOf(RESOURCES.Node).nodes,
    handlerPods,
    launcherPods,
    vmis: factsOf(RESOURCES.VirtualMachineInstance).vmis,
    daemonSets: factsOf(RESOURCES.DaemonSet).daemonSets,
    kubeVirts: factsOf(RESOURCES.KubeVirt).kubeVirts,
  };
}

function withOutcome(outcomes: Outcomes, outcome: 'forbidden' | 'missing') {
  const lists = [...outcomes].filter(([, it]) => it === outcome);
  return ALL_RESOURCES.filter((resource) => lists.some(([query]) => query.resource === resource));
}

/** The facts of each kind. A second list of a kind holds handlers only: one bound meanwhile may be in both. */
function byKind(outcomes: Outcomes): ReadonlyMap<ReadKind, FactsCollector> {
  const collectors = new Map<ReadKind, FactsCollector>();
  for (const [{ resource }, outcome] of outcomes) {
    if (!(outcome instanceof FactsCollector)) continue;
    const first = collectors.get(resource.kind);
    if (first === undefined) collectors.set(resource.kind, outcome);
    else for (const pod of outcome.finish(() => forbiddenProblem(resource)).handlerPods) first.add(pod);
  }
  return collectors;
}
