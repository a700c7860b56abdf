import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { slackPayload } from '../../../shared/channels/slack-payload.ts';
import { createSlackWebhookChannel } from '../../../shared/channels/slack-webhook.ts';
import { withRetries } from '../../../shared/channels/with-retries.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import type { Notice } from '../../../shared/runtime/channel.ts';
import { at } from '../../support/incidents.ts';
import { notices } from '../../support/notices.ts';

const HOST = 'https://hooks.slack.test';
const NOTICE = notices()['opened'] as Notice;
const chat = (redirectHosts: readonly string[] = []) =>
  createSlackWebhookChannel({
    name: 'chat',
    webhookUrl: () => `${HOST}/services/T0/B0/SECRET`,
    timeoutMs: durationMs(5_000),
    redirectHosts,
  });
const hook = () => nock(HOST).post('/services/T0/B0/SECRET');

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  nock.enableNetConnect();
  expect(pending).toEqual([]);
});

describe('Slack by an incoming webhook', () => {
  it('is sent the message as JSON, and unfolds no link', async () => {
    let body: unknown;
    nock(HOST)
      .post('/services/T0/B0/SECRET', (sent) => {
        body = sent;
        return true;
      })
      .matchHeader('content-type', 'application/json; charset=utf-8')
      .reply(200, 'ok');
    await expect(chat().send(NOTICE, undefined)).resolves.toEqual({ externalId: undefined });
    expect(body).toEqual({ ...slackPayload(NOTICE.message), unfurl_links: false, unfurl_media: false });
  });

  it.each([
    [400, 'invalid_payload', 'CHANNEL_REFUSED'],
    [403, 'invalid_token', 'CHANNEL_REFUSED'],
    [404, 'no_service', 'CHANNEL_REFUSED'],
    [410, 'channel_is_archived', 'CHANNEL_REFUSED'],
    [500, 'rollup_error', 'CHANNEL_UNAVAILABLE'],
  ])('fails with %i %s: %s, and no secret is said', async (status, text, code) => {
    hook().reply(status, text);
    const error = await chat()
      .send(NOTICE, undefined)
      .catch((reason: unknown) => reason as Error);
    expect(error).toMatchObject({ code });
    expect(`${(error as Error).message} ${(error as Error).stack}`).not.toMatch(/SECRET|hooks\.slack/);
  });

  it('is tried again when it asks to be left alone', async () => {
    hook().reply(429, 'rate_limited', { 'retry-after': '2' });
    hook().reply(200, 'ok');
    const waits: number[] = [];
    const patient = withRetries(chat(), {
      totalMs: durationMs(10_000),
      clock: { now: () => at('2026-08-22T10:00:00Z') },
      wait: async (delayMs) => void waits.push(delayMs),
    });
    await expect(patient.send(NOTICE, undefined)).resolves.toEqual({ externalId: undefined });
    expect(waits).toEqual([2_000]);
  });

  it('is not followed elsewhere, unless that is allowed', async () => {
    hook().reply(307, undefined, { location: 'https://10.1.2.3/x' });
    await expect(chat().send(NOTICE, undefined)).rejects.toMatchObject({ code: 'CHANNEL_REFUSED' });
    hook().reply(307, undefined, { location: 'https://10.1.2.3/x' });
    nock('https://10.1.2.3').post('/x').reply(200, 'ok');
    await expect(chat(['10.1.2.3']).send(NOTICE, undefined)).resolves.toEqual({ externalId: undefined });
  });

  it('tells each as a message of its own', () => {
    expect(chat().abilities).toEqual({
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
