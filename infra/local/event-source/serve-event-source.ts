import type { Config, Environment } from '../../../shared/config/config.ts';
import type { EventRoute } from '../../../shared/config/event-routes.ts';
import type { Clock } from '../../../shared/domain/units.ts';
import { timedAudit } from '../../../shared/events/timed-audit.ts';
import { createEventApp, type EventApp } from '../../../shared/http/event-app.ts';
import { type Listening, listen } from '../../../shared/http/server.ts';
import { ApiClient } from '../../../shared/kubernetes/api-client.ts';
import { type ConnectionOptions, loadConnection } from '../../../shared/kubernetes/kube-config.ts';
import type { LogTarget } from '../../../shared/observability/logger.ts';
import { observeFunction } from '../../../shared/observability/observe-function.ts';
import type { Log } from '../../../shared/runtime/ports.ts';
import type { ServerlessFunction } from '../../../shared/runtime/serverless-function.ts';
import { observeProcess, type ProcessObservability } from '../../server/observe-process.ts';
import { aborted } from '../../server/stop-signal.ts';
import { type Broker, createBroker } from '../broker/broker.ts';
import { isWanted } from '../broker/is-wanted.ts';
import { totalDepth } from '../broker/total-depth.ts';
import { finish } from '../finish.ts';
import { runEventSource } from './event-source.ts';
import { gatewaySubscriber } from './gateway-subscriber.ts';

export interface EventSourceServerOptions {
  readonly routes: readonly EventRoute[];
  readonly gateway: URL;
  readonly config: Config;
  readonly env: Environment;
  /** How the cluster is reached. */
  readonly cluster: Omit<ConnectionOptions, 'env'>;
  readonly clock: Clock;
  /** Takes the log, one JSON object a line. */
  readonly logTo: LogTarget;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Changes of the cluster that a function may have under way: what its gateway takes within the time that one may take. */
const CAPACITY = 100;

/**
 * What OpenFaaS does not have: tells functions, behind its gateway, what changes in the cluster, and hands them what functions publish,
 * which is posted to `PORT`. Changes are tried again as our broker does it, and what is given up on the next audit makes up for; what
 * functions publish is answered when everybody who is to get it has it, so that they keep it until then.
 *
 * @throws KubeConfigError, ConfigInvalidError when the port is taken
 */
export async function serveEventSource(options: EventSourceServerOptions): Promise<void> {
  const { config, env, cluster, clock, logTo, signal } = options;
  const observed = observeProcess('event-source', config, logTo);
  const { log, metrics } = observed;
  const connection = loadConnection({ ...cluster, env, inputs: 'live' });
  const subscribers = options.routes.map((route) => gatewaySubscriber(route, options.gateway, config));
  const broker = brokerFor(subscribers, clock, observed);
  const app = intakeFor(subscribers, config, observed);
  const server: Listening = await listen(app, { port: config.port, graceMs: config.shutdownGraceMs });
  const client = new ApiClient(connection, {
    clock,
    onCall: (verb, resource, outcome, seconds) => metrics.apiCall(resource, verb, outcome, seconds),
  });
  const ending = new AbortController();
  const source = runEventSource(client, {
    clock,
    log,
    publish: (event) => broker.offer(event),
    // Thousands of events about what exists would keep the queue of OpenFaaS from what happens.
    askForAudit: () => broker.publish(timedAudit('all', config.clusterName, clock.now())),
    signal: ending.signal,
  });
  try {
    log.info({ port: server.port, server: connection.server, gateway: options.gateway.host }, 'watching');
    await Promise.race([aborted(signal), source]);
  } finally {
    ending.abort();
    await Promise.all([server.close(), finish(broker, source, { config, log })]);
    client.close();
    log.info({}, 'stopped');
  }
}

/** Changes are many: what became of each is of interest to who looks for a fault. */
function brokerFor(
  subscribers: readonly ServerlessFunction[],
  clock: Clock,
  { log, metrics }: ProcessObservability,
): Broker {
  const quiet: Log = {
    debug: (facts, message) => log.debug(facts, message),
    info: (facts, message) => log.debug(facts, message),
    warn: (facts, message) => log.warn(facts, message),
    error: (facts, message) => log.error(facts, message),
  };
  const broker = createBroker({
    clock,
    log,
    metrics: { queueDepth: totalDepth(metrics.queueDepth), deadLettered: metrics.deadLettered },
    capacity: CAPACITY,
  });
  for (const subscriber of subscribers) {
    const { name, consumes } = subscriber.manifest;
    broker.subscribe(name, consumes, observeFunction(subscriber, { log: quiet, metrics }));
  }
  return broker;
}

/** Takes an event when all who are to get it have it. */
function intakeFor(
  subscribers: readonly ServerlessFunction[],
  { maxBodyBytes, maxConcurrentEvents, sinkTimeoutMs }: Config,
  { log, metrics }: ProcessObservability,
): EventApp {
  const intake: ServerlessFunction = {
    manifest: {
      name: 'event-source',
      summary: 'Hands functions what functions publish.',
      consumes: subscribers.flatMap(({ manifest }) => manifest.consumes),
      emits: [],
      permissions: [],
      requestTimeoutMs: sinkTimeoutMs,
    },
    async handle(event) {
      const addressees = subscribers.filter(({ manifest }) => isWanted(event, manifest.consumes));
      // Whoever can be reached gets it now, whoever else fails.
      const ends = await Promise.allSettled(addressees.map((it) => it.handle(event)));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
      return addressees.length === 0 ? 'ignored' : 'done';
    },
  };
  return createEventApp(observeFunction(intake, { log, metrics }), {
    log,
    metrics,
    maxBodyBytes,
    maxConcurrent: maxConcurrentEvents,
    maxWaiting: maxConcurrentEvents,
    exposition: metrics,
  });
}
