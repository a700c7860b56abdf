import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config, Environment } from '../../shared/config/config.ts';
import type { Clock } from '../../shared/domain/units.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import { type Listening, listen } from '../../shared/http/server.ts';
import type { Connection } from '../../shared/kubernetes/connection.ts';
import { type ConnectionOptions, loadConnection } from '../../shared/kubernetes/kube-config.ts';
import type { LogTarget } from '../../shared/observability/logger.ts';
import { alertAccess } from '../server/alert-access.ts';
import { observeProcess, type ProcessObservability } from '../server/observe-process.ts';
import { aborted } from '../server/stop-signal.ts';
import { createWorld } from '../server/world.ts';
import { startEmbedded } from './embedded.ts';
import { intakeApp, standbyApp } from './intake-app.ts';
import { whileLeading } from './leadership.ts';

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
  const { config, env, cluster, logTo } = options;
  const observed = observeProcess('all', config, logTo);
  // What is wrong with its secrets is told before the cluster is asked.
  alertAccess(config.alertAccess);
  const connection = loadConnection({ ...cluster, env, inputs: 'live' });
  const watching = { ...options, connection, observed };
  if (config.leaderElection) await watchAsLeader(watching);
  else await watch(watching);
}

interface Watching extends RunLiveOptions {
  readonly connection: Connection;
  readonly observed: ProcessObservability;
}

async function watch({ connection, observed, config, env, clock, onEvent, signal }: Watching): Promise<void> {
  const embedded = await startEmbedded({ connection, config, env, clock, onEvent, ...observed });
  let server: Listening | undefined;
  try {
    const app = await intakeApp(embedded, config, { ...observed, clock });
    server = await listen(app, { port: config.port, graceMs: config.shutdownGraceMs });
    observed.log.info({ port: server.port, server: connection.server }, 'watching');
    await Promise.race([aborted(signal), embedded.broken]);
  } finally {
    // Both at once: what is being posted waits for room in the broker until that closes.
    await Promise.all([server?.close(), embedded.stop()]);
  }
}

/** Answers probes while it stands by, as one that is alive and not ready; then does what one alone does. */
async function watchAsLeader(watching: Watching): Promise<void> {
  const { connection, config, clock, observed, signal } = watching;
  const { log } = observed;
  const world = createWorld(connection, config.podNamespace, { ...observed, clock });
  const app = standbyApp(config, observed);
  let standby: Listening | undefined = await listen(app, {
    port: config.port,
    graceMs: config.shutdownGraceMs,
  });
  app.stop();
  const wait = (delayMs: number, until: AbortSignal) =>
    sleep(delayMs, undefined, { signal: until }).catch(() => undefined);
  try {
    const holder = `${hostname()}_${process.pid}`;
    await whileLeading({ lock: world.leadership, holder, clock, log, wait, signal }, async (leading) => {
      await standby?.close();
      standby = undefined;
      await watch({ ...watching, signal: leading });
    });
  } finally {
    await standby?.close();
    await world.close();
  }
}
