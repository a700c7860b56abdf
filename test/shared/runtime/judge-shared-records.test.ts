import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { observeNode } from '../../../shared/domain/incidents/observation.ts';
import { transition } from '../../../shared/domain/incidents/transition.ts';
import type { ClusterObject } from '../../../shared/domain/objects.ts';
import { shareIncidents } from '../../../shared/kubernetes/shared-incidents.ts';
import { Judge } from '../../../shared/runtime/judge.ts';
import type { IncidentRecord, IncidentStore } from '../../../shared/runtime/ports.ts';
import { factsOf } from '../../support/facts.ts';
import { FakeIncidents, FakeSink } from '../../support/fake-incidents.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../../support/objects.ts';
import { settlePorts } from '../../support/runtime-ports.ts';

const NODE = 'node02';
const TAINTED = aNode(NODE, { spec: { taints: [{ key: 'db', effect: 'NoExecute' }] } });
const WORKLOAD = [aVmi('web', NODE), aLauncher('web', NODE)];
const LEAVING = aHandler(NODE, { metadata: { deletionTimestamp: '2026-08-22T10:00:00Z' } });
const ALWAYS = [aKubeVirt(), aDaemonSet()];

/** What may be seen of a node. */
const SIGHTS = {
  managed: [aNode(NODE), aHandler(NODE), ...WORKLOAD, ...ALWAYS],
  atRisk: [aNode(NODE), LEAVING, ...WORKLOAD, ...ALWAYS],
  open: [TAINTED, ...WORKLOAD, ...ALWAYS],
  suspected: [aNode(NODE), ...WORKLOAD, ...ALWAYS],
  empty: [aNode(NODE), aHandler(NODE), ...ALWAYS],
} as const satisfies Readonly<Record<string, readonly ClusterObject[]>>;
type Sight = keyof typeof SIGHTS;
const sights = fc.constantFrom(...(Object.keys(SIGHTS) as Sight[]));

/**
 * Something that happens: time passes; or the node changes, and both processes hear of it while anything may be under way, or
 * one of them when nothing is. (With something under way the other one may write what it saw before: only the audit sees that.)
 */
const happening = fc.oneof(
  fc.record({
    kind: fc.constant('seen' as const),
    sight: sights,
    heardBy: fc.constantFrom([0, 1], [0], [1]),
  }),
  fc.record({ kind: fc.constant('time' as const), ms: fc.constantFrom(1, 300, 1_000) }),
);

/** A cluster with one node, its record, and processes whose every call is put in any order. */
class World {
  readonly ports = settlePorts();
  readonly store = new FakeIncidents();
  readonly sink = new FakeSink();
  readonly accepted: string[] = [];
  readonly overwritten: string[] = [];
  /** The judgements that were asked for. */
  readonly judging: Promise<unknown>[] = [];
  sight: Sight = 'managed';
  readonly #scheduler: fc.Scheduler;
  /** Counts whatever happens; when each version of the record was written. */
  #moment = 0;
  readonly #writtenAt = new Map<string, number>();

  constructor(scheduler: fc.Scheduler) {
    this.#scheduler = scheduler;
  }

  /** A process of its own: it shares nothing with another one but the record. */
  process(share: (store: IncidentStore) => IncidentStore): Judge {
    let sawAt = 0;
    const nodes = {
      read: () =>
        this.#call(() => {
          sawAt = this.#moment;
          return factsOf(SIGHTS[this.sight]);
        }),
    };
    const incidents = share(this.#storeOf(() => sawAt));
    const sink = { publish: (event: Parameters<FakeSink['publish']>[0]) => this.sink.publish(event) };
    return new Judge({ ...this.ports, incidents, sink, nodes });
  }

  #storeOf(sawAt: () => number): IncidentStore {
    const { store } = this;
    return {
      get: (node) => this.#call(() => store.get(node)),
      list: () => this.#call(() => store.list()),
      create: (node) => this.#call(() => store.create(node)),
      update: (record) => this.#call(() => this.#update(record, sawAt())),
      remove: (record) => this.#call(() => store.remove(record)),
    };
  }

  async #update(record: IncidentRecord, sawAt: number): Promise<IncidentRecord> {
    const before = this.store.records.get(record.node);
    const written = await this.store.update(record);
    const told = record.outbox.filter(({ id }) => !before?.outbox.some((it) => it.id === id));
    this.accepted.push(...told.map(({ id }) => id));
    if (before?.incident !== undefined && before.incident !== record.incident) {
      // Who writes has looked at the node after whoever wrote before.
      if (sawAt <= (this.#writtenAt.get(before.resourceVersion) ?? 0))
        this.overwritten.push(written.resourceVersion);
    }
    this.#writtenAt.set(written.resourceVersion, this.#moment);
    return written;
  }

  /** A call happens at one moment between its begin and its end. */
  async #call<T>(act: () => T | Promise<T>): Promise<T> {
    await this.#scheduler.schedule(Promise.resolve());
    this.#moment += 1;
    this.ports.clock.pass(0.001);
    const result = act();
    await this.#scheduler.schedule(Promise.resolve());
    return result;
  }
}

type Happening =
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'seen'; readonly sight: Sight; readonly heardBy: readonly number[] };

async function happens(it: Happening, world: World, judges: readonly Judge[]): Promise<void> {
  if (it.kind === 'time') return world.ports.clock.pass(it.ms / 1_000);
  const isCalm = it.heardBy.length === 1;
  if (isCalm) await Promise.all(world.judging);
  world.sight = it.sight;
  const hearing = judges.filter((_, index) => it.heardBy.includes(index));
  world.judging.push(...hearing.map((judge) => judge.judge(NODE, undefined)));
  if (isCalm) await Promise.all(world.judging);
}

const shared = (world: World) => (store: IncidentStore) => shareIncidents(store, world.ports);

describe('judgements of two processes that share lists of records each, in any order of their calls', () => {
  it('lose no transition, overwrite none, and tell each once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(happening, { maxLength: 8 }), async (scheduler, story) => {
        const world = new World(scheduler);
        const judges = [world.process(shared(world)), world.process(shared(world))];
        const play = async (): Promise<void> => {
          for (const it of story)
            await scheduler.schedule(Promise.resolve()).then(() => happens(it, world, judges));
          await Promise.all(world.judging);
        };
        await scheduler.waitFor(play());
        const seen = observeNode(factsOf(SIGHTS[world.sight]), NODE);
        const { incident } = world.store.records.get(NODE) ?? {};
        const left = transition(incident, seen, world.ports.policy, world.ports.clock.now());
        // A handler that is back and will not stay has recovered the node first; the next look tells the other.
        const isHalfway = incident?.state === 'Resolved' && world.sight === 'atRisk';
        expect(isHalfway || left.kind !== 'changed').toBe(true);
        expect(world.overwritten).toEqual([]);
        expect([...new Set(world.sink.events.map(({ id }) => id))].sort()).toEqual(world.accepted.sort());
      }),
      { numRuns: 2_000 },
    );
  });
});
