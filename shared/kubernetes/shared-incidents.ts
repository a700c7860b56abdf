import { type Clock, type DurationMs, durationMs, type EpochMs, elapsedMs } from '../domain/units.ts';
import type { IncidentRecord, IncidentStore, KnownRecord, SharedIncidents } from '../runtime/ports.ts';
import { createOwnRecords, type OwnRecords } from './own-records.ts';
import { SharedRead } from './shared-read.ts';

export interface SharedIncidentsOptions {
  readonly clock: Clock;
  /** Waits until the next list may be read; a test does not. */
  readonly wait?: ((delayMs: DurationMs) => Promise<void>) | undefined;
}

/** How long a list of all records is used again, from when it began: as what else all nodes share. */
const SHARED_FOR_MS: DurationMs = durationMs(1_000);
/** A list of more records than this costs more than the single reads that it saves: a record has up to 30 kB. */
const MAX_SHARED = 200;
/** After how long it is looked again whether they are fewer. */
const TOO_MANY_FOR_MS: DurationMs = durationMs(60_000);

/** The records by node as one list told them; `undefined` while they are too many for it. */
interface List {
  readonly began: EpochMs;
  readonly records: ReadonlyMap<string, IncidentRecord> | undefined;
}

/**
 * The same incidents, of which a judgement need not read its own: one list a second serves all nodes of a process, with
 * what the process itself has read and written since. While there are more than 200 records, each is read on its own.
 */
export function shareIncidents(
  store: IncidentStore,
  { clock, wait }: SharedIncidentsOptions,
): SharedIncidents {
  const own = createOwnRecords(clock, SHARED_FOR_MS);
  const lists = new SharedRead(listReader(store, clock), { clock, usableForMs: SHARED_FOR_MS, wait });
  const incidents = keeping(store, own);
  const single = async (node: string): Promise<KnownRecord> => {
    const asOf = clock.now();
    return { record: await incidents.get(node), asOf };
  };
  return {
    ...incidents,
    async recent(node) {
      const { began, records } = await lists.get();
      if (records === undefined) return single(node);
      const known = own.newerThan(began, node) ?? { record: records.get(node), asOf: began };
      // Somebody is publishing it this very moment, or died over it: who publishes has to know which.
      return (known.record?.outbox.length ?? 0) > 0 ? single(node) : known;
    },
    async recordOf(node, since) {
      const { records } = await lists.getOf(since);
      return records === undefined ? (await single(node)).record : records.get(node);
    },
  };
}

function listReader(store: IncidentStore, clock: Clock): () => Promise<List> {
  let tooManyAt: EpochMs | undefined;
  return async () => {
    const began = clock.now();
    if (tooManyAt !== undefined && elapsedMs(tooManyAt, began) < TOO_MANY_FOR_MS)
      return { began, records: undefined };
    const records = await store.list();
    tooManyAt = records.length > MAX_SHARED ? began : undefined;
    if (tooManyAt !== undefined) return { began, records: undefined };
    return { began, records: new Map(records.map((record) => [record.node, record])) };
  };
}

/** The store, with what each call tells kept. */
function keeping(store: IncidentStore, own: OwnRecords): IncidentStore {
  return {
    get: (node) => own.keep(node, 'read', () => store.get(node)),
    list: () => store.list(),
    create: (node) => own.keep(node, 'write', () => store.create(node)),
    update: (record) => own.keep(record.node, 'write', () => store.update(record)),
    async remove(record) {
      await own.keep(record.node, 'write', async () => {
        await store.remove(record);
        return undefined;
      });
    },
  };
}
