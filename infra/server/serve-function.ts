import { type Config, type Environment, readConfig } from '../../shared/config/config.ts';
import type { Clock } from '../../shared/domain/units.ts';
import { ConfigInvalidError } from '../../shared/errors/errors.ts';
import { CONTRACT } from '../../shared/events/contract.ts';
import { OBJECT_CHANGE_TYPES, PING_TYPE } from '../../shared/events/raw-events.ts';
import { createEventApp } from '../../shared/http/event-app.ts';
import { type Listening, listen } from '../../shared/http/server.ts';
import { createLogger } from '../../shared/observability/logger.ts';
import { createMetrics, type ProcessMetrics } from '../../shared/observability/metrics.ts';
import { observeFunction } from '../../shared/observability/observe-function.ts';
import type { EventSink, Log } from '../../shared/runtime/ports.ts';
import { type FunctionName, loadFunction } from './catalog.ts';
import { createFunctionPorts } from './function-ports.ts';
import { type LazyWorld, lazyWorld } from './lazy-world.ts';

/** What a served function touches of its process. */
export interface ServeOptions {
  readonly env: Environment;
  readonly clock: Clock;
  /** Takes the log, one JSON object a line. */
  readonly logTo: { write(line: string): unknown };
}

/** A function that is being served. */
export interface Served extends Listening {
  /** Loads what the first events did not need, and finds out what is wrong with it. @throws KubeConfigError */
  load(): Promise<void>;
}

/** The types that metrics count by name. */
export const KNOWN_TYPES: readonly string[] = [
  ...CONTRACT.map(({ type }) => type),
  ...OBJECT_CHANGE_TYPES,
  PING_TYPE,
];

/** As many events may wait as ten times those that are handled at once; see `MAX_CONCURRENT_EVENTS`. */
const WAITING_PER_RUNNING = 10;

/**
 * Serves one function behind HTTP, as Knative and OpenFaaS run it: everything it needs is told by the environment.
 *
 * @throws ConfigInvalidError with every mistake in the environment
 */
export async function serveFunction(
  name: FunctionName,
  { env, clock, logTo }: ServeOptions,
): Promise<Served> {
  const config = readConfig(env);
  const facts = { function: name, cluster: config.clusterName };
  const log = createLogger({
    level: config.logLevel,
    facts,
    destination: { write: (line) => void logTo.write(line) },
  });
  const metrics = createMetrics({ functionName: name, knownTypes: KNOWN_TYPES });
  const world = liveWorld(config, env, { clock, log, metrics });
  const create = await loadFunction(name);
  const fn = create(createFunctionPorts({ world, sink: lazySink(config), clock, log, metrics }, config));
  const app = createEventApp(observeFunction(fn, { log, metrics }), {
    log,
    metrics,
    maxBodyBytes: config.maxBodyBytes,
    maxConcurrent: config.maxConcurrentEvents,
    maxWaiting: config.maxConcurrentEvents * WAITING_PER_RUNNING,
    onQueueDepth: (waiting) => metrics.queueDepth(waiting),
    exposition: metrics,
  });
  const listening = await listen(app, { port: config.port, graceMs: config.shutdownGraceMs });
  log.info({ port: listening.port, sink: config.sink?.host }, 'listening');
  return { ...listening, load: () => world.load() };
}

/** The live cluster, whose client is loaded when it is first needed. */
function liveWorld(
  { podNamespace }: Config,
  env: Environment,
  { clock, log, metrics }: { readonly clock: Clock; readonly log: Log; readonly metrics: ProcessMetrics },
): LazyWorld {
  return lazyWorld(async () => {
    const { connect, createWorld } = await import('./world.ts');
    return createWorld(connect(env), podNamespace, {
      clock,
      log,
      onCall: (verb, resource, outcome, seconds) => metrics.apiCall(resource, verb, outcome, seconds),
    });
  });
}

/** The sink, whose code is loaded with the first event. @throws ConfigInvalidError when there is none */
function lazySink({ sink: url, sinkExtensions, sinkTimeoutMs, sinkCaCerts }: Config): EventSink {
  if (url === undefined) {
    throw new ConfigInvalidError(
      'the configuration has a mistake: K_SINK is not set (allowed: an http or https URL)',
      'Set it to where events are published; Knative injects it by a SinkBinding. `kubevirt-orphans run` needs none.',
    );
  }
  let sink: Promise<EventSink> | undefined;
  const load = async (): Promise<EventSink> => {
    const { createHttpSink } = await import('../../shared/http/sink.ts');
    return createHttpSink({
      url,
      extensions: sinkExtensions,
      timeoutMs: sinkTimeoutMs,
      caCerts: sinkCaCerts,
    });
  };
  return {
    async publish(event) {
      sink ??= load();
      await (await sink).publish(event);
    },
  };
}
