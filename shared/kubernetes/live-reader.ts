import type { ClusterFacts, ClusterReader } from '../domain/cluster-facts.ts';
import { FactsCollector } from '../domain/facts-collector.ts';
import type { Kind } from '../domain/objects.ts';
import { type Clock, type DurationMs, durationMs, type EpochMs } from '../domain/units.ts';
import { KubeVirtNotInstalledError } from '../errors/errors.ts';
import { ApiSession } from './api-session.ts';
import type { Connection } from './connection.ts';
import { forbiddenEverything, forbiddenProblem } from './forbidden.ts';
import { type ListOutcome, readLists } from './read-lists.ts';
import { type ListQuery, queriesFor, RESOURCES, type Resource } from './resources.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './retry.ts';
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
  /** Reads what concerns this node, and what the server cannot tell apart: judge no other node by it. */
  readonly node?: string | undefined;
  /** Ends a read with its reason. */
  readonly signal?: AbortSignal | undefined;
}

const ALL_RESOURCES = Object.values(RESOURCES);
const DEFAULT_PAGE_SIZE = 500;
const DEFAULT_REQUEST_TIMEOUT_MS = durationMs(30_000);

type Outcomes = ReadonlyMap<ListQuery, ListOutcome>;

/** Makes a reader of a live cluster; every `read` asks the API server anew and closes its connections at the end. */
export function createLiveReader(connection: Connection, options: LiveReaderOptions): ClusterReader {
  return { read: () => readCluster(connection, options) };
}

async function readCluster(connection: Connection, options: LiveReaderOptions): Promise<ClusterFacts> {
  const requestTimeoutMs = options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS;
  const session = new ApiSession(connection, requestTimeoutMs);
  const observedAt = options.clock.now();
  try {
    const outcomes = await readLists(queriesFor(options.node), {
      session,
      clock: options.clock,
      pageSize: options.pageSize ?? DEFAULT_PAGE_SIZE,
      policy: { ...DEFAULT_RETRY_POLICY, ...options.retry },
      reached: () => session.reached,
      progress: options.progress ?? (() => undefined),
      signal: options.signal,
    });
    return toFacts(outcomes, connection, observedAt);
  } catch (error) {
    throw translateFailure(error, connection, requestTimeoutMs);
  } finally {
    session.close();
  }
}

function toFacts(outcomes: Outcomes, connection: Connection, observedAt: EpochMs): ClusterFacts {
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
  const factsOf = (resource: Resource): ClusterFacts => {
    const collector = collectors.get(resource.kind) ?? new FactsCollector();
    return collector.finish(() => forbiddenProblem(resource), observedAt);
  };
  const { handlerPods, launcherPods } = factsOf(RESOURCES.Pod);
  return {
    observedAt,
    unread: new Map(forbidden.map((resource) => [resource.kind, forbiddenProblem(resource)])),
    nodes: factsOf(RESOURCES.Node).nodes,
    handlerPods,
    launcherPods,
    vmis: factsOf(RESOURCES.VirtualMachineInstance).vmis,
    daemonSets: factsOf(RESOURCES.DaemonSet).daemonSets,
    kubeVirts: factsOf(RESOURCES.KubeVirt).kubeVirts,
  };
}

function withOutcome(outcomes: Outcomes, outcome: ListOutcome): readonly Resource[] {
  const lists = [...outcomes].filter(([, it]) => it === outcome);
  return ALL_RESOURCES.filter((resource) => lists.some(([query]) => query.resource === resource));
}

/** The facts of each kind. A second list of a kind holds handlers only: one bound meanwhile may be in both. */
function byKind(outcomes: Outcomes): ReadonlyMap<Kind, FactsCollector> {
  const collectors = new Map<Kind, FactsCollector>();
  for (const [{ resource }, outcome] of outcomes) {
    if (!(outcome instanceof FactsCollector)) continue;
    const first = collectors.get(resource.kind);
    if (first === undefined) collectors.set(resource.kind, outcome);
    else for (const pod of outcome.finish(() => forbiddenProblem(resource)).handlerPods) first.add(pod);
  }
  return collectors;
}
