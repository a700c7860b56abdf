import { randomUUID } from 'node:crypto';
import { runEventSource } from '../../../infra/local/event-source/event-source.ts';
import { MANIFESTS } from '../../../infra/render/manifests.ts';
import { FUNCTION_NAMES, type FunctionName } from '../../../infra/server/catalog.ts';
import { epochMs } from '../../../shared/domain/units.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import { ApiClient } from '../../../shared/kubernetes/api-client.ts';
import { loadConnection } from '../../../shared/kubernetes/kube-config.ts';
import type { Subscription } from '../../../shared/runtime/function-manifest.ts';
import { SILENT_LOG } from '../../support/runtime-ports.ts';
import { EventRouter } from './event-router.ts';
import { FunctionProcess } from './function-process.ts';
import { until } from './until.ts';

/** How ApiServerSource tells objects: whole, or by their names only. */
export type Mode = 'Resource' | 'Reference';

export interface KnativeOptions {
  readonly kubeconfig: string;
  /** The namespace of the records, which exists. */
  readonly namespace: string;
  /** How many processes of each function; every one of them is sent every event. 1 unless told. */
  readonly instances?: number | undefined;
  /** All of them unless told. */
  readonly functions?: readonly FunctionName[];
  /** Variables of the functions' environment. */
  readonly env?: Readonly<Record<string, string>>;
}

const clock = { now: () => epochMs(Date.now()) };

/** As much of Knative as the functions need: an event source, a broker with triggers, and the functions as processes. */
export class Knative {
  readonly router: EventRouter;
  readonly functions: FunctionProcess[] = [];
  readonly #stop = new AbortController();
  #source: Promise<void> | undefined;
  #client: ApiClient | undefined;

  private constructor(router: EventRouter) {
    this.router = router;
  }

  static async start(options: KnativeOptions): Promise<Knative> {
    const knative = new Knative(await EventRouter.start());
    try {
      await knative.#startFunctions(options);
    } catch (error) {
      await knative.stop();
      throw error;
    }
    return knative;
  }

  /** Tells what happens in the cluster from now on, and what exists already. */
  watch(kubeconfig: string, mode: Mode): void {
    const tell = mode === 'Resource' ? (event: IncomingEvent) => event : toReference;
    this.#client = new ApiClient(loadConnection({ kubeconfig, env: {} }), { clock });
    this.#source = runEventSource(this.#client, {
      clock,
      log: SILENT_LOG,
      publish: async (event) => this.router.offer(tell(event)),
      signal: this.#stop.signal,
    });
  }

  /** What PingSource does. @returns the event's id */
  ping(scope: 'all' | 'unsettled'): string {
    const id = randomUUID();
    this.router.offer({
      specversion: '1.0',
      id,
      source: '/apis/v1/namespaces/kubevirt-orphans/pingsources/audit',
      type: 'dev.knative.sources.ping',
      data: { scope },
    });
    return id;
  }

  /** Has every node audited, and waits for what follows from it. */
  async audit(): Promise<void> {
    await this.router.idle();
    const completed = `audit-completed.${this.ping('all')}`;
    await until('the audit is completed', async () =>
      this.router.published.some(({ id }) => id === completed),
    );
    await this.router.idle();
  }

  /** The processes of one function. @throws Error when there are none */
  processOf(name: FunctionName): FunctionProcess {
    const found = this.functions.find((it) => it.name === name);
    if (found === undefined) throw new Error(`${name} was not started`);
    return found;
  }

  /** @throws Error when a function does not end well */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#source;
    this.#client?.close();
    const ended = await Promise.allSettled(this.functions.map((it) => it.stop()));
    await this.router.close();
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  }

  async #startFunctions(options: KnativeOptions): Promise<void> {
    const { kubeconfig, namespace, instances = 1, functions = FUNCTION_NAMES, env } = options;
    const variables = {
      K_SINK: this.router.url,
      KUBECONFIG: kubeconfig,
      POD_NAMESPACE: namespace,
      LOG_LEVEL: 'warn',
      ...env,
    };
    const wanted = Array.from({ length: instances }, () => functions).flat();
    // All of them, also when one fails: what starts after the others were ended would be left running.
    const starts = await Promise.allSettled(
      wanted.map(async (name) => {
        const started = await FunctionProcess.start(name, variables);
        this.functions.push(started);
        this.router.subscribe({ name, url: started.url, wants: wantedBy(name) });
      }),
    );
    for (const start of starts) if (start.status === 'rejected') throw start.reason;
  }
}

/** What a Trigger would be rendered from. */
function wantedBy(name: FunctionName): (event: IncomingEvent) => boolean {
  const manifest = MANIFESTS.find((it) => it.name === name);
  if (manifest === undefined) throw new Error(`no manifest of ${name}`);
  const { consumes } = manifest;
  return (event) => consumes.some((wanted) => isWanted(event, wanted));
}

function isWanted(event: IncomingEvent, { type, attributes = {} }: Subscription): boolean {
  return event.type === type && Object.entries(attributes).every(([name, value]) => event[name] === value);
}

/** The same change in Reference mode, under an id that is chance, as all ids of ApiServerSource are. */
function toReference(event: IncomingEvent): IncomingEvent {
  const { type, kind, namespace, name, apiversion } = event;
  return {
    ...event,
    id: randomUUID(),
    type: type.replace('.resource.', '.ref.'),
    data: { kind, namespace, name, apiVersion: apiversion },
  };
}
