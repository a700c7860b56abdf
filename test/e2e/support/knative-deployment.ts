import { FUNCTION_NAMES } from '../../../infra/server/catalog.ts';
import { serviceAccountKubeconfig } from './control-plane.ts';
import type { Cluster } from './describe-cluster.ts';
import { EventRouter } from './event-router.ts';
import { FunctionProcess } from './function-process.ts';
import { periodOf, pingEvent, watchAll } from './knative-sources.ts';
import { KubeApi } from './kube-api.ts';
import { readKubeconfig } from './kubeconfig.ts';
import type { KubeObject } from './objects.ts';
import {
  type ApiServerSource,
  type Broker,
  deadLetter,
  type RenderedKnative,
  renderedKnative,
  type Service,
  type Trigger,
  toPolicy,
} from './rendered-knative.ts';
import { environmentOf, type Variables } from './rendered-pod.ts';
import { passes } from './trigger-filter.ts';

export interface DeploymentOptions {
  /** As kubectl builds them; what is not of Knative's is in the cluster already. */
  readonly objects: readonly KubeObject[];
  /** How many times as fast as rendered timers and waits between tries are; 20 unless told. */
  readonly speed?: number;
  /** Variables that no manifest has, such as `NODE_OPTIONS`. */
  readonly env?: Variables;
}

/**
 * Stands in for Knative: reads the rendered objects and does what they say. Brokers are on the loopback interface, every Service is a process of its
 * own with a token of its own, Triggers filter and deliver again and give up into the broker that they name.
 */
export class KnativeDeployment {
  readonly functions = new Map<string, FunctionProcess>();
  readonly #brokers = new Map<string, EventRouter>();
  readonly #rendered: RenderedKnative;
  readonly #speed: number;
  readonly #stop = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #clients: KubeApi[] = [];
  #sources: Promise<unknown> = Promise.resolve();
  #failure: Error | undefined;

  private constructor({ objects, speed = 20 }: DeploymentOptions) {
    this.#rendered = renderedKnative(objects);
    this.#speed = speed;
  }

  /** Starts brokers and functions; sources are silent until they are started. */
  static async start(cluster: Cluster, options: DeploymentOptions): Promise<KnativeDeployment> {
    const deployment = new KnativeDeployment(options);
    try {
      await deployment.#startBrokers();
      await deployment.#startServices(cluster, options.env ?? {});
      deployment.#subscribe((service) => deployment.urlOf(service));
    } catch (error) {
      await deployment.stop();
      throw error;
    }
    return deployment;
  }

  /** The same brokers and Triggers, before other subscribers. @param urls - by the name of the Service that they replace */
  static async startBrokers(
    options: DeploymentOptions,
    urls: Readonly<Record<string, string>>,
  ): Promise<KnativeDeployment> {
    const deployment = new KnativeDeployment(options);
    await deployment.#startBrokers();
    deployment.#subscribe((service) => urls[service]);
    return deployment;
  }

  /** @throws Error when none is rendered under that name */
  broker(name = 'events'): EventRouter {
    const found = this.#brokers.get(name);
    if (found === undefined) throw new Error(`there is no broker ${name}`);
    return found;
  }

  /** @throws Error when none is rendered under that name */
  urlOf(service: string): string {
    const found = this.functions.get(service);
    if (found === undefined) throw new Error(`there is no service ${service}`);
    return found.url;
  }

  /** Starts what makes events. @returns the rights that sources asked for, as `rightsOf` has them */
  async startSources(cluster: Cluster): Promise<readonly string[]> {
    const { pingSources, apiServerSources } = this.#rendered;
    for (const source of pingSources) {
      const { name } = source.spec.sink.ref;
      const everyMs = (periodOf(source.spec.schedule) * 1_000) / this.#speed;
      this.#timers.push(setInterval(() => this.broker(name).offer(pingEvent(source)), everyMs));
    }
    const started = await Promise.all(apiServerSources.map((source) => this.#watch(cluster, source)));
    this.#sources = Promise.all(started.map(({ ended }) => ended)).catch((error: unknown) => {
      if (!this.#stop.signal.aborted)
        this.#failure = error instanceof Error ? error : new Error(String(error));
    });
    return started.flatMap(({ asked }) => asked);
  }

  /** Ends what makes events, for good. @throws Error when a source ended early */
  async stopSources(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#stop.abort();
    await this.#sources;
    for (const client of this.#clients) client.close();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** @throws Error when a function does not end well, or a source ended early */
  async stop(): Promise<void> {
    const sources = this.stopSources();
    await sources.catch(() => undefined);
    const ended = await Promise.allSettled([...this.functions.values()].map((it) => it.stop()));
    await Promise.all([...this.#brokers.values()].map((it) => it.close()));
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
    await sources;
  }

  async #startBrokers(): Promise<void> {
    for (const { metadata } of this.#rendered.brokers)
      this.#brokers.set(metadata.name, await EventRouter.start());
  }

  async #startServices(cluster: Cluster, env: Variables): Promise<void> {
    const starts = await Promise.allSettled(
      this.#rendered.services.map(async (service) => {
        const process = await startService(cluster, service, { ...env, ...this.#given(service) });
        this.functions.set(service.metadata.name, process);
      }),
    );
    for (const start of starts) if (start.status === 'rejected') throw start.reason;
  }

  /** What Knative gives a container: its name, and where a SinkBinding has it publish. */
  #given({ metadata }: Service): Variables {
    const binding = this.#rendered.sinkBindings.find(({ spec: { subject } }) =>
      Object.entries(subject.selector.matchLabels).every(([key, value]) => metadata.labels?.[key] === value),
    );
    const sink = binding && this.broker(binding.spec.sink.ref.name).url;
    return { K_SERVICE: metadata.name, ...(sink !== undefined && { K_SINK: sink }) };
  }

  #subscribe(urlOf: (service: string) => string | undefined): void {
    for (const trigger of this.#rendered.triggers) {
      const { name } = trigger.spec.subscriber.ref;
      const url = urlOf(name);
      if (url === undefined) continue;
      const policy = this.#policyOf(trigger);
      this.broker(trigger.spec.broker).subscribe({ name, url, wants: passes(trigger.spec), policy });
    }
  }

  /** A Trigger's own delivery replaces that of its broker. */
  #policyOf({ spec }: Trigger) {
    const broker = this.#rendered.brokers.find(({ metadata }) => metadata.name === spec.broker);
    const delivery = spec.delivery ?? (broker as Broker).spec.delivery ?? {};
    const sink = delivery.deadLetterSink?.ref.name;
    return toPolicy(delivery, this.#speed, (letter) => {
      if (sink !== undefined) this.broker(sink).offer(deadLetter(letter));
    });
  }

  async #watch(cluster: Cluster, source: ApiServerSource) {
    const account = { namespace: source.metadata.namespace, name: source.spec.serviceAccountName };
    const config = readKubeconfig(await serviceAccountKubeconfig(cluster.plane, account));
    const api = new KubeApi(config);
    this.#clients.push(api);
    const access = { api, admin: cluster.api, server: config.server };
    const broker = this.broker(source.spec.sink.ref.name);
    return watchAll(source, access, (event) => broker.offer(event), this.#stop.signal);
  }
}

/** Runs the built program as the image's entry point does, with the rendered arguments. */
async function startService(
  cluster: Cluster,
  { metadata, spec }: Service,
  given: Variables,
): Promise<FunctionProcess> {
  const pod = spec.template.spec;
  const [{ args }] = pod.containers;
  const name = FUNCTION_NAMES.find((it) => it === args[0]);
  if (name === undefined || args.length > 1) throw new Error(`there is no function ${args.join(' ')}`);
  return FunctionProcess.start(name, await environmentOf(cluster, metadata, pod, given));
}
