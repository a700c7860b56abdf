import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import type { Cluster } from './describe-cluster.ts';
import type { FunctionProcess } from './function-process.ts';
import { OpenfaasGateway, post } from './openfaas-gateway.ts';
import { type FunctionObject, openfaasKinds, startEventSource, startFunction } from './openfaas-pods.ts';
import { RecordingService } from './recording-service.ts';
import { until } from './until.ts';

const OURS = { labelSelector: 'app.kubernetes.io/part-of=kubevirt-orphans' };
const SETTLED_MS = 30_000;

/** As much of OpenFaaS as is needed: it runs what is deployed in a cluster, every function and the event source as a process. */
export class Openfaas {
  readonly gateway: OpenfaasGateway;
  /** What runs; the event source is one of them. */
  readonly processes: FunctionProcess[] = [];
  readonly #service: RecordingService;
  readonly #folder: string;
  #functions: readonly FunctionObject[] = [];

  private constructor(gateway: OpenfaasGateway, service: RecordingService, folder: string) {
    this.gateway = gateway;
    this.#service = service;
    this.#folder = folder;
  }

  /** Runs the Functions and the event source that are in the cluster. */
  static async start(cluster: Cluster): Promise<Openfaas> {
    const folder = await mkdtemp(join(tmpdir(), 'openfaas-'));
    const openfaas = new Openfaas(await OpenfaasGateway.start(), await RecordingService.start(), folder);
    try {
      await openfaas.#startAll(cluster);
    } catch (error) {
      await openfaas.stop();
      throw error;
    }
    return openfaas;
  }

  /** What functions published, and the event source has handed on. */
  get published(): readonly IncomingEvent[] {
    return this.#service.accepted;
  }

  /**
   * Calls every function that has this schedule, as the cron connector does. @returns what it is answered
   *
   * @see openfaas/cron-connector `types/cron_function.go`: POST to /function/NAME.NAMESPACE, without a body or headers of its own
   */
  cron(schedule: string): Promise<readonly number[]> {
    const called = this.#functions.filter(
      ({ spec: { annotations = {} } }) =>
        annotations['topic'] === 'cron-function' && annotations['schedule'] === schedule,
    );
    const headers = { 'user-agent': 'Go-http-client/1.1' };
    return Promise.all(
      called.map(({ metadata: { name, namespace } }) =>
        post(new URL(`${this.gateway.url}/function/${name}.${namespace}`), headers),
      ),
    );
  }

  /** Waits until every change was told, and what followed from it. */
  async settled(): Promise<void> {
    const source = this.processes.find(({ name }) => name === 'event-source');
    const isSettled = async () =>
      this.gateway.underWay === 0 && (await source?.metric('kubevirt_orphans_queue_depth')) === 0;
    await until('the queues are empty', isSettled, SETTLED_MS);
  }

  /** @throws Error when a process does not end well */
  async stop(): Promise<void> {
    const ended = await Promise.allSettled(this.processes.map((it) => it.stop()));
    await this.gateway.close();
    await this.#service.close();
    await rm(this.#folder, { recursive: true });
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  }

  async #startAll(cluster: Cluster): Promise<void> {
    const services = await cluster.api.list(openfaasKinds.service, OURS);
    const urls = services.map(
      ({ metadata: { name, namespace } }) => `http://${name}.${namespace}.svc.cluster.local`,
    );
    const resolve = (url: string): string => {
      if (urls.includes(url)) return this.#service.url;
      throw new Error(`no Service is at ${url}: there are ${urls.join(', ')}`);
    };
    const context = { cluster, folder: this.#folder, resolve };
    this.#functions = await cluster.api.list(openfaasKinds.function, OURS);
    const starts = this.#functions.map(async (it) => {
      const started = await startFunction(it, context);
      this.processes.push(started);
      this.gateway.deploy(it.spec.name, started.url);
    });
    // All of them, also when one fails: what starts after the others were ended would be left running.
    for (const start of await Promise.allSettled(starts)) if (start.status === 'rejected') throw start.reason;
    // Last: what it asks for at once is lost where there is no such function yet, until the next audit.
    const [deployment] = await cluster.api.list(openfaasKinds.deployment, OURS);
    if (deployment === undefined) throw new Error('there is no event source');
    const source = await startEventSource(deployment, this.gateway.url, context);
    this.processes.push(source);
    this.#service.target = source.url;
    // In an order that does not depend on which was ready first.
    this.processes.sort((left, right) => left.name.localeCompare(right.name));
  }
}
