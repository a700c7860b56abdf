import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config, Environment } from '../../shared/config/config.ts';
import type { Clock } from '../../shared/domain/units.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import { type Listening, listen } from '../../shared/http/server.ts';
import { type ConnectionOptions, loadConnection } from '../../shared/kubernetes/kube-config.ts';
import type { LogTarget } from '../../shared/observability/logger.ts';
import type { ProcessMetrics } from '../../shared/observability/metrics.ts';
import { alertAccess } from '../server/alert-access.ts';
import { observeProcess, type ProcessObservability } from '../server/observe-process.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { intakeApp } from './intake-app.ts';
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
 * Where several run, one leads: it alone watches the cluster and asks for audits. Whatever comes in from outside, each deals with, as
 * instances of a served function do: nothing is kept but in records, which let one of two who act at once. So all are ready, a Service
 * reaches any of them, and also while nobody leads. That a Service reached only the leader would need a label on its pod: RBAC cannot say
 * "of its own pod", and who may patch a pod may change its image. To hand everything on to the leader would be a second way to lose it.
 *
 * @throws KubeConfigError, KUBE_ errors, also when the lead was lost, ConfigInvalidError when the port is taken
 */
export async function runLive(options: RunLiveOptions): Promise<void> {
  const { config, env, cluster, clock, onEvent, logTo, signal } = options;
  const observed = observeProcess('all', config, logTo);
  // What is wrong with its secrets is told before the cluster is asked.
  alertAccess(config.alertAccess);
  const connection = loadConnection({ ...cluster, env, inputs: 'live' });
  const lead = config.leaderElection ? createLead({ ...observed, clock, signal }) : undefined;
  const metrics = lead?.metrics ?? observed.metrics;
  const embedded = await startEmbedded({ connection, config, env, clock, onEvent, ...observed, metrics });
  let server: Listening | undefined;
  try {
    const app = await intakeApp(embedded, config, { ...observed, clock });
    server = await listen(app, { port: config.port, graceMs: config.shutdownGraceMs });
    observed.log.info({ port: server.port, server: connection.server }, 'listening');
    if (lead === undefined) await embedded.watch(signal);
    else await lead.watch(embedded);
  } finally {
    // Both at once: what is being posted waits for room in the broker until that closes.
    await Promise.all([server?.close(), embedded.stop()]);
  }
}

type LeadParts = ProcessObservability & Pick<RunLiveOptions, 'clock' | 'signal'>;

interface Lead {
  /** Tells what sweeps find only while we lead: nobody would correct, with a later sweep, what we found when an alert asked for one. */
  readonly metrics: ProcessMetrics;
  /** Watches the cluster as long as we lead. */
  watch(embedded: Embedded): Promise<void>;
}

function createLead({ clock, log, metrics, signal }: LeadParts): Lead {
  let isLeading = false;
  const holder = `${hostname()}_${process.pid}`;
  const wait = (delayMs: number, until: AbortSignal) =>
    sleep(delayMs, undefined, { signal: until }).catch(() => undefined);
  return {
    metrics: { ...metrics, sweepFound: (found) => (isLeading ? metrics.sweepFound(found) : undefined) },
    watch: ({ world, watch }) =>
      whileLeading({ lock: world.leadership, holder, clock, log, wait, signal }, (leading) => {
        isLeading = true;
        return watch(leading);
      }),
  };
}
