import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSlackBotChannel } from '../../../shared/channels/slack-bot.ts';
import { slackPayload } from '../../../shared/channels/slack-payload.ts';
import { withRetries } from '../../../shared/channels/with-retries.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import type { Notice } from '../../../shared/runtime/channel.ts';
import { at } from '../../support/incidents.ts';
import { notices } from '../../support/notices.ts';

const HOST = 'https://slack.test';
const TOKEN = 'xoxb-SECRET';
const noticeOf = (name: string, parts: Partial<Notice> = {}): Notice => ({
  ...(notices()[name] as Notice),
  ...parts,
});
const OPENED = noticeOf('opened');
const ANSWER = { ok: true, channel: 'C0123', ts: '1787393520.000200' };
const ID = 'C0123/1787393520.000200/Open/warning';

const sent: { readonly method: string; readonly fields: Readonly<Record<string, string>> }[] = [];
const bot = (token = TOKEN) =>
  createSlackBotChannel({
    name: 'chat',
    token: () => token,
    channel: '#virt',
    timeoutMs: durationMs(5_000),
    apiUrl: `${HOST}/api/`,
  });

/** Slack answers one call of a method. */
function slack(method: string, answer: object | string, status = 200, headers = {}): void {
  nock(HOST, { reqheaders: { authorization: `Bearer ${TOKEN}` } })
    .post(`/api/${method}`, (fields) => {
      sent.push({ method, fields: fields as Readonly<Record<string, string>> });
      return true;
    })
    .reply(status, answer, headers);
}
const methods = () => sent.map(({ method }) => method);
const failureOf = async (promise: Promise<unknown>): Promise<Error> => {
  const error = await promise.then(
    () => expect.fail('it does not fail'),
    (reason: unknown) => reason as Error & { readonly remedy: string },
  );
  expect(`${error.message} ${error.remedy} ${error.stack} ${String(error.cause)}`).not.toMatch(
    /SECRET|slack\.test/,
  );
  return error;
};

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  sent.length = 0;
  const pending = nock.pendingMocks();
  nock.cleanAll();
  nock.enableNetConnect();
  expect(pending).toEqual([]);
});

describe('Slack by a bot', () => {
  it('tells an incident in a message whose id it keeps', async () => {
    slack('chat.postMessage', ANSWER);
    await expect(bot().send(OPENED, undefined)).resolves.toEqual({ externalId: ID });
    const { text, blocks } = slackPayload(OPENED.message);
    expect(sent[0]?.fields).toEqual({
      channel: '#virt',
      text,
      blocks: JSON.stringify(blocks),
      unfurl_links: 'false',
      unfurl_media: 'false',
    });
  });

  it('changes that message when there is more to tell, and says no more', async () => {
    slack('chat.update', ANSWER);
    await expect(bot().send(noticeOf('opened', { intent: 'update' }), ID)).resolves.toEqual({
      externalId: ID,
    });
    expect(sent[0]?.fields).toMatchObject({ channel: 'C0123', ts: '1787393520.000200' });
  });

  it.each([
    ['the state changes', OPENED, 'C0123/1787393520.000200/Suspected/info', ID],
    [
      'the severity changes',
      noticeOf('opened', { intent: 'update' }),
      'C0123/1787393520.000200/Open/critical',
      ID,
    ],
    ['it is repeated', noticeOf('opened', { intent: 'repeat' }), ID, ID],
    ['it is over', noticeOf('recovered'), ID, 'C0123/1787393520.000200/Resolved/warning'],
  ])('rings in its thread when %s', async (_, notice, previous, externalId) => {
    slack('chat.update', ANSWER);
    slack('chat.postMessage', { ...ANSWER, ts: '1787393999.000100' });
    await expect(bot().send(notice, previous)).resolves.toEqual({ externalId });
    expect(sent[1]?.fields).toMatchObject({ channel: 'C0123', thread_ts: '1787393520.000200' });
    expect(sent[1]?.fields['text']).toContain(notice.message.title.slice(0, 20));
  });

  it.each(['message_not_found', 'cant_update_message', 'edit_window_closed', 'channel_not_found'])(
    'tells it anew when its message is gone: %s',
    async (error) => {
      slack('chat.update', { ok: false, error });
      slack('chat.postMessage', { ...ANSWER, ts: '1787394000.000300' });
      const receipt = await bot().send(noticeOf('recovered'), ID);
      expect(receipt).toEqual({ externalId: 'C0123/1787394000.000300/Resolved/warning' });
      expect(methods()).toEqual(['chat.update', 'chat.postMessage']);
      expect(sent[1]?.fields['thread_ts']).toBeUndefined();
    },
  );

  it('tells it anew when it cannot read what it kept', async () => {
    slack('chat.postMessage', ANSWER);
    await expect(bot().send(OPENED, 'something else')).resolves.toEqual({ externalId: ID });
  });

  it.each(['invalid_auth', 'not_in_channel', 'is_archived', 'channel_not_found', 'msg_blocks_too_long'])(
    'is refused: %s',
    async (error) => {
      slack('chat.postMessage', { ok: false, error });
      expect(await failureOf(bot().send(OPENED, undefined))).toMatchObject({
        code: 'CHANNEL_REFUSED',
        message: `channel chat refuses a notice: Slack answers ${error}`,
      });
    },
  );

  it.each(['ratelimited', 'internal_error', 'service_unavailable'])('may pass: %s', async (error) => {
    slack('chat.postMessage', { ok: false, error });
    expect(await failureOf(bot().send(OPENED, undefined))).toMatchObject({ code: 'CHANNEL_UNAVAILABLE' });
  });

  it.each([
    ['a page', '<html>SECRET</html>'],
    ['nothing', ''],
    ['null', 'null'],
    ['an error that is no code', { ok: false, error: 'no such token: xoxb-SECRET' }],
    ['no id', { ok: true }],
  ])('may pass when what answers is not Slack: %s', async (_, answer) => {
    slack('chat.postMessage', answer);
    expect(await failureOf(bot().send(OPENED, undefined))).toMatchObject({ code: 'CHANNEL_UNAVAILABLE' });
  });

  it.each([
    [503, {}, undefined],
    [429, { 'retry-after': '30' }, 30_000],
    [429, {}, undefined],
  ])('may pass with %i %j', async (status, headers, retryAfterMs) => {
    slack('chat.postMessage', '', status, headers);
    expect(await failureOf(bot().send(OPENED, undefined))).toMatchObject({
      code: 'CHANNEL_UNAVAILABLE',
      message: `channel chat does not take a notice: it answers ${status}`,
      retryAfterMs,
    });
  });

  it('does not say a token that cannot be sent', async () => {
    expect(await failureOf(bot('xoxb-SECRET\nx').send(OPENED, undefined))).toMatchObject({
      code: 'CHANNEL_REFUSED',
    });
  });

  it('tries again as every channel does, and by itself never', async () => {
    slack('chat.postMessage', '', 429, { 'retry-after': '3' });
    slack('chat.postMessage', '', 500);
    slack('chat.postMessage', ANSWER);
    const waits: number[] = [];
    const patient = withRetries(bot(), {
      totalMs: durationMs(10_000),
      clock: { now: () => at('2026-08-22T10:00:00Z') },
      random: () => 0,
      wait: async (delayMs) => void waits.push(delayMs),
    });
    await expect(patient.send(OPENED, undefined)).resolves.toEqual({ externalId: ID });
    expect(waits).toEqual([3_000, 500]);
  });

  it('writes nothing to the console, whatever Slack warns of', async () => {
    const lines = (['log', 'info', 'warn', 'error', 'debug'] as const).map((level) =>
      vi.spyOn(console, level),
    );
    slack('chat.postMessage', {
      ...ANSWER,
      response_metadata: { warnings: ['w'], messages: ['[ERROR] e', '[WARN] w'] },
    });
    await bot().send(OPENED, undefined);
    for (const line of lines) expect(line).not.toHaveBeenCalled();
  });

  it('updates in place, in a thread', () => {
    expect(bot().abilities).toMatchObject({
      updates: 'in place',
      threads: true,
      resolves: true,
      deduplicates: false,
    });
  });
});
