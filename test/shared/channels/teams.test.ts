import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PostWebhookOptions } from '../../../shared/channels/post-webhook.ts';
import { createTeamsChannel } from '../../../shared/channels/teams.ts';
import { teamsPayload } from '../../../shared/channels/teams-payload.ts';
import { withRetries } from '../../../shared/channels/with-retries.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import type { Notice } from '../../../shared/runtime/channel.ts';
import { at } from '../../support/incidents.ts';
import { notices } from '../../support/notices.ts';

const HOST = 'https://flow.test';
const hook = () => nock(HOST).post('/workflows/SECRET/triggers/manual/paths/invoke');
const channel = (parts: Partial<PostWebhookOptions> = {}) =>
  createTeamsChannel({
    name: 'chat',
    webhookUrl: () => `${HOST}/workflows/SECRET/triggers/manual/paths/invoke`,
    timeoutMs: durationMs(5_000),
    ...parts,
  });
const NOTICE = notices()['opened'] as Notice;

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  nock.enableNetConnect();
  expect(pending).toEqual([]);
});

describe('Teams by a workflow', () => {
  it('is sent the message as an adaptive card, and takes it with 202', async () => {
    const card = JSON.parse(JSON.stringify(teamsPayload(NOTICE.message))) as nock.DataMatcherMap;
    nock(HOST)
      .post('/workflows/SECRET/triggers/manual/paths/invoke', card)
      .matchHeader('content-type', 'application/json; charset=utf-8')
      .reply(202);
    await expect(channel().send(NOTICE, undefined)).resolves.toEqual({ externalId: undefined });
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
    expect(`${(error as Error).message} ${(error as Error).stack}`).not.toMatch(/SECRET|flow\.test/);
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

  it('tells each as a message of its own', () => {
    expect(channel().abilities).toEqual({
      updates: 'no',
      threads: false,
      resolves: false,
      deduplicates: false,
      signed: false,
      storms: true,
      remediation: true,
      keepAliveMs: undefined,
    });
  });
});
