import { timingSafeEqual } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  ConfigInvalidError,
  EventInvalidError,
  KubeUnauthorizedError,
  KubeUnavailableError,
  OverloadedError,
  SinkUnavailableError,
} from '../../../shared/errors/errors.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import { type AlertAccess, alertRoutes, MAX_ALERTS_BYTES } from '../../../shared/http/alert-route.ts';
import { payload, sentAlert } from '../../support/alerts.ts';
import { NO_METRICS } from '../../support/runtime-ports.ts';
import { serve, useServed } from './served.ts';

vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) };
});
useServed();

const SECRETS = { tokens: ['old-token', 'new-token'], logins: ['am:pass:word', 'ü:ß'] };
const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`;

interface Posted {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function aRoute(
  access: AlertAccess = 'anybody',
  handle: (event: IncomingEvent) => Promise<unknown> = async () => 'done',
) {
  const events: IncomingEvent[] = [];
  const take = (event: IncomingEvent) => {
    events.push(event);
    return handle(event);
  };
  const served = await serve(undefined, {
    addRoutes: alertRoutes({ access, handle: take, metrics: NO_METRICS }),
  });
  const post = async (body: string, headers: Record<string, string> = {}): Promise<Posted> => {
    const answer = await fetch(`${served.url}/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  return { ...served, taken: events, post };
}

describe('POST /alerts', () => {
  it('makes an event of a request, and answers 204 with nothing', async () => {
    const { post, taken, events } = await aRoute();
    const answer = await post(JSON.stringify(payload()));
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect(taken).toMatchObject([
      {
        specversion: '1.0',
        type: 'dev.kubevirt-orphans.alertmanager.webhook',
        source: '/alertmanager',
        data: { version: '4', alerts: [{ labels: { node: 'node02' } }] },
      },
    ]);
    expect(events).toEqual([]);
  });

  it('gives a request that is sent again the same id, and every other one another', async () => {
    const { post, taken } = await aRoute();
    const { labels } = sentAlert();
    const reversed = Object.fromEntries(Object.entries(labels).reverse());
    const same = [
      payload(),
      payload([sentAlert({}, { labels: reversed, annotations: {} })], { externalURL: 'http://another' }),
    ];
    const others = [
      payload([sentAlert({}, { status: 'resolved' })]),
      payload([sentAlert({ node: 'node03' })]),
      payload([sentAlert({}, { startsAt: '2026-08-22T10:11:00Z' })]),
      payload([sentAlert(), sentAlert()]),
      payload(undefined, { groupKey: 'another' }),
      payload([]),
    ];
    for (const body of [...same, ...others]) await post(JSON.stringify(body));
    const ids = taken.map(({ id }) => id);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(1 + others.length);
  });

  it.each<readonly [string, number, string, Record<string, string>]>([
    ['no JSON', 400, '{"version":', {}],
    ['nothing', 400, '', {}],
    ['another version', 400, JSON.stringify(payload([], { version: '3' })), {}],
    ['a payload of its own', 400, '{"text":"node02 is orphaned"}', {}],
    ['no JSON by its type', 415, '{}', { 'content-type': 'text/plain' }],
    ['another charset', 415, '{}', { 'content-type': 'application/json; charset=utf-16' }],
    ['a compressed body', 415, '{}', { 'content-encoding': 'gzip' }],
  ])('refuses %s with %i and one line', async (_, status, body, headers) => {
    const { post, taken } = await aRoute();
    const answer = await post(body, headers);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(/^\{"error":\{"code":"[A-Z_]+","message":"[^"\n]+.*\}\}\n$/);
    expect(taken).toEqual([]);
  });

  it('refuses other methods for good', async () => {
    const { url } = await aRoute();
    const answer = await fetch(`${url}/alerts`);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('takes 10 MB of alerts, and no more than 16 MiB', async () => {
    const { post, taken } = await aRoute();
    const alerts = Array.from({ length: 20_000 }, (_, index) =>
      sentAlert({ fill: 'x'.repeat(200), index: `${index}` }, { annotations: { text: 'y'.repeat(50) } }),
    );
    const body = JSON.stringify(payload(alerts));
    expect(body.length).toBeGreaterThan(10_000_000);
    expect((await post(body)).status).toBe(204);
    const [event] = taken;
    expect(event?.data).toHaveProperty('alerts.length', 20_000);
    const tooLarge = await post('x'.repeat(MAX_ALERTS_BYTES + 1));
    expect(tooLarge).toMatchObject({ status: 413, text: expect.stringContaining('max_alerts') });
  });

  it.each([
    new KubeUnavailableError('away', 'Wait.'),
    new KubeUnauthorizedError('unknown', 'Wait.'),
    new SinkUnavailableError('down', 'Wait.'),
    new OverloadedError('full', 'Wait.'),
  ])('answers 503 to what may pass: $name', async (failure) => {
    const { post } = await aRoute('anybody', () => Promise.reject(failure));
    expect((await post(JSON.stringify(payload()))).status).toBe(503);
  });

  it('answers 400 to what the function refuses', async () => {
    const { post } = await aRoute('anybody', () => Promise.reject(new EventInvalidError('no', 'Do.')));
    expect((await post(JSON.stringify(payload()))).status).toBe(400);
  });

  it('answers 503 when more is worked on than may be held, and takes again what comes later', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { post, taken, url } = await aRoute('anybody', () => held);
    // In chunks: of a body that does not say how large it is, the largest is assumed.
    const chunked = async () => {
      const body = new Blob([JSON.stringify(payload())]).stream();
      const headers = { 'content-type': 'application/json' };
      return (await fetch(`${url}/alerts`, { method: 'POST', headers, body, duplex: 'half' })).status;
    };
    const waiting = [chunked(), chunked(), chunked(), chunked()];
    await expect.poll(() => taken.length).toBe(4);
    expect((await post(JSON.stringify(payload()))).status).toBe(503);
    release();
    expect(await Promise.all(waiting)).toEqual([204, 204, 204, 204]);
    expect((await post(JSON.stringify(payload()))).status).toBe(204);
  });

  it('answers no JSON whatever with a failure of its own', async () => {
    const { post, errors } = await aRoute();
    const near = fc.record(
      {
        version: fc.oneof(fc.constant('4'), fc.jsonValue()),
        groupKey: fc.jsonValue(),
        alerts: fc.oneof(
          fc.jsonValue(),
          fc.array(
            fc.record(
              {
                status: fc.oneof(fc.constantFrom('firing', 'resolved'), fc.jsonValue()),
                labels: fc.oneof(fc.dictionary(fc.string(), fc.string()), fc.jsonValue()),
                startsAt: fc.jsonValue(),
                fingerprint: fc.jsonValue(),
              },
              { requiredKeys: [] },
            ),
          ),
        ),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), near), async (body) => {
        expect([204, 400]).toContain((await post(JSON.stringify(body))).status);
      }),
      { numRuns: 300 },
    );
    expect(errors).toEqual([]);
  });
});

describe('whoever sends alerts', () => {
  it.each<readonly [string, number, string | undefined]>([
    ['the first token', 204, 'Bearer old-token'],
    ['the second token', 204, 'Bearer new-token'],
    ['a scheme in lower case', 204, 'bearer new-token'],
    ['a login', 204, basic('am:pass:word')],
    ['a login of other letters', 204, basic('ü:ß')],
    ['nothing', 401, undefined],
    ['an empty header', 401, ''],
    ['an empty token', 401, 'Bearer '],
    ['a wrong token', 401, 'Bearer old-tokem'],
    ['the beginning of a token', 401, 'Bearer old'],
    ['more than a token', 401, 'Bearer old-token old-token'],
    ['a token without a scheme', 401, 'old-token'],
    ['a token of another scheme', 401, 'Digest old-token'],
    ['a token as a login', 401, basic('old-token')],
    ['a login as a token', 401, 'Bearer am:pass:word'],
    ['a wrong password', 401, basic('am:pass')],
    ['no base64', 401, 'Basic !!!!'],
  ])('with %s is answered %i', async (_, status, authorization) => {
    const { post, taken } = await aRoute(() => SECRETS);
    const answer = await post(
      JSON.stringify(payload()),
      authorization === undefined ? {} : { authorization },
    );
    expect(answer.status).toBe(status);
    expect(taken).toHaveLength(status === 204 ? 1 : 0);
    expect(answer.headers.get('www-authenticate')).toBe(
      status === 204
        ? null
        : 'Bearer realm="kubevirt-orphans", Basic realm="kubevirt-orphans", charset="UTF-8"',
    );
    for (const secret of ['old-token', 'new-token', 'pass']) expect(answer.text).not.toContain(secret);
  });

  it('is asked before anything is read', async () => {
    const { post } = await aRoute(() => SECRETS);
    expect((await post('x'.repeat(MAX_ALERTS_BYTES + 1), { 'content-type': 'text/plain' })).status).toBe(401);
  });

  it('is compared in constant time: with every secret, by digests of one length', async () => {
    const { post } = await aRoute(() => ({
      ...SECRETS,
      tokens: ['short', 'a-longer-token', 'the-longest-of-them'],
    }));
    const compared = vi.mocked(timingSafeEqual);
    for (const token of ['short', 'the-longest-of-them', 'wrong']) {
      compared.mockClear();
      await post(JSON.stringify(payload()), { authorization: `Bearer ${token}` });
      expect(compared.mock.calls.map(([a, b]) => [a.byteLength, b.byteLength])).toEqual([
        [32, 32],
        [32, 32],
        [32, 32],
      ]);
    }
  });

  it('is asked for the secrets of now, so that they can be replaced', async () => {
    let tokens = ['first'];
    const { post } = await aRoute(() => ({ tokens, logins: [] }));
    const statusWith = async (token: string) =>
      (await post(JSON.stringify(payload()), { authorization: `Bearer ${token}` })).status;
    expect(await statusWith('first')).toBe(204);
    tokens = ['second'];
    expect([await statusWith('first'), await statusWith('second')]).toEqual([401, 204]);
  });

  it('is told to come again while the secrets cannot be read', async () => {
    const { post } = await aRoute(() => {
      throw new ConfigInvalidError('the file cannot be read', 'Mount it.');
    });
    expect((await post(JSON.stringify(payload()), { authorization: 'Bearer x' })).status).toBe(503);
  });

  it('is nobody when nobody was said to, whatever is sent', async () => {
    const { post, taken } = await aRoute('nobody');
    const answer = await post(JSON.stringify(payload()), { authorization: 'Bearer ' });
    expect(answer).toMatchObject({ status: 403, text: expect.stringContaining('ALERT_WEBHOOK_TOKEN_FILE') });
    expect(taken).toEqual([]);
  });

  it('is nobody while there is no secret at all', async () => {
    const { post } = await aRoute(() => ({ tokens: [], logins: [] }));
    for (const authorization of ['Bearer ', 'Basic ', basic(''), 'x'])
      expect((await post(JSON.stringify(payload()), { authorization })).status).toBe(401);
  });
});
