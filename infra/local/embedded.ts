import type { Config, Environment } from '../../shared/config/config.ts';
import type { Clock } from '../../shared/domain/units.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import type { Connection } from '../../shared/kubernetes/connection.ts';
import { observeFunction } from '../../shared/observability/observe-function.ts';
import type { EventSink } from '../../shared/runtime/ports.ts';
import type { ServerlessFunction } from '../../shared/runtime/serverless-function.ts';
import { FUNCTION_NAMES, loadFunction } from '../server/catalog.ts';
import { createFunctionPorts, type Remediation } from '../server/function-ports.ts';
import { readNotification } from '../server/notification.ts';
import type { ProcessObservability } from '../server/observe-process.ts';
import { readRemediation } from '../server/remediation.ts';
import { aborted } from '../server/stop-signal.ts';
import { createWorld, type LiveWorld } from '../server/world.ts';
import { startAuditTimers } from './audit-timers.ts';
import { type Broker, createBroker } from './broker/broker.ts';
import { totalDepth } from './broker/total-depth.ts';
import { runEventSource } from './event-source/event-source.ts';
import { finish } from './finish.ts';
import { sinkSubscriber } from './sink-subscriber.ts';

export interface EmbeddedOptions extends ProcessObservability {
  readonly connection: Connection;
  readonly config: Config;
  /** Where secrets of channels may be. */
  readonly env: Environment;
  readonly clock: Clock;
  /** Told of every event that we publish, once for each time that it is published. */
  readonly onEvent: (event: ProductEvent) => void;
}

/** All functions in one process, with what Knative would bring: broker, event source and schedule. */
export interface Embedded {
  readonly broker: Broker;
  readonly world: LiveWorld;
  readonly remediation: Remediation;
  /**
   * Has the functions told of what changes in the cluster, and of the time, until the signal is aborted. Without it they are told only what
   * is offered to the broker. To be called once.
   *
   * @throws the bug that ended the event source
   */
  watch(signal: AbortSignal): Promise<void>;
  /** Reads and begins nothing more, and waits for what runs, no longer than `SHUTDOWN_GRACE_SECONDS`. */
  stop(): Promise<void>;
}

/**
 * Starts all functions on one cluster.
 *
 * @throws ConfigInvalidError with every mistake of the notification file
 * @throws KUBE_ errors when the records cannot be kept: when the cluster is not reached, or their resource or namespace is missing
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { connection, config } = options;
  const world = createWorld(connection, config.podNamespace, options);
  let broker: Broker;
  let remediation: Remediation;
  try {
    // First what is wrong with the configuration, which no cluster has to be there for.
    remediation = await readRemediation(config.remediateConfig, {
      ...options,
      clusterName: config.clusterName,
    });
    broker = await subscribedBroker(options, world, remediation);
    await world.check();
  } catch (error) {
    await world.close();
    throw error;
  }
  const ending = new AbortController();
  let source = Promise.resolve();
  return {
    broker,
    world,
    remediation,
    watch: async (signal) => {
      void aborted(signal).then(() => ending.abort());
      source = watchCluster({ broker, world }, options, ending.signal);
      // It may have to wait for room in the broker: whoever stops us waits for it then.
      await Promise.race([source, aborted(ending.signal)]);
    },
    stop: async () => {
      ending.abort();
      await finish(broker, source, options);
      await world.close();
    },
  };
}

/** Event source and schedule, until the signal is aborted and nothing is under way any more. */
async function watchCluster(
  { broker, world }: Pick<Embedded, 'broker' | 'world'>,
  { clock, log, config }: EmbeddedOptions,
  signal: AbortSignal,
): Promise<void> {
  const stopTimers = startAuditTimers({ publish: (event) => broker.publish(event), clock, log, config });
  signal.addEventListener('abort', stopTimers, { once: true });
  const publish = (event: IncomingEvent) => broker.offer(event);
  await runEventSource(world.client, { clock, log, publish, signal }).finally(stopTimers);
}

/** A broker with every function, and the sink if there is one. */
async function subscribedBroker(
  options: EmbeddedOptions,
  world: LiveWorld,
  remediation: Remediation,
): Promise<Broker> {
  const { config, env, clock, log, metrics, onEvent } = options;
  const broker = createBroker({
    clock,
    log,
    metrics: { queueDepth: totalDepth(metrics.queueDepth), deadLettered: metrics.deadLettered },
  });
  const sink: EventSink = {
    publish: async (event) => {
      await broker.publish(event);
      onEvent(event);
    },
  };
  const subscribe = (subscriber: ServerlessFunction): void => {
    const { name, consumes } = subscriber.manifest;
    broker.subscribe(name, consumes, observeFunction(subscriber, options));
  };
  const notification = readNotification(config.notifyConfig, { env, clock, log, recorder: world.events });
  const ports = createFunctionPorts({ world, sink, clock, log, metrics, notification, remediation }, config);
  for (const name of FUNCTION_NAMES) subscribe((await loadFunction(name))(ports));
  if (config.sink !== undefined) subscribe(sinkSubscriber(config.sink, config));
  return broker;
}
