import { describe, expect, it } from 'vitest';
import { createFunction, type NotifySettings } from '../../../functions/notify/handler.ts';
import type { Incident } from '../../../shared/domain/incidents/incident.ts';
import type { Route } from '../../../shared/domain/notifications/routing.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import {
  ChannelRefusedError,
  ChannelUnavailableError,
  EventInvalidError,
} from '../../../shared/errors/errors.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import type { Channel } from '../../../shared/runtime/channel.ts';
import type { ObjectReader } from '../../../shared/runtime/ports.ts';
import { CLAIM_MS } from '../../../shared/runtime/tell.ts';
import { FakeChannel } from '../../support/fake-channel.ts';
import { DEFINITE, incident } from '../../support/incidents.ts';
import { settlePorts } from '../../support/runtime-ports.ts';

const ROUTE: Route = {
  name: 'all',
  match: {},
  channels: ['ops', 'pager'],
  continue: false,
  minimumSeverity: 'warning',
  repeatMs: undefined,
  mute: [],
};
const DIAGNOSIS = { diagnosedAt: settlePorts().clock.now(), causes: [{ ...DEFINITE, mitigations: [] }] };
const TICK: IncomingEvent = {
  specversion: '1.0',
  id: 'tick',
  source: '/test',
  type: 'dev.kubevirt-orphans.audit.requested.v1',
  data: { scope: 'unsettled' },
};

function settings(route: Partial<Route> = {}): NotifySettings {
  return {
    routing: { routes: [{ ...ROUTE, ...route }], muteWindows: [], silences: [], disabledChannels: [] },
    links: {},
    diagnosisWaitMs: durationMs(10_000),
    flapQuietMs: durationMs(300_000),
    storm: { minNodes: 3, windowMs: durationMs(300_000) },
  };
}

function world(
  channels: readonly Channel[],
  { route = {}, labels = {} }: { route?: Partial<Route>; labels?: Record<string, string> } = {},
) {
  const ports = settlePorts();
  const reads: string[] = [];
  const objects: ObjectReader = {
    get: async (kind, _, name) => {
      reads.push(`${kind} ${name}`);
      return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } } as never;
    },
  };
  const instance = () =>
    createFunction({
      ...ports,
      channels,
      objects,
      settings: settings(route),
      incidentNamespace: async () => 'ops',
    });
  const put = (node: string, parts: Partial<Incident> = {}, state: Incident['state'] = 'Open') =>
    ports.incidents.put({
      ...ports.incidents.records.get(node),
      node,
      incident: incident(state, { node, diagnosis: DIAGNOSIS, causes: [DEFINITE], ...parts }),
    });
  const deliveries = (node: string) => ports.incidents.records.get(node)?.deliveries ?? [];
  return { ...ports, instance, fn: instance(), put, deliveries, reads };
}

describe('notify', () => {
  it('tells every channel once, whatever comes how often', async () => {
    const channels = [new FakeChannel('ops'), new FakeChannel('pager')];
    const { fn, put } = world(channels);
    put('node02');
    await fn.handle(TICK);
    await Promise.all([fn.handle(TICK), fn.handle(TICK)]);
    expect(channels.map(({ told }) => told)).toEqual([['open node02 3'], ['open node02 3']]);
  });

  it('tells once with two instances that are asked at the same time', async () => {
    const ops = new FakeChannel('ops');
    const { instance, put } = world([ops]);
    for (const node of ['a', 'b']) put(node);
    const [one, two] = [instance(), instance()];
    await Promise.all([one, two, one, two].map((fn) => fn.handle(TICK)));
    expect([...ops.told].sort()).toEqual(['open a 3', 'open b 3']);
  });

  it('is taken over when whoever was telling has died, not before', async () => {
    const ops = new FakeChannel('ops');
    const { instance, put, clock, deliveries } = world([ops]);
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

  it('keeps what was written while it told', async () => {
    const ops = new FakeChannel('ops');
    const { fn, put, incidents, deliveries } = world([ops]);
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
    const { fn, put } = world([ops]);
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
    const { fn, put, clock, incidents } = world([alerts]);
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
    const { instance, put, deliveries } = world([ops]);
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
    const plain = world([ops]);
    plain.put('node02');
    await plain.fn.handle(TICK);
    expect(plain.reads).toEqual([]);
    const gpu = new FakeChannel('ops');
    const route = { match: { nodeLabels: { pool: ['gpu'] } } };
    for (const labels of [{ pool: 'gpu' }, { pool: 'web' }]) {
      const { fn, put, reads } = world([gpu], { route, labels });
      put('node02');
      await fn.handle(TICK);
      await fn.handle(TICK);
      expect(reads).toEqual(['Node node02']);
    }
    expect(gpu.told).toEqual(['open node02 3']);
  });

  it('ignores what does not concern it, and rejects a request that breaks its contract', async () => {
    const { fn } = world([]);
    expect(await fn.handle({ ...TICK, type: 'dev.kubevirt-orphans.audit.completed.v1' })).toBe('ignored');
    await expect(fn.handle({ ...TICK, data: { scope: 'some' } })).rejects.toThrow(EventInvalidError);
  });
});

describe('a channel that does not take a notice', () => {
  const down = (retryAfterMs?: number) =>
    Promise.reject(
      new ChannelUnavailableError('channel ops is down', 'Wait.', { attempts: 3, retryAfterMs }),
    );

  it('is told of once for each revision, and tried again with every tick until it takes it', async () => {
    const ops = new FakeChannel('ops');
    const { fn, put, sink, deliveries } = world([ops]);
    put('node02');
    ops.answer = () => down();
    await fn.handle(TICK);
    await fn.handle(TICK);
    expect(sink.told).toEqual(['notification.failed.v1 record-1.1.3.ops.notification-failed']);
    expect(sink.events).toHaveLength(1);
    expect(sink.events[0]?.data).toEqual({
      node: { name: 'node02', uid: 'uid-node02' },
      incident: { uid: 'record-1', episode: 1, revision: 3 },
      channel: 'ops',
      attempts: 3,
      reason: { code: 'CHANNEL_UNAVAILABLE', message: 'channel ops is down' },
    });
    expect(deliveries('node02')).toMatchObject([{ told: undefined, failure: { attempts: 6 } }]);
    put('node02', { revision: 4 });
    await fn.handle(TICK);
    expect(sink.told).toHaveLength(2);
    ops.answer = () => Promise.resolve({ externalId: undefined });
    await fn.handle(TICK);
    expect(ops.told).toEqual(['open node02 4']);
    expect(deliveries('node02')).toMatchObject([{ failure: undefined }]);
  });

  it('is left alone as long as it asks', async () => {
    const ops = new FakeChannel('ops');
    const { fn, put, clock } = world([ops]);
    put('node02');
    let calls = 0;
    ops.answer = () => {
      calls += 1;
      return down(90_000);
    };
    await fn.handle(TICK);
    clock.pass(89);
    await fn.handle(TICK);
    expect(calls).toBe(1);
    clock.pass(1);
    await fn.handle(TICK);
    expect(calls).toBe(2);
  });

  it('is not asked for each incident while it is down, and each has its turn', async () => {
    const ops = new FakeChannel('ops');
    const { fn, put, sink } = world([ops], { route: { match: { causes: ['TaintNotTolerated'] } } });
    for (const node of ['a', 'b']) put(node, { causes: [{ ...DEFINITE, code: 'TaintNotTolerated' }] });
    ops.answer = () => down();
    await fn.handle(TICK);
    expect(sink.events.map(({ node }) => node)).toEqual(['a']);
    await fn.handle(TICK);
    expect(sink.events.map(({ node }) => node)).toEqual(['a', 'b']);
  });

  it('that refuses one notice takes the others', async () => {
    const ops = new FakeChannel('ops');
    const { fn, put, sink } = world([ops]);
    for (const node of ['a', 'b']) put(node);
    ops.answer = ({ message }) =>
      message.node === 'a'
        ? Promise.reject(new ChannelRefusedError('channel ops refuses a notice: it answers 400', 'Check it.'))
        : Promise.resolve({ externalId: undefined });
    await fn.handle(TICK);
    expect(ops.told).toEqual(['open b 3']);
    expect(sink.events.map(({ node }) => node)).toEqual(['a']);
  });

  it('delays no other', async () => {
    const [ops, pager] = [new FakeChannel('ops'), new FakeChannel('pager')];
    const { fn, put } = world([ops, pager]);
    put('node02');
    ops.answer = () => new Promise(() => undefined);
    void fn.handle(TICK);
    await settled();
    put('node02', { revision: 4 }, 'Resolved');
    void fn.handle(TICK);
    await settled();
    expect(pager.told).toEqual(['open node02 3', 'resolve node02 4']);
  });
});

/** Until all that can go on has gone on: nothing here waits for time. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
