import type { Config, Environment } from '../../shared/config/config.ts';
import { type Clock, durationMs } from '../../shared/domain/units.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import { createEventApp } from '../../shared/http/event-app.ts';
import { listen } from '../../shared/http/server.ts';
import { loadConnection } from '../../shared/kubernetes/kube-config.ts';
import { createLogger } from '../../shared/observability/logger.ts';
import { createMetrics, type ProcessMetrics } from '../../shared/observability/metrics.ts';
import type { Log } from '../../shared/runtime/ports.ts';
import { KNOWN_TYPES } from '../server/serve-function.ts';
import { stopSignal } from '../server/stop-signal.ts';
import type { Broker } from './broker/broker.ts';
import { startEmbedded } from './embedded.ts';

export interface RunLiveOptions {
  readonly config: Config;
  readonly env: Environment;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly clock: Clock;
  /** Takes the log, one JSON object a line. */
  readonly logTo: { write(line: string): unknown };
  readonly onEvent: (event: ProductEvent) => void;
}

/**
 * Runs all functions on a live cluster until the process is asked to end. Listens on `PORT` too: for probes, for metrics, and
 * for events from outside, such as a request for an audit.
 *
 * @throws KubeConfigError, KUBE_ errors, ConfigInvalidError
 */
export async function runLive(options: RunLiveOptions): Promise<void> {
  const { config, env, kubeconfig, context, clock, logTo, onEvent } = options;
  const facts = { function: 'all', cluster: config.clusterName };
  const log = createLogger({
    level: config.logLevel,
    facts,
    destination: { write: (line) => void logTo.write(line) },
  });
  const metrics = createMetrics({ functionName: 'all', knownTypes: KNOWN_TYPES });
  const connection = loadConnection({
    env,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  });
  const stop = new AbortController();
  const { broker, ended } = await startEmbedded({
    connection,
    config,
    clock,
    log,
    metrics,
    onEvent,
    signal: stop.signal,
  });
  const server = await listen(intake(broker, config, { log, metrics }), {
    port: config.port,
    graceMs: config.shutdownGraceMs,
  });
  log.info({ port: server.port, server: connection.server }, 'watching');
  try {
    await Promise.race([stopSignal(), ended]);
  } finally {
    await server.close();
    stop.abort();
    await ended;
  }
}

/** What is posted is offered to all functions. */
function intake(
  broker: Broker,
  { maxBodyBytes, maxConcurrentEvents }: Config,
  { log, metrics }: { readonly log: Log; readonly metrics: ProcessMetrics },
) {
  const manifest = {
    name: 'run',
    summary: 'All functions in one process.',
    consumes: KNOWN_TYPES.map((type) => ({ type })),
    emits: [],
    permissions: [],
    requestTimeoutMs: durationMs(0),
  };
  const handle = async (event: IncomingEvent) => {
    await broker.offer(event);
    return 'done' as const;
  };
  return createEventApp(
    { manifest, handle },
    {
      log,
      // Each function counts what it is given.
      metrics: { eventHandled: () => undefined },
      maxBodyBytes,
      maxConcurrent: maxConcurrentEvents,
      maxWaiting: maxConcurrentEvents,
      exposition: metrics,
    },
  );
}
