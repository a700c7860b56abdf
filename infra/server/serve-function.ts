import {
  type Config,
  type Environment,
  readServedConfig,
  type ServedConfig,
} from '../../shared/config/config.ts';
import type { Clock } from '../../shared/domain/units.ts';
import { timedAudit } from '../../shared/events/timed-audit.ts';
import { createEventApp, type EventAppOptions } from '../../shared/http/event-app.ts';
import { type Listening, listen } from '../../shared/http/server.ts';
import { failureFacts } from '../../shared/observability/failure-facts.ts';
import type { LogTarget } from '../../shared/observability/logger.ts';
import { observeFunction } from '../../shared/observability/observe-function.ts';
import type { EventSink, Log } from '../../shared/runtime/ports.ts';
import { type FunctionName, loadFunction } from './catalog.ts';
import { createFunctionPorts, type Notification, type Remediation } from './function-ports.ts';
import { intakeOf } from './intake.ts';
import { type LazyWorld, lazyWorld } from './lazy-world.ts';
import type { NotificationParts } from './notification.ts';
import { observeProcess, type ProcessObservability } from './observe-process.ts';

/** What a served function touches of its process. */
export interface ServeOptions {
  readonly env: Environment;
  readonly clock: Clock;
  /** Takes the log, one JSON object a line. */
  readonly logTo: LogTarget;
}

/** A function that is being served. Its `close` ends the connections to the cluster too. */
export interface Served extends Listening {
  /** Loads what the first events did not need, and finds out what is wrong with it. @throws KubeConfigError */
  load(): Promise<void>;
}

/**
 * Serves one function behind HTTP, as Knative and OpenFaaS run it: everything it needs is told by the environment.
 *
 * @throws ConfigInvalidError with every mistake in the environment, and when the port is taken
 */
export async function serveFunction(
  name: FunctionName,
  { env, clock, logTo }: ServeOptions,
): Promise<Served> {
  const config = readServedConfig(env);
  const observed = observeProcess(name, config, logTo);
  const { log, metrics } = observed;
  const world = liveWorld(config, env, { clock, ...observed });
  const create = await loadFunction(name);
  const notification = await notificationOf(name, config, { env, clock, log, recorder: world.events });
  const remediation = await remediationOf(name, config, { env, clock, log });
  const parts = { world, sink: lazySink(config), clock, log, metrics, notification, remediation };
  const fn = create(createFunctionPorts(parts, config));
  const watched = observeFunction(fn, observed);
  const addRoutes = await intakeOf(name, {
    config,
    remediation,
    clock,
    metrics,
    world,
    handle: watched.handle,
  });
  const app = createEventApp(watched, {
    log,
    metrics,
    maxBodyBytes: config.maxBodyBytes,
    maxConcurrent: config.maxConcurrentEvents,
    maxWaiting: config.maxConcurrentEvents,
    onQueueDepth: metrics.queueDepth,
    exposition: metrics,
    ...onBareRequest(config, parts.sink, parts),
    ...(addRoutes && { addRoutes }),
  });
  const listening = await listen(app, { port: config.port, graceMs: config.shutdownGraceMs });
  log.info({ port: listening.port, sink: config.sink.host }, 'listening');
  return {
    ...listening,
    load: () => world.load(),
    close: async () => {
      const isFinished = await listening.close();
      if (!isFinished) log.warn({ graceMs: config.shutdownGraceMs }, 'what did not end in time was cut off');
      await world.close();
      log.info({}, 'stopped');
      return isFinished;
    },
  };
}

/** The audit that a timer asks for which cannot say it: published, for everybody who gets such requests. */
function onBareRequest(
  { cronScope, clusterName }: Config,
  sink: EventSink,
  { clock, log }: Pick<ServeParts, 'clock' | 'log'>,
): Pick<EventAppOptions, 'onBareRequest'> {
  if (cronScope === undefined) return {};
  return {
    onBareRequest: async () => {
      try {
        await sink.publish(timedAudit(cronScope, clusterName, clock.now()));
      } catch (error) {
        // Whoever asked has no use for the answer.
        log.warn(
          { scope: cronScope, ...failureFacts(error) },
          'an audit was left out: the next one makes up for it',
        );
        throw error;
      }
    },
  };
}

interface ServeParts {
  readonly env: Environment;
  readonly clock: Clock;
  readonly log: Log;
}

/** What only the function that tells people has, and only it loads. @throws ConfigInvalidError */
async function notificationOf(
  name: FunctionName,
  { notifyConfig }: Config,
  parts: NotificationParts,
): Promise<Notification | undefined> {
  if (name !== 'notify') return undefined;
  const { readNotification } = await import('./notification.ts');
  return readNotification(notifyConfig, parts);
}

/** What only the functions that repair, and that send links which approve, have. @throws ConfigInvalidError */
async function remediationOf(
  name: FunctionName,
  { remediateConfig, clusterName }: Config,
  { env, clock, log }: ServeParts,
): Promise<Remediation | undefined> {
  if (name !== 'remediate' && (name !== 'notify' || remediateConfig === undefined)) return undefined;
  const { readRemediation } = await import('./remediation.ts');
  return readRemediation(remediateConfig, { env, clusterName, clock, log });
}

/** The live cluster, whose client is loaded when it is first needed. */
function liveWorld(
  { podNamespace }: Config,
  env: Environment,
  { clock, log, metrics }: ProcessObservability & { readonly clock: Clock },
): LazyWorld {
  return lazyWorld(async () => {
    const { connectWorld } = await import('./world.ts');
    return connectWorld(env, podNamespace, { clock, log, metrics });
  });
}

/** The sink, whose code is loaded with the first event that is published. */
function lazySink({ sink: url, sinkExtensions, sinkTimeoutMs, sinkCaCerts }: ServedConfig): EventSink {
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
