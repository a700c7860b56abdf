import nock from 'nock';
import { describe, expect, it } from 'vitest';
import { createWebhookChannel, toRequest, type WebhookOptions } from '../../../shared/channels/webhook.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import type { ProductEvent } from '../../../shared/events/product-event.ts';
import type { Notice } from '../../../shared/runtime/channel.ts';
import { failureOf } from '../../support/failure.ts';
import { describeGoldens } from '../../support/golden.ts';
import { at } from '../../support/incidents.ts';
import { notices } from '../../support/notices.ts';
import { type Received, verifyWebhook } from '../../support/standard-webhooks.ts';
import { useNock } from '../kubernetes/fake-api.ts';

useNock();

const NOW = at('2026-08-22T10:20:00.900Z');
const NOW_S = Math.floor(NOW / 1_000);
const OLD = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const NEW = `whsec_${Buffer.from('n'.repeat(32)).toString('base64')}`;

function someOptions(parts: Partial<WebhookOptions> = {}): WebhookOptions {
  return {
    name: 'events',
    url: () => 'https://receiver.example/in?key=SECRET',
    secrets: () => [NEW],
    timeoutMs: durationMs(1_000),
    clock: { now: () => NOW },
    ...parts,
  };
}

function aNotice(event: Partial<ProductEvent> = {}): Notice {
  const { opened } = notices();
  if (opened === undefined) throw new Error('there is one');
  return { ...opened, event: { ...opened.event, ...event } };
}

const receiver = () => nock('https://receiver.example').post('/in?key=SECRET');
const send = (parts?: Partial<WebhookOptions>, notice = aNotice()) =>
  createWebhookChannel(someOptions(parts)).send(notice, undefined);

/** What nock knows of a request beside its types. Its `body` is parsed: a signature is over the text. */
interface NockRequest {
  readonly headers: Received['headers'];
  readonly requestBodyBuffers: readonly Buffer[];
}

/** What a receiver gets. */
async function received(parts: Partial<WebhookOptions> = {}, notice = aNotice()): Promise<Received> {
  let request: Received | undefined;
  receiver().reply(function () {
    const { headers, requestBodyBuffers } = this.req as unknown as NockRequest;
    request = { headers, body: Buffer.concat(requestBodyBuffers).toString() };
    return [200];
  });
  await send(parts, notice);
  if (request === undefined) throw new Error('nothing came');
  return request;
}

describe("the verifier, with the specification's vectors", () => {
  const body = '{"test": 2432232314}';
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };

  it('knows what was signed, also among other signatures', () => {
    expect(verifyWebhook({ headers, body }, OLD, 1_614_265_330)).toBe(headers['webhook-id']);
    const several = `v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v1a,abc ${headers['webhook-signature']}`;
    const rotated = { ...headers, 'webhook-signature': several };
    expect(verifyWebhook({ headers: rotated, body }, OLD, 1_614_265_330)).toBe(headers['webhook-id']);
  });

  it.each([
    ['another body', { headers, body: `${body} ` }, OLD, 1_614_265_330],
    ['another secret', { headers, body }, NEW, 1_614_265_330],
    ['an old timestamp', { headers, body }, OLD, 1_614_265_631],
    ['a future timestamp', { headers, body }, OLD, 1_614_265_029],
    ['another id', { headers: { ...headers, 'webhook-id': 'msg_1' }, body }, OLD, 1_614_265_330],
    ['no signature', { headers: { ...headers, 'webhook-signature': undefined }, body }, OLD, 1_614_265_330],
    ['a short secret', { headers, body }, 'whsec_c2hvcnQ=', 1_614_265_330],
  ])('refuses %s', (_, request, secret, now) => {
    expect(() => verifyWebhook(request, secret, now)).toThrow();
  });
});

describe('what is sent', () => {
  it('is the event in structured mode', async () => {
    const { headers, body } = await received();
    expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(JSON.parse(body)).toEqual(JSON.parse(JSON.stringify(aNotice().event)));
  });

  it('is signed at the time of the attempt', async () => {
    const request = await received();
    expect(request.headers['webhook-timestamp']).toBe(`${NOW_S}`);
    expect(verifyWebhook(request, NEW, NOW_S + 300)).toMatch(/^msg_[0-9a-f]{32}$/);
    expect(() => verifyWebhook(request, NEW, NOW_S + 301)).toThrow('timestamp');
    expect(() => verifyWebhook(request, OLD, NOW_S)).toThrow('no signature');
    expect(() => verifyWebhook({ ...request, body: `${request.body} ` }, NEW, NOW_S)).toThrow('no signature');
  });

  it('is signed by every secret, so that either is known while they are changed', async () => {
    const request = await received({ secrets: () => [NEW, ` ${OLD}\n`] });
    expect(request.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    expect(verifyWebhook(request, OLD, NOW_S)).toBe(verifyWebhook(request, NEW, NOW_S));
  });

  it('is signed byte for byte, whatever is in it', async () => {
    const hostile = notices()['hostile-names'];
    if (hostile === undefined) throw new Error('there is one');
    const request = await received({}, hostile);
    expect(verifyWebhook(request, NEW, NOW_S)).toMatch(/^msg_/);
  });

  it('has an id of the event, and of nothing else', async () => {
    const id = async (event: Partial<ProductEvent>, now = NOW) =>
      (await received({ clock: { now: () => now } }, aNotice(event))).headers['webhook-id'];
    const first = await id({ id: 'u.1.2.opened', source: '/clusters/a' });
    expect(await id({ id: 'u.1.2.opened', source: '/clusters/a' }, at('2026-08-23T10:00:00Z'))).toBe(first);
    expect(await id({ id: 'u.1.3.opened', source: '/clusters/a' })).not.toBe(first);
    expect(await id({ id: 'u.1.2.opened', source: '/clusters/b' })).not.toBe(first);
  });

  it('is not signed without a secret, and says so in its abilities', async () => {
    const { headers } = await received({ secrets: () => [] });
    expect(headers).not.toHaveProperty('webhook-signature');
    expect(headers['webhook-id']).toMatch(/^msg_/);
    expect(createWebhookChannel(someOptions({ secrets: () => [] })).abilities.signed).toBe(false);
    expect(createWebhookChannel(someOptions()).abilities.signed).toBe(true);
  });

  it('has the headers of the settings, but none of them instead of ours', async () => {
    const { headers } = await received({ headers: () => ({ 'x-team': 'ops', 'webhook-id': 'mine' }) });
    expect(headers['x-team']).toBe('ops');
    expect(headers['webhook-id']).toMatch(/^msg_/);
  });
});

describe('what the receiver says', () => {
  it.each([
    [410, 'CHANNEL_REFUSED'],
    [404, 'CHANNEL_REFUSED'],
    [429, 'CHANNEL_UNAVAILABLE'],
    [502, 'CHANNEL_UNAVAILABLE'],
  ])('%i is %s', async (status, code) => {
    receiver().reply(status);
    expect((await failureOf(() => send())).code).toBe(code);
  });

  it('may lead elsewhere, to where it is allowed to', async () => {
    const location = 'https://other.example/in';
    receiver().reply(308, '', { location });
    nock('https://other.example').post('/in').reply(204);
    await expect(send({ redirectHosts: ['other.example'] })).resolves.toEqual({ externalId: undefined });
    receiver().reply(308, '', { location });
    expect((await failureOf(() => send())).code).toBe('CHANNEL_REFUSED');
  });
});

it('names neither its address nor its secrets in an error', async () => {
  receiver().replyWithError('SECRET');
  for (const parts of [
    {},
    { secrets: () => ['whsec_SECRET SECRET!'] },
    { secrets: () => ['whsec_'] },
    { url: () => 'SECRET' },
  ]) {
    const failure = await failureOf(() => send(parts));
    expect(`${failure.stack} ${failure.remedy}`).not.toMatch(/SECRET|receiver\.example/);
  }
});

describeGoldens('webhook', ({ event }) => {
  const { headers, body } = toRequest(event, someOptions());
  return { headers, body: JSON.parse(body) };
});
