import type { Config, Environment } from '../../shared/config/config.ts';
import { type Clock, durationMs } from '../../shared/domain/units.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import { createEventApp, type EventApp } from '../../shared/http/event-app.ts';
import { type Listening, listen } from '../../shared/http/server.ts';
import { type ConnectionOptions, loadConnection } from '../../shared/kubernetes/kube-config.ts';
import type { LogTarget } from '../../shared/observability/logger.ts';
import { alertAccess } from '../server/alert-access.ts';
import { intakeOf } from '../server/intake.ts';
import { KNOWN_TYPES, observeProcess, type ProcessObservability } from '../server/observe-process.ts';
import { aborted } from '../server/stop-signal.ts';
import { type Embedded, startEmbedded } from './embedded.ts';

export interface RunLiveOptions {
  readonly config: Config;
  readonly env: Environment;
  /** How the cluster is reached. */
  readonly cluster: Omit<ConnectionOptions, 'env'>;
  readonly clock: Clock;
  /** Takes the log, one JSON object a line. */
  readonly logTo: LogTarget;
  readonly onEvent: (event: ProductEvent) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Runs all functions on a live cluster until it is asked to end. Listens on `PORT` too: for probes, for metrics, and for
 * events from outside, such as a request for an audit; at `POST /alerts` for alerts.
 *
 * @throws KubeConfigError, KUBE_ errors, ConfigInvalidError when the port is taken
 */
export async function runLive(options: RunLiveOptions): Promise<void> {
  const { config, env, cluster, clock, logTo, onEvent, signal } = options;
  const observed = observeProcess('all', config, logTo);
  // What is wrong with its secrets is told before the cluster is asked.
  alertAccess(config.alertAccess);
  const connection = loadConnection({ ...cluster, env, inputs: 'live' });
  const embedded = await startEmbedded({ connection, config, env, clock, onEvent, ...observed });
  let server: Listening | undefined;
  try {
    const app = await intake(embedded, config, { ...observed, clock });
    server = await listen(app, { port: config.port, graceMs: config.shutdownGraceMs });
    observed.log.info({ port: server.port, server: connection.server }, 'watching');
    await Promise.race([aborted(signal), embedded.broken]);
  } finally {
    // Both at once: what is being posted waits for room in the broker until that closes.
    await Promise.all([server?.close(), embedded.stop()]);
  }
}

/** What is posted is offered to all functions. */
async function intake(
  { broker, world, remediation }: Embedded,
  config: Config,
  { log, metrics, clock }: ProcessObservability & { readonly clock: Clock },
): Promise<EventApp> {
  const { maxBodyBytes, maxConcurrentEvents } = config;
  const handle = (event: IncomingEvent) => broker.offer(event);
  const addRoutes = await intakeOf('all', { config, remediation, clock, metrics, world, handle });
  const manifest = {
    name: 'run',
    summary: 'All functions in one process.',
    consumes: KNOWN_TYPES.map((type) => ({ type })),
    emits: [],
    permissions: [],
    requestTimeoutMs: durationMs(5_000),
  };
  return createEventApp(
    {
      manifest,
      async handle(event) {
        await handle(event);
        return 'done';
      },
    },
    {
      ...(addRoutes && { addRoutes }),
      log,
      // It is told of what cannot be read; each function counts what it is given.
      metrics,
      maxBodyBytes,
      maxConcurrent: maxConcurrentEvents,
      maxWaiting: maxConcurrentEvents,
      exposition: metrics,
    },
  );
}
