import { describe, expect, it } from 'vitest';
import { shareIncidents } from '../../../shared/kubernetes/shared-incidents.ts';
import { anEvent } from '../../support/arbitrary-incidents.ts';
import { failureOf } from '../../support/failure.ts';
import { FakeIncidents } from '../../support/fake-incidents.ts';
import { TestClock } from '../../support/runtime-ports.ts';

/** A store that counts its reads, shared. */
function aShared(records = 0) {
  const clock = new TestClock();
  const store = new FakeIncidents();
  const reads: string[] = [];
  for (let index = 0; index < records; index += 1) store.put({ node: `node-${index}` });
  const counted = {
    get: (node: string) => {
      reads.push(node);
      return store.get(node);
    },
    list: () => {
      reads.push('all');
      return store.list();
    },
    create: (node: string) => store.create(node),
    update: store.update.bind(store),
    remove: store.remove.bind(store),
  };
  return { clock, store, reads, shared: shareIncidents(counted, { clock, wait: clock.wait }) };
}

describe('shared incidents', () => {
  it('are one list a second for all nodes', async () => {
    const { clock, reads, shared, store } = aShared(2);
    const began = clock.now();
    const known = await shared.recent('node-0');
    expect(known).toEqual({ record: store.records.get('node-0'), asOf: began });
    clock.pass(0.999);
    expect(await shared.recent('node-9')).toEqual({ record: undefined, asOf: began });
    expect(reads).toEqual(['all']);
    clock.pass(0.001);
    await shared.recent('node-1');
    expect(reads).toEqual(['all', 'all']);
  });

  it('wait for the next list when the record is to be newer', async () => {
    const { clock, shared, store } = aShared(1);
    const old = await shared.recent('node-0');
    const newer = store.put({ node: 'node-0' });
    expect((await shared.recent('node-0')).record).toEqual(old.record);
    clock.pass(0.25);
    const since = clock.now();
    expect(await shared.recordOf('node-0', since)).toEqual(newer);
    expect(clock.now() - since).toBe(750);
  });

  it('have what the process itself wrote, made and removed', async () => {
    const { shared, reads } = aShared(1);
    const { record } = await shared.recent('node-0');
    const made = await shared.create('node-1');
    expect((await shared.recent('node-1')).record).toEqual(made);
    const written = await shared.update({ ...made, deliveries: [] });
    expect((await shared.recent('node-1')).record).toEqual(written);
    if (record !== undefined) await shared.remove(record);
    expect((await shared.recent('node-0')).record).toBeUndefined();
    expect(reads).toEqual(['all']);
  });

  it('believe a list again that began after the own write', async () => {
    const { clock, shared, store } = aShared();
    await shared.recent('node-0');
    await shared.create('node-0');
    clock.pass(1);
    const newer = store.put({ node: 'node-0' });
    expect((await shared.recent('node-0')).record).toEqual(newer);
  });

  it('have the newest of a record with events that are not published', async () => {
    const { shared, store, reads } = aShared(1);
    store.put({ node: 'node-0', outbox: [anEvent({ node: 'node-0' })] });
    await shared.recent('node-0');
    const newer = store.put({ node: 'node-0', outbox: [] });
    expect((await shared.recent('node-0')).record).toEqual(newer);
    expect(reads).toEqual(['all', 'node-0', 'node-0']);
  });

  it('are read one by one while they are many, and looked at again after a minute', async () => {
    const { clock, shared, reads } = aShared(201);
    await shared.recent('node-0');
    clock.pass(59);
    expect(await shared.recordOf('node-1', clock.now())).toMatchObject({ node: 'node-1' });
    expect(reads).toEqual(['all', 'node-0', 'node-1']);
    clock.pass(1);
    await shared.recent('node-2');
    expect(reads.slice(3)).toEqual(['all', 'node-2']);
  });

  it('fail as the store does, and keep nothing of that', async () => {
    const { shared, store } = aShared(1);
    const { record } = await shared.recent('node-0');
    store.put({ node: 'node-0' });
    expect(record).toBeDefined();
    if (record === undefined) return;
    expect((await failureOf(() => shared.update(record))).code).toBe('INCIDENT_CONFLICT');
    expect((await shared.recent('node-0')).record).toEqual(record);
  });
});
