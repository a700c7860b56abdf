import { describe, expect, it } from 'vitest';
import type { Incident, IncidentState } from '../../../shared/domain/incidents/incident.ts';
import { FakeChannel } from '../../support/fake-channel.ts';
import { notifyWorld, TICK } from '../../support/notify-world.ts';

/** Four nodes that were orphaned within seconds, and one channel that was told of them. */
async function aStorm() {
  const ops = new FakeChannel('ops', { updates: 'in place' });
  const world = notifyWorld([ops]);
  const put = (node: string, state: IncidentState, parts: Partial<Incident> = {}) => {
    const now = world.clock.now();
    const over = state === 'Resolved' ? { resolvedAt: now } : {};
    return world.put(node, { since: now, openedAt: now, ...over, ...parts }, state);
  };
  const tick = async (seconds: number): Promise<void> => {
    world.clock.pass(seconds);
    await world.fn.handle(TICK);
  };
  for (const node of ['a', 'b', 'c', 'd']) put(node, 'Open');
  await tick(0);
  return { ...world, ops, put, tick };
}

describe('a storm', () => {
  it('is told once, and once that it is over, whoever recovers first', async () => {
    const { ops, put, tick } = await aStorm();
    for (const node of ['a', 'c', 'd', 'b']) {
      put(node, 'Resolved');
      await tick(60);
    }
    expect(ops.told).toEqual([
      'open a and 3 more',
      'update a and 3 more',
      'update a and 3 more',
      'update a and 3 more',
      'resolve a and 3 more',
    ]);
  });

  it('waits, not long, until no further node is opened', async () => {
    const ops = new FakeChannel('ops');
    const { instance, put, clock } = notifyWorld([ops]);
    const open = (node: string) => put(node, { since: clock.now(), openedAt: clock.now() });
    const fn = instance();
    for (const node of ['a', 'b', 'c']) open(node);
    const told = fn.handle(TICK);
    open('d');
    clock.pass(2);
    open('e');
    await told;
    expect(ops.told).toEqual(['open a and 4 more']);
  });

  it('tells of its leader again when that was made anew while the storm went on', async () => {
    const { ops, put, tick } = await aStorm();
    put('a', 'Resolved', { resolution: 'NodeGone' });
    await tick(30);
    put('a', 'Open', { episode: 2, revision: 5 });
    await tick(30);
    for (const node of ['b', 'c', 'd']) put(node, 'Resolved');
    await tick(30);
    expect(ops.told.slice(1)).toEqual(['update a and 3 more', 'update a and 3 more', 'update a and 3 more']);
    put('a', 'Resolved', { episode: 2, revision: 6 });
    await tick(30);
    expect(ops.told.at(-1)).toBe('resolve a and 3 more');
  });

  it('goes on by itself for those whose leader nobody remembers', async () => {
    const { ops, put, tick, incidents } = await aStorm();
    incidents.records.delete('a');
    await tick(30);
    for (const node of ['b', 'c', 'd']) put(node, 'Resolved');
    await tick(30);
    expect(ops.told.slice(1)).toEqual(['open b and 2 more', 'resolve b and 2 more']);
  });

  it('leaves nobody out when its leader changes just before it is told', async () => {
    const ops = new FakeChannel('ops');
    const { fn, put, incidents } = notifyWorld([ops]);
    for (const node of ['a', 'b', 'c']) put(node);
    const { list } = incidents;
    incidents.list = async () => {
      incidents.list = list;
      const before = [...incidents.records.values()];
      put('a', { revision: 4, resolvedAt: incidents.records.get('a')?.incident?.since }, 'Resolved');
      return before;
    };
    await fn.handle(TICK);
    await fn.handle(TICK);
    expect([...ops.told].sort()).toEqual(['open b 3', 'open c 3']);
  });
});
