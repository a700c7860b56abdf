import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPagerDutyChannel, type PagerDutyOptions } from '../../../shared/channels/pagerduty.ts';
import { pagerDutyEvent } from '../../../shared/channels/pagerduty-payload.ts';
import { withRetries } from '../../../shared/channels/with-retries.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import type { Notice } from '../../../shared/runtime/channel.ts';
import { at } from '../../support/incidents.ts';
import { notices } from '../../support/notices.ts';

const HOST = 'https://events.pagerduty.com';
const KEY = '0123456789abcdef0123456789SECRET';
const ID = '0e8b2c5e-3f53-4d2c-9a2c-6d1f5f1f7a10.1';
const hook = () => nock(HOST).post('/v2/enqueue');
const channel = (parts: Partial<PagerDutyOptions> = {}) =>
  createPagerDutyChannel({ name: 'pager', routingKey: () => KEY, timeoutMs: durationMs(5_000), ...parts });
const plain = (value: object) => JSON.parse(JSON.stringify(value)) as nock.DataMatcherMap;
const NOTICE = notices()['opened'] as Notice;

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  nock.enableNetConnect();
  expect(pending).toEqual([]);
});

describe('PagerDuty', () => {
  it('is told that there is something, and names it by its key', async () => {
    const event = plain({ routing_key: KEY, ...pagerDutyEvent(NOTICE.message) });
    nock(HOST).post('/v2/enqueue', event).reply(202, { status: 'success', dedup_key: ID });
    await expect(channel().send(NOTICE, undefined)).resolves.toEqual({ externalId: ID });
  });

  it('is told that it is over under the same key', async () => {
    nock(HOST).post('/v2/enqueue', { routing_key: KEY, event_action: 'resolve', dedup_key: ID }).reply(202);
    await expect(channel().send(notices()['vms-gone'] as Notice, ID)).resolves.toEqual({ externalId: ID });
  });

  it('is elsewhere for accounts in the EU', async () => {
    nock('https://events.eu.pagerduty.com').post('/v2/enqueue').reply(202);
    const eu = channel({ url: 'https://events.eu.pagerduty.com/v2/enqueue' });
    await expect(eu.send(NOTICE, undefined)).resolves.toEqual({ externalId: ID });
  });

  it.each([
    [400, 'CHANNEL_REFUSED'],
    [401, 'CHANNEL_REFUSED'],
    [404, 'CHANNEL_REFUSED'],
    [413, 'CHANNEL_REFUSED'],
    [500, 'CHANNEL_UNAVAILABLE'],
    [502, 'CHANNEL_UNAVAILABLE'],
  ])('fails with %i: %s, and no secret is said', async (status, code) => {
    hook().reply(status, 'SECRET');
    const error = await channel()
      .send(NOTICE, undefined)
      .catch((reason: unknown) => reason as Error);
    expect(error).toMatchObject({ code });
    expect(`${(error as Error).message} ${(error as Error).stack}`).not.toMatch(/SECRET|events\.pagerduty/);
  });

  it('is tried again when it asks to be left alone', async () => {
    hook().reply(429, '', { 'retry-after': '2' });
    hook().reply(202);
    const waits: number[] = [];
    const patient = withRetries(channel(), {
      totalMs: durationMs(10_000),
      clock: { now: () => at('2026-08-22T10:00:00Z') },
      wait: async (delayMs) => void waits.push(delayMs),
    });
    await patient.send(NOTICE, undefined);
    expect(waits).toEqual([2_000]);
  });

  it('is not followed elsewhere, unless that is allowed', async () => {
    hook().reply(307, undefined, { location: 'https://10.1.2.3/x' });
    await expect(channel().send(NOTICE, undefined)).rejects.toMatchObject({ code: 'CHANNEL_REFUSED' });
    hook().reply(307, undefined, { location: 'https://10.1.2.3/x' });
    const there = nock('https://10.1.2.3').post('/x').reply(202);
    await channel({ redirectHosts: ['10.1.2.3'] }).send(NOTICE, undefined);
    expect(there.isDone()).toBe(true);
  });

  it('drops what it gets twice, and knows when it is over', () => {
    expect(channel().abilities).toEqual({
      updates: 'no',
      threads: false,
      resolves: true,
      deduplicates: true,
      signed: false,
      storms: true,
      remediation: true,
      keepAliveMs: undefined,
    });
  });
});
