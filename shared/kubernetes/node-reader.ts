import type { ClusterFacts } from '../domain/cluster-facts.ts';
import { FactsCollector } from '../domain/facts-collector.ts';
import { type Clock, type DurationMs, durationMs, type EpochMs } from '../domain/units.ts';
import type { NodeReader } from '../runtime/ports.ts';
import type { ApiClient } from './api-client.ts';
import { nodeQueries, RESOURCES, sharedQueries } from './resources.ts';
import { SharedRead } from './shared-read.ts';
import { kubeVirtNotInstalled, type Outcomes, toFacts } from './to-facts.ts';

export interface NodeReaderOptions {
  readonly clock: Clock;
  /** How long what all nodes share is used again, from when its reading began. Default 1 s; 0 for never. */
  readonly sharedForMs?: DurationMs | undefined;
  /** Waits until that may be read again; a test does not. */
  readonly wait?: ((delayMs: DurationMs) => Promise<void>) | undefined;
  /** Whether all is kept that is read about the node, for its diagnosis. */
  readonly details?: boolean | undefined;
}

const DEFAULT_SHARED_FOR_MS = durationMs(1_000);

/**
 * Makes a reader of one node at a time: three lists, cut down on the server, beside those that all nodes share, which
 * are read at most once a second. So what is said of the DaemonSet, the KubeVirt resource and handlers that are not bound
 * may be a second older than the rest, until it is refreshed.
 *
 * It throws KubeVirtNotInstalledError when VMIs are not served: an API server that has just started answers so too, and
 * "no VMIs" would end every incident. KubeForbiddenError when nothing may be read; what may not be read in part is in
 * `unread`. KubeUnavailableError and the other KUBE_ errors.
 */
export function createNodeReader(client: ApiClient, options: NodeReaderOptions): NodeReader {
  const { clock, sharedForMs = DEFAULT_SHARED_FOR_MS, details = false } = options;
  const shared = new SharedRead(() => client.lists(sharedQueries(), () => new FactsCollector()), {
    clock,
    usableForMs: sharedForMs,
    wait: options.wait,
  });
  return {
    async read(node: string): Promise<ClusterFacts> {
      const observedAt = clock.now();
      const collect = () => new FactsCollector(details ? node : undefined);
      const [ofAll, ofNode] = await Promise.all([shared.get(), client.lists(nodeQueries(node), collect)]);
      refuseWithoutVmis(ofNode, client);
      // The node's own lists first: a handler that was bound meanwhile is in both.
      const outcomes = new Map([...ofNode, ...ofAll]);
      return toFacts(outcomes, client.connection, { observedAt, workloadOf: node });
    },
    async refresh(facts: ClusterFacts, since: EpochMs): Promise<ClusterFacts> {
      const { observedAt } = facts;
      return withShared(facts, toFacts(await shared.getOf(since), client.connection, { observedAt }));
    },
  };
}

/** The node as it was read, with what all nodes share as it is now: handlers that are not bound are of that. */
function withShared(facts: ClusterFacts, shared: ClusterFacts): ClusterFacts {
  const bound = facts.handlerPods.filter(({ spec }) => (spec?.nodeName ?? '') !== '');
  const known = new Set(bound.map(({ metadata }) => metadata.uid));
  return {
    ...facts,
    unread: new Map([...facts.unread, ...shared.unread]),
    handlerPods: [...bound, ...shared.handlerPods.filter(({ metadata }) => !known.has(metadata.uid))],
    daemonSets: shared.daemonSets,
    kubeVirts: shared.kubeVirts,
  };
}

function refuseWithoutVmis(outcomes: Outcomes, { connection }: ApiClient): void {
  for (const [{ resource }, outcome] of outcomes)
    if (resource === RESOURCES.VirtualMachineInstance && outcome === 'missing')
      throw kubeVirtNotInstalled(connection);
}
