import { createFunction as createAudit } from '../../functions/audit/handler.ts';
import { createFunction as createDaemonSetChanged } from '../../functions/daemonset-changed/handler.ts';
import { createFunction as createDiagnose } from '../../functions/diagnose/handler.ts';
import { createFunction as createHandlerPodChanged } from '../../functions/handler-pod-changed/handler.ts';
import { createFunction as createNodeChanged } from '../../functions/node-changed/handler.ts';
import { createFunction as createNotify, type NotifySettings } from '../../functions/notify/handler.ts';
import { createFunction as createPlacementChanged } from '../../functions/placement-changed/handler.ts';
import { createFunction as createWorkloadChanged } from '../../functions/workload-changed/handler.ts';
import { parseNotifyConfig, usualNotifyConfig } from '../../shared/config/notify-config.ts';
import type { ClusterFacts } from '../../shared/domain/cluster-facts.ts';
import { FactsCollector } from '../../shared/domain/facts-collector.ts';
import { type ClusterObject, KINDS } from '../../shared/domain/objects.ts';
import { type Clock, durationMs, type EpochMs, epochMs } from '../../shared/domain/units.ts';
import type { IncidentData } from '../../shared/events/incident-data.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import type { Channel } from '../../shared/runtime/channel.ts';
import { Judge } from '../../shared/runtime/judge.ts';
import type { ServerlessFunction } from '../../shared/runtime/serverless-function.ts';
import { aCluster, evidenceOf } from './facts.ts';
import { FakeIncidents } from './fake-incidents.ts';
import { NO_METRICS, SILENT_LOG } from './runtime-ports.ts';

const CREATORS = [
  createHandlerPodChanged,
  createWorkloadChanged,
  createNodeChanged,
  createDaemonSetChanged,
  createPlacementChanged,
  createAudit,
  createDiagnose,
];

export interface StoryOptions {
  /** How many of each function there are, each with a memory of its own; every event comes to all of them. One unless told. */
  readonly instances?: number;
  /** How often each published event is delivered; once unless told. */
  readonly times?: number;
  /** Which of so many waiting events is next; the first unless told. */
  readonly pick?: (waiting: number) => number;
  /** Who is told of incidents; by the world's clock. */
  readonly channels?: (clock: Clock) => readonly Channel[];
}

/** All channels are told of what is open. */
function settingsFor(channels: readonly Channel[]): NotifySettings {
  const names = channels.map(({ name }) => name).join();
  const text = `channels: [${channels.map(({ name }) => `{type: log, name: ${name}}`).join()}]\nroutes: [{channels: [${names}]}]`;
  const secrets = { readFile: () => '', env: {} };
  return channels.length === 0 ? usualNotifyConfig() : parseNotifyConfig(text, { file: 'story', secrets });
}

/** All functions on one cluster, whose state a test sets; what they publish goes to those who consume it, and is kept. */
export class StoryWorld {
  readonly incidents = new FakeIncidents();
  readonly published: ProductEvent[] = [];
  #objects: readonly ClusterObject[] = [];
  #now = 0;
  #queue: ProductEvent[] = [];
  #audits = 0;
  readonly #functions: readonly ServerlessFunction[];
  readonly #options: StoryOptions;

  constructor(options: StoryOptions = {}) {
    this.#options = options;
    this.#functions = Array.from({ length: options.instances ?? 1 }, () => this.#instance()).flat();
  }

  /** The world's own time. */
  readonly clock: Clock = { now: () => epochMs(this.#now) };

  set(objects: readonly ClusterObject[], at: EpochMs): void {
    this.#objects = objects;
    this.#now = at;
  }

  /** Delivers an event to every instance of every function that consumes it, and what follows from it as well. */
  async deliver(event: IncomingEvent): Promise<void> {
    await this.#handle(event);
    for (let next = this.#next(); next !== undefined; next = this.#next()) await this.#handle({ ...next });
  }

  /** The first that waits, or any of them. */
  #next(): ProductEvent | undefined {
    const [next] = this.#queue.splice(this.#options.pick?.(this.#queue.length) ?? 0, 1);
    return next;
  }

  /** Asks for an audit of everything. */
  async audit(): Promise<void> {
    this.#audits += 1;
    const id = `audit-${this.#audits}`;
    const type = 'dev.kubevirt-orphans.audit.requested.v1';
    await this.deliver({ specversion: '1.0', id, source: '/test', type, data: { scope: 'all' } });
  }

  /** Changes of state that were told of a node, each once, with cause or resolution. */
  statesOf(node: string): readonly string[] {
    const ids = new Map(
      this.published.filter((event) => event.node === node).map((event) => [event.id, event]),
    );
    return [...ids.values()].flatMap(({ type, cause, data }) => {
      const name = type.replace(/^.*incident\.|\.v1$/g, '');
      const { incident, causes } = data as IncidentData;
      if (name === 'updated' || name === 'diagnosed') return [];
      return [`${name}: ${incident.resolution ?? causes[0]?.code ?? cause}`];
    });
  }

  /** What is not over: node, state, causes and VMIs. */
  unresolved(): readonly string[] {
    const all = [...this.incidents.records.values()].flatMap(({ incident }) =>
      incident === undefined ? [] : [incident],
    );
    return all
      .filter(({ state }) => state !== 'Resolved')
      .map(({ node, state, causes, vmis }) =>
        [node, state, causes.map(({ code }) => code).join('+'), vmis.map(({ name }) => name).join()].join(
          ' ',
        ),
      )
      .sort();
  }

  async #handle(event: IncomingEvent): Promise<void> {
    await Promise.all(
      this.#functions
        .filter(({ manifest }) => manifest.consumes.some((it) => passes(event, it)))
        .map((fn) => fn.handle(event)),
    );
  }

  #instance(): readonly ServerlessFunction[] {
    const ports = {
      incidents: this.incidents,
      sink: {
        publish: async (event: ProductEvent) => {
          this.published.push(event);
          this.#queue.push(...Array.from({ length: this.#options.times ?? 1 }, () => event));
        },
      },
      clock: this.clock,
      log: SILENT_LOG,
      metrics: NO_METRICS,
      policy: { graceMs: durationMs(120_000) },
      clusterName: 'recorded',
      wait: async () => undefined,
      objects: {
        get: async (kind: string, namespace: string, name: string) =>
          this.#objects.find(
            (it) =>
              it.kind === kind && it.metadata.name === name && (it.metadata.namespace ?? '') === namespace,
          ),
      },
      nodes: { read: async () => this.#facts() },
      cluster: { read: async () => this.#facts() },
      clusterOf: (node: string) => aCluster(this.#facts(node), evidenceOf([])),
    };
    const judge = new Judge(ports);
    const channels = this.#options.channels?.(this.clock) ?? [];
    const notifying = { channels, settings: settingsFor(channels), incidentNamespace: async () => 'orphans' };
    return [...CREATORS, createNotify].map((create) => create({ ...ports, ...notifying, judge }));
  }

  #facts(detailsOf?: string): ClusterFacts {
    const collector = new FactsCollector(detailsOf);
    for (const kind of KINDS) collector.markRead(kind);
    for (const object of this.#objects) collector.add(object);
    return collector.finish(() => ({ code: 'Forbidden', kind: 'Pod', message: '' }), epochMs(this.#now));
  }
}

function passes(
  event: IncomingEvent,
  { type, attributes = {} }: { type: string; attributes?: Record<string, string> },
): boolean {
  return event.type === type && Object.entries(attributes).every(([name, value]) => event[name] === value);
}
