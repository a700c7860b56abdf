import type { Config } from '../../shared/config/config.ts';
import type { Clock } from '../../shared/domain/units.ts';
import { CONTRACT } from '../../shared/events/contract.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import { createHttpSink } from '../../shared/http/sink.ts';
import { ApiClient } from '../../shared/kubernetes/api-client.ts';
import type { Connection } from '../../shared/kubernetes/connection.ts';
import type { ProcessMetrics } from '../../shared/observability/metrics.ts';
import { observeFunction } from '../../shared/observability/observe-function.ts';
import type { Log } from '../../shared/runtime/ports.ts';
import { FUNCTION_NAMES, loadFunction } from '../server/catalog.ts';
import { createFunctionPorts } from '../server/function-ports.ts';
import { createWorld } from '../server/world.ts';
import { startAuditTimers } from './audit-timers.ts';
import { type Broker, createBroker } from './broker/broker.ts';
import { runEventSource } from './event-source/event-source.ts';

export interface EmbeddedOptions {
  readonly connection: Connection;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: ProcessMetrics;
  /** Told of every event that we publish, once for each time that it is published. */
  readonly onEvent: (event: ProductEvent) => void;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** All functions in one process, with what Knative would bring: event source, broker and schedule. */
export interface Embedded {
  readonly broker: Broker;
  /** Resolves once it was asked to end and has; rejects with what ended it otherwise. */
  readonly ended: Promise<void>;
}

/**
 * Starts all functions on one cluster.
 *
 * @throws KUBE_ errors when the records cannot be read: without them nothing can be kept
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { connection, config, clock, log, metrics, signal } = options;
  const onCall = (verb: string, resource: string, outcome: string, seconds: number) =>
    metrics.apiCall(resource, verb, outcome, seconds);
  const world = createWorld(connection, config.podNamespace, { clock, log, onCall });
  await world.incidents.list();
  const broker = await createSubscribedBroker(options, world);
  const client = new ApiClient(connection, { clock, onCall });
  const stopTimers = startAuditTimers({ publish: (event) => broker.publish(event), clock, log, config });
  const source = runEventSource(client, { clock, log, publish: (event) => broker.offer(event), signal });
  const end = async (): Promise<void> => {
    stopTimers();
    const undelivered = await broker.close();
    if (undelivered > 0)
      log.warn({ undelivered }, 'events were left undelivered: the next audit makes up for them');
    client.close();
  };
  return { broker, ended: source.finally(end) };
}

async function createSubscribedBroker(
  { config, clock, log, metrics, onEvent }: EmbeddedOptions,
  world: ReturnType<typeof createWorld>,
): Promise<Broker> {
  const depths = new Map<string, number>();
  const broker = createBroker({
    clock,
    log,
    metrics: {
      queueDepth: (subscriber, depth) => {
        depths.set(subscriber, depth);
        metrics.queueDepth([...depths.values()].reduce((sum, each) => sum + each, 0));
      },
      deadLettered: () => undefined,
      // Counted by `observeFunction`, as in a served function.
      eventHandled: () => undefined,
    },
  });
  const sink = {
    publish: async (event: ProductEvent): Promise<void> => {
      await broker.publish(event);
      onEvent(event);
    },
  };
  const ports = createFunctionPorts({ world, sink, clock, log, metrics }, config);
  for (const name of FUNCTION_NAMES) {
    const create = await loadFunction(name);
    const fn = observeFunction(create(ports), { log, metrics });
    broker.subscribe(name, fn.manifest.consumes, fn);
  }
  if (config.sink !== undefined) subscribeSink(broker, config, config.sink);
  return broker;
}

/** What other teams' services consume goes on to a sink of theirs. */
function subscribeSink(
  broker: Broker,
  { sinkExtensions, sinkTimeoutMs, sinkCaCerts }: Config,
  url: URL,
): void {
  const sink = createHttpSink({
    url,
    extensions: sinkExtensions,
    timeoutMs: sinkTimeoutMs,
    caCerts: sinkCaCerts,
  });
  const consumes = CONTRACT.map(({ type }) => ({ type }));
  broker.subscribe('sink', consumes, {
    manifest: {
      name: 'sink',
      summary: '',
      consumes,
      emits: [],
      permissions: [],
      requestTimeoutMs: sinkTimeoutMs,
    },
    handle: async (event) => {
      // What the broker hands on is what one of us published.
      await sink.publish(event as unknown as ProductEvent);
      return 'done';
    },
  });
}
