import { describe, expect, it } from 'vitest';
import { durationMs } from '../../../shared/domain/units.ts';
import { EventInvalidError } from '../../../shared/errors/errors.ts';
import { CLAIM_MS } from '../../../shared/runtime/tell.ts';
import { FakeChannel } from '../../support/fake-channel.ts';
import { notifyWorld, settled, TICK } from '../../support/notify-world.ts';

describe('notify', () => {
  it('tells every channel once, whatever comes how often', async () => {
    const channels = [new FakeChannel('ops'), new FakeChannel('pager')];
    const { fn, put } = notifyWorld(channels);
    put('node02');
    await fn.handle(TICK);
    await Promise.all([fn.handle(TICK), fn.handle(TICK)]);
    expect(channels.map(({ told }) => told)).toEqual([['open node02 3'], ['open node02 3']]);
  });

  it('tells once with two instances that are asked at the same time', async () => {
    const ops = new FakeChannel('ops');
    const { instance, put } = notifyWorld([ops]);
    for (const node of ['a', 'b']) put(node);
    const [one, two] = [instance(), instance()];
    await Promise.all([one, two, one, two].map((fn) => fn.handle(TICK)));
    expect([...ops.told].sort()).toEqual(['open a 3', 'open b 3']);
  });

  it('is taken over when whoever was telling has died, not before', async () => {
    const ops = new FakeChannel('ops');
    const { instance, put, clock, deliveries } = notifyWorld([ops]);
    put('node02');
    ops.answer = () => new Promise(() => undefined);
    void instance().handle(TICK);
    await settled();
    expect(deliveries('node02')).toMatchObject([{ claimedUntil: clock.now() + CLAIM_MS, told: undefined }]);
    ops.answer = () => Promise.resolve({ externalId: undefined });
    const survivor = instance();
    clock.pass(59);
    await survivor.handle(TICK);
    expect(ops.told).toEqual([]);
    clock.pass(1);
    await survivor.handle(TICK);
    expect(ops.told).toEqual(['open node02 3']);
  });

  it('tells nine channels at once, each once, while somebody else writes the record', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const channels = names.map((name) => new FakeChannel(name));
    const { fn, put, deliveries, incidents } = notifyWorld(channels, { route: { channels: names } });
    put('node02');
    let foreign = 0;
    incidents.before = (verb, node) => {
      // Every fourth write finds that somebody was quicker.
      foreign += 1;
      const record = incidents.records.get(node);
      if (verb === 'update' && foreign % 4 === 0 && record !== undefined) incidents.put(record);
    };
    await fn.handle(TICK);
    await fn.handle(TICK);
    expect(channels.map(({ told }) => told)).toEqual(names.map(() => ['open node02 3']));
    expect(
      deliveries('node02').map(({ channel, told, claimedUntil }) => [channel, told?.revision, claimedUntil]),
    ).toEqual(names.map((name) => [name, 3, undefined]));
  });

  it('keeps what was written while it told', async () => {
    const ops = new FakeChannel('ops');
    const { fn, put, incidents, deliveries } = notifyWorld([ops]);
    put('node02');
    ops.answer = async () => {
      put('node02', { revision: 4, vmiCount: 7 });
      return { externalId: '1700.42' };
    };
    await fn.handle(TICK);
    expect(incidents.records.get('node02')?.incident).toMatchObject({ revision: 4, vmiCount: 7 });
    expect(deliveries('node02')).toMatchObject([{ told: { revision: 3 }, externalId: '1700.42' }]);
  });

  it('tells a new revision where the message is, and how it ended, also when it is not routed there any more', async () => {
    const ops = new FakeChannel('ops', { updates: 'in place' });
    ops.answer = () => Promise.resolve({ externalId: 'ts-1' });
    const { fn, put } = notifyWorld([ops]);
    put('node02');
    await fn.handle(TICK);
    put('node02', { revision: 4 });
    await fn.handle(TICK);
    put('node02', { revision: 5, severity: 'info' }, 'Resolved');
    await fn.handle(TICK);
    expect(ops.told).toEqual(['open node02 3', 'update node02 4', 'resolve node02 5']);
    expect(ops.previous).toEqual([undefined, 'ts-1', 'ts-1']);
    expect(ops.notices.map(({ event }) => `${event.type} ${event.id}`)).toEqual([
      'dev.kubevirt-orphans.incident.opened.v1 record-1.1.3.opened',
      'dev.kubevirt-orphans.incident.updated.v1 record-1.1.4.updated',
      'dev.kubevirt-orphans.incident.resolved.v1 record-1.1.5.resolved',
    ]);
  });

  it('reminds a channel that would forget, without writing it down', async () => {
    const alerts = new FakeChannel('ops', { deduplicates: true, keepAliveMs: durationMs(60_000) });
    const { fn, put, clock, incidents } = notifyWorld([alerts]);
    put('node02');
    for (const seconds of [0, 30, 30, 30, 30]) {
      clock.pass(seconds);
      await fn.handle(TICK);
    }
    expect(alerts.told).toEqual(['open node02 3', 'repeat node02 3', 'repeat node02 3']);
    expect(incidents.writes, 'claimed, and recorded').toEqual(['update node02', 'update node02']);
  });

  it('tells of many nodes with one cause together', async () => {
    const ops = new FakeChannel('ops');
    const { instance, put, deliveries } = notifyWorld([ops]);
    const nodes = ['a', 'b', 'c', 'd'];
    for (const node of nodes) put(node);
    const [one, two] = [instance(), instance()];
    await Promise.all([one.handle(TICK), two.handle(TICK)]);
    for (const node of nodes) put(node, { revision: 4 }, 'Resolved');
    await one.handle(TICK);
    expect(ops.told).toEqual(['open a and 3 more', 'resolve a and 3 more']);
    expect(nodes.map((node) => deliveries(node).map(({ leader }) => leader))).toEqual([
      [undefined],
      ['a'],
      ['a'],
      ['a'],
    ]);
  });

  it('asks for labels only where somebody is told by them', async () => {
    const ops = new FakeChannel('ops');
    const plain = notifyWorld([ops]);
    plain.put('node02');
    await plain.fn.handle(TICK);
    expect(plain.reads).toEqual([]);
    const gpu = new FakeChannel('ops');
    const route = { match: { nodeLabels: { pool: ['gpu'] } } };
    for (const labels of [{ pool: 'gpu' }, { pool: 'web' }]) {
      const { fn, put, reads } = notifyWorld([gpu], { route, labels });
      put('node02');
      await fn.handle(TICK);
      await fn.handle(TICK);
      expect(reads).toEqual(['Node node02']);
    }
    expect(gpu.told).toEqual(['open node02 3']);
  });

  it('ignores what does not concern it, and rejects a request that breaks its contract', async () => {
    const { fn } = notifyWorld([]);
    expect(await fn.handle({ ...TICK, type: 'dev.kubevirt-orphans.audit.completed.v1' })).toBe('ignored');
    await expect(fn.handle({ ...TICK, data: { scope: 'some' } })).rejects.toThrow(EventInvalidError);
  });
});
