import { describe, expect, it } from 'vitest';
import { epochMs } from '../../../shared/domain/units.ts';
import { EventInvalidError } from '../../../shared/errors/errors.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import { APPROVER, KEY, proposedWorld, type RepairWorld } from '../../support/repair-world.ts';

const OURS = '/kubevirt-orphans/clusters/test';
const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('an approval that is not one', () => {
  it.each<[string, (world: RepairWorld) => IncomingEvent | Promise<IncomingEvent>]>([
    ['from us, without a token', (world) => world.approval({ source: OURS })],
    ['from us, with a token that is none', (world) => world.approval({ source: OURS, data: { token: '' } })],
    ['from nobody we know', (world) => world.approval({ source: '/approvals/of-the-team/' })],
    ['for another node', (world) => world.approval({ data: { node: { name: 'node01' } } })],
    ['for another record', (world) => about(world, { uid: 'another' })],
    ['for another episode', (world) => about(world, { episode: 2 })],
    ['for an older revision', (world) => about(world, { revision: 2 })],
    ['for a revision to come', (world) => about(world, { revision: 4 })],
    ['for another plan', (world) => world.approval({ data: { plan: { id: 'fedcba9876543210' } } })],
    ['as old as approvals may be', (world) => later(world, 900)],
    ['older than the proposal', (world) => world.approval({ time: '2026-08-22T10:09:59.000Z' })],
    ['from far in the future', (world) => world.approval({ time: '2099-01-01T00:00:00Z' })],
    ['with a token of another cluster', (world) => signed(world, {}, { cluster: 'other' })],
    ['with a token under another key', (world) => signed(world, {}, { key: KEY.toReversed() })],
    ['with a token that has expired', (world) => signed(world, {}, { forMs: -1_000 })],
    ['with a token for another node', (world) => signed(world, {}, { node: 'node01' })],
    ['with a token for another record', (world) => signed(world, { uid: 'another' })],
    ['with a token for another episode', (world) => signed(world, { episode: 2 })],
    ['with a token for another revision', (world) => signed(world, { revision: 4 })],
    ['with a token for another plan', (world) => signed(world, { planId: 'fedcba9876543210' })],
    ['with a token that nobody signed', unsigned],
    [
      'from whom we believe, with a token that we do not',
      (world) => world.approval({ data: { token: 'x.y.z' } }),
    ],
  ])('%s', async (_, forge) => {
    const world = await proposedWorld();
    await world.fn.handle(await forge(world));
    await world.tick();
    expect(world.writer.made).toEqual([]);
    expect(world.remediation.run?.approval).toBeUndefined();
    expect(world.told).toEqual(['proposed']);
  });

  it.each<[string, Partial<IncomingEvent>, unknown]>([
    ['without data', {}, undefined],
    ['with a text', {}, 'yes'],
    ['with a list', {}, []],
    ['with a number for a node', {}, { node: 7 }],
    ['with an endless name', {}, { node: { name: 'n'.repeat(1_000_000) } }],
    ['with a revision that is no whole number', {}, { incident: { uid: 'u', episode: 1, revision: 1.5 } }],
    ['with a revision as a text', {}, { incident: { uid: 'u', episode: 1, revision: '3' } }],
    ['with an endless token', {}, { token: 'a'.repeat(1_000_000) }],
    ['with a token that is no text', {}, { token: { alg: 'none' } }],
    ['with an endless name of who approves', {}, { by: 'j'.repeat(1_000_000) }],
    ['without a time', { time: undefined }, {}],
    ['with a time that is none', { time: 'now' }, {}],
  ])('%s breaks the contract', async (_, parts, data) => {
    const world = await proposedWorld();
    const whole: IncomingEvent = { ...world.approval(), ...parts };
    const isPart = typeof data === 'object' && data !== null && !Array.isArray(data);
    const event = { ...whole, data: isPart ? { ...(whole.data as object), ...data } : data };
    await expect(world.fn.handle(event)).rejects.toThrow(EventInvalidError);
    expect(world.writer.made).toEqual([]);
  });

  it('says nothing of a token, whatever becomes of it', async () => {
    const world = await proposedWorld();
    const good = await world.token();
    const bad = await world.token({}, { cluster: 'other' });
    await world.fn.handle(world.approval({ data: { token: bad } }));
    await world.fn.handle(world.approval({ source: '/anybody', data: { token: good } }));
    expect(world.writer.made).toEqual(['write Node node02']);
    const said = JSON.stringify([world.logged, world.sink.events, world.record]);
    for (const token of [good, bad]) {
      expect(said).not.toContain(token);
      expect(said).not.toContain(token.split('.')[2]);
    }
  });
});

describe('an approval that is one', () => {
  it.each<[string, (world: RepairWorld) => IncomingEvent | Promise<IncomingEvent>]>([
    ['from whom we believe', (world) => world.approval()],
    ['with a token, from anybody', (world) => signed(world, {}, {}, '/anybody')],
    ['by a clock that is a second ahead', (world) => world.approval({ time: '2026-08-22T10:10:01Z' })],
  ])('%s', async (_, make) => {
    const world = await proposedWorld();
    await world.fn.handle(await make(world));
    expect(world.writer.made).toEqual(['write Node node02']);
  });

  it('is taken once, however often it is delivered', async () => {
    const world = await proposedWorld();
    const approval = world.approval();
    await Promise.all([world.fn.handle(approval), world.fn.handle(approval)]);
    await world.fn.handle(approval);
    world.recover();
    await world.fn.handle(approval);
    await world.fn.handle(approval);
    expect(world.writer.made).toEqual(['write Node node02']);
    expect(world.told).toEqual(['proposed', 'approved', 'started', 'succeeded']);
  });

  it('is worthless once the incident has changed, and the new plan needs another', async () => {
    const world = await proposedWorld();
    const approval = world.approval();
    const { incident } = world.record;
    if (incident !== undefined)
      world.incidents.put({ ...world.record, incident: { ...incident, revision: 4 } });
    await world.fn.handle(approval);
    await world.fn.handle(approval);
    expect(world.writer.made).toEqual([]);
    expect(world.remediation.run?.revision).toBe(4);
  });

  it('is worthless for a plan of the same kind that was proposed later', async () => {
    const world = await proposedWorld();
    const approval = world.approval();
    world.clock.pass(5);
    // Something else would help for a while, and then this again.
    world.edit({ labels: { zone: 'a' } });
    await world.fn.handle(approval);
    world.edit({ labels: { zone: 'b' } });
    await world.look();
    await world.fn.handle(approval);
    expect(world.writer.made).toEqual([]);
  });

  it('is not asked for while a step is being written', async () => {
    const world = await proposedWorld();
    const approval = world.approval();
    await world.fn.handle(approval);
    const before = world.remediation;
    await world.fn.handle({ ...approval, data: { ...(approval.data as object), by: 'joe' } });
    expect(world.remediation).toEqual(before);
  });

  it('that comes while a look runs which fails is not lost', async () => {
    const world = await proposedWorld();
    const approval = world.approval();
    let failures = 2;
    world.before = (call) => {
      if (call !== 'cluster' || failures === 0) return;
      failures -= 1;
      throw new Error('the network is down');
    };
    const [first, second] = await Promise.allSettled([world.fn.handle(approval), world.fn.handle(approval)]);
    expect([first?.status, second?.status]).toEqual(['rejected', 'rejected']);
    world.clock.pass(2);
    await world.fn.handle(approval).catch(() => world.fn.handle(approval));
    expect(world.writer.made).toEqual(['write Node node02']);
  });

  it('is told anew each time that it is given, as is each refusal of it', async () => {
    const world = await proposedWorld();
    world.interlocks.others = { maintenances: { value: ['drain'] } };
    for (let times = 0; times < 3; times += 1) {
      await world.fn.handle(world.approval());
      world.clock.pass(901);
      await world.tick();
      expect(world.remediation.run?.approval).toBeUndefined();
    }
    const ids = world.sink.events.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(world.told.filter((it) => it === 'approved')).toHaveLength(3);
    expect(world.told.filter((it) => it === 'refused').length).toBeGreaterThanOrEqual(6);
  });

  it('by an annotation of an API server whose clock is ahead is taken once', async () => {
    const world = await proposedWorld();
    const at = epochMs(world.clock.now() + 2_000);
    world.incidents.put({
      ...world.record,
      approval: { by: 'kubectl-annotate', at, revision: 3, planId: undefined },
    });
    await world.tick();
    expect(world.writer.made).toEqual(['write Node node02']);
    expect(world.told).toEqual(['proposed', 'approved', 'started']);
    expect(world.sink.events).toHaveLength(3);
  });
});

function about(world: RepairWorld, parts: object): IncomingEvent {
  const { incident } = world.approval().data as { readonly incident: object };
  return world.approval({ data: { incident: { ...incident, ...parts } } });
}

/** An approval that is delivered so many seconds after it was given. */
function later(world: RepairWorld, seconds: number): IncomingEvent {
  const approval = world.approval();
  world.clock.pass(seconds);
  return approval;
}

async function signed(
  world: RepairWorld,
  claims: Parameters<RepairWorld['token']>[0],
  by: Parameters<RepairWorld['token']>[1] = {},
  source = '/anybody',
): Promise<IncomingEvent> {
  return world.approval({ source, data: { token: await world.token(claims, by) } });
}

/** All that a good token says, with the algorithm `none`. */
async function unsigned(world: RepairWorld): Promise<IncomingEvent> {
  const [, payload = ''] = (await world.token()).split('.');
  const head = base64url({ alg: 'none', typ: 'JWT' });
  return world.approval({ source: '/anybody', data: { token: `${head}.${payload}.` } });
}

it.each([
  ['as they say', 'jane', 'jane'],
  ['in one line', 'jane\u202e\n\u0000ok', 'jane ok'],
  ['as where it came from, when they say nothing', ' ', APPROVER],
])('who approves is kept %s', async (_, by, kept) => {
  const world = await proposedWorld();
  await world.fn.handle(world.approval({ data: { by } }));
  expect(world.remediation.run?.approval?.by).toBe(kept);
});
