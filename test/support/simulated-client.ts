import { ApiStatusError } from '../../infra/local/simulation/api/api-status.ts';
import type { SimulatedApi } from '../../infra/local/simulation/api/simulated-api.ts';
import { type Answer, answerRequest } from '../../infra/local/simulation/server/answer-request.ts';
import { readPath } from '../../infra/local/simulation/server/request-path.ts';
import { verbOf } from '../../infra/local/simulation/server/request-verb.ts';
import type { ClusterReader } from '../../shared/domain/cluster-facts.ts';
import { FactsCollector } from '../../shared/domain/facts-collector.ts';
import type { Clock } from '../../shared/domain/units.ts';
import type { ApiClient } from '../../shared/kubernetes/api-client.ts';
import type { ApiAnswer, ApiRequest } from '../../shared/kubernetes/api-session.ts';
import { evidenceQueries } from '../../shared/kubernetes/evidence-resources.ts';
import type { ListCollector } from '../../shared/kubernetes/list-reader.ts';
import type { ListOutcome } from '../../shared/kubernetes/read-lists.ts';
import { type ListQuery, pagePath, queriesFor } from '../../shared/kubernetes/resources.ts';
import { ListedObjects, toEvidence } from '../../shared/kubernetes/to-evidence.ts';
import { toFacts } from '../../shared/kubernetes/to-facts.ts';

/** Stands between a call and its effect, which `answer` has: what it returns or throws is what the caller gets. */
export type OnCall = (request: ApiRequest, answer: () => ApiAnswer) => ApiAnswer;

/**
 * A simulated API server behind the client that functions have, without HTTP: thousands of histories take seconds. An answer comes a turn
 * later, so that two processes interleave; asking and taking effect is one.
 */
export function simulatedClient(api: SimulatedApi, onCall: OnCall = (_, answer) => answer()): ApiClient {
  const call = async (request: ApiRequest): Promise<ApiAnswer> => {
    await Promise.resolve();
    return onCall(request, () => {
      const { code, body } = answered(api, request);
      return { status: code, body };
    });
  };
  const lists = async <C extends ListCollector>(queries: readonly ListQuery[], collect: () => C) => {
    const outcomes = new Map<ListQuery, ListOutcome<C>>();
    for (const query of queries) {
      const path = pagePath(query, { limit: undefined, token: undefined });
      const { status, body } = await call({ method: 'GET', path });
      outcomes.set(query, status === 404 ? 'missing' : collected(body, query, collect()));
    }
    return outcomes;
  };
  const connection = { server: 'http://simulated', clusterName: 'simulated', contextName: 'simulated' };
  const client = { call, lists, connection, translate: (error: unknown) => error, close: () => undefined };
  return client as unknown as ApiClient;
}

function answered(api: SimulatedApi, { method, path: at, body, contentType = '' }: ApiRequest): Answer {
  const { pathname, searchParams: query } = new URL(at, 'http://simulated');
  const path = readPath(pathname, api.registry);
  if (path === undefined) return { code: 404, body: {} };
  try {
    const verb = verbOf(method, path, query);
    return answerRequest(api, { verb, path, query, contentType, body: sent(body) });
  } catch (error) {
    if (!(error instanceof ApiStatusError)) throw error;
    return { code: error.code, body: error.body() };
  }
}

/** As it arrives: what is undefined is not sent. */
function sent(body: unknown): unknown {
  return body === undefined ? undefined : JSON.parse(JSON.stringify(body));
}

/** The items of a list do not say their kind. */
function collected<C extends ListCollector>(list: unknown, { resource }: ListQuery, collector: C): C {
  const { items } = list as { readonly items: readonly Parameters<ListCollector['add']>[0][] };
  for (const item of items) collector.add({ ...item, kind: resource.kind } as typeof item);
  return collector;
}

/** The reader of the whole cluster; with a node, of that node's workload and details. */
export function simulatedReader(client: ApiClient, clock: Clock, node?: string): ClusterReader {
  return {
    async read() {
      const outcomes = await client.lists(queriesFor(node), () => new FactsCollector(node));
      return toFacts(outcomes, client.connection, { observedAt: clock.now(), workloadOf: node });
    },
    async readEvidence(request) {
      const queries = evidenceQueries(request);
      return toEvidence(queries, await client.lists(queries, () => new ListedObjects()));
    },
  };
}
