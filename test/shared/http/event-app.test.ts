import { describe, expect, it } from 'vitest';
import {
  EventInvalidError,
  IncidentConflictError,
  KubeForbiddenError,
  KubeUnavailableError,
} from '../../../shared/errors/errors.ts';
import type { Outcome } from '../../../shared/runtime/serverless-function.ts';
import { RawClient, toBytes } from './raw-client.ts';
import { serve, useServed } from './served.ts';

useServed();

const EVENT = { specversion: '1.0', id: 'a-1', source: '/s', type: 't.v1' };
const BINARY = { 'ce-specversion': '1.0', 'ce-id': 'a-1', 'ce-source': '/s', 'ce-type': 't.v1' };
const JSON_TYPE = 'application/json';
const STRUCTURED = 'application/cloudevents+json';
const BATCHED = 'application/cloudevents-batch+json';

interface Reason {
  readonly error: { readonly code: string; readonly message: string };
}

async function post(url: string, headers: Record<string, string>, body?: string): Promise<[number, string]> {
  const response = await fetch(url, { method: 'POST', headers, ...(body !== undefined && { body }) });
  return [response.status, await response.text()];
}

function structured(url: string, event: unknown): Promise<[number, string]> {
  return post(url, { 'content-type': STRUCTURED }, JSON.stringify(event));
}

function reasonOf(text: string): string {
  return (JSON.parse(text) as Reason).error.message;
}

describe('an event', () => {
  it('is taken in binary mode, and answered with nothing', async () => {
    const { url, events } = await serve();
    const headers = {
      ...BINARY,
      'ce-subject': 'a%20%E2%82%AC',
      'ce-namespace': '',
      'content-type': JSON_TYPE,
    };
    expect(await post(url, headers, '{"a":"€"}')).toEqual([204, '']);
    const attributes = { ...EVENT, subject: 'a €', namespace: '', datacontenttype: JSON_TYPE };
    expect(events).toEqual([{ ...attributes, data: { a: '€' } }]);
  });

  it('is taken in structured mode', async () => {
    const { url, events } = await serve(async () => 'ignored');
    const event = { ...EVENT, namespace: '', severity: null, sequence: 7, hot: true, data: [1] };
    expect(await structured(url, event)).toEqual([204, '']);
    expect(events).toEqual([{ ...EVENT, namespace: '', sequence: 7, hot: true, data: [1] }]);
  });

  it('may have its data as base64, and none at all', async () => {
    const { url, events } = await serve();
    expect((await structured(url, { ...EVENT, data_base64: 'eyJhIjoxfQ==' }))[0]).toBe(204);
    expect((await post(url, BINARY))[0]).toBe(204);
    expect(events).toEqual([{ ...EVENT, data: { a: 1 } }, EVENT]);
  });

  it('carries the trace of its request on, unless it has its own', async () => {
    const { url, events } = await serve();
    const [first, second] = [1, 2].map((digit) => `00-${`${digit}`.repeat(32)}-00f067aa0ba902b7-01`);
    await post(url, { ...BINARY, traceparent: `${first}` });
    await post(url, { ...BINARY, traceparent: `${first}`, 'ce-traceparent': `${second}` });
    await post(url, { ...BINARY, traceparent: 'nonsense' });
    expect(events.map(({ traceparent }) => traceparent)).toEqual([first, second, undefined]);
  });
});

describe('a request that says nothing', () => {
  type Headers = readonly (readonly [string, string])[];
  /** What Go's client sends with a request that has no body. */
  const BARE: Headers = [['User-Agent', 'Go-http-client/1.1']];

  async function answered(
    headers: Headers,
    { body = '', isAwaited = true, length }: { body?: string; isAwaited?: boolean; length?: number } = {},
  ) {
    let asked = 0;
    const onBareRequest = async () => {
      asked += 1;
    };
    const { port, events } = await serve(undefined, isAwaited ? { onBareRequest } : {});
    const client = new RawClient(port);
    const { status } = await client.send(
      toBytes({ headers, body, ...(length !== undefined && { contentLength: length }) }),
    );
    client.close();
    return { status, asked, events: events.length };
  }

  it.each([[BARE], [[...BARE, ['X-Call-Id', '1'], ['Content-Type', 'text/plain']]]] as Headers[][])(
    'asks for what it is awaited for: %j',
    async (headers) => {
      expect(await answered(headers)).toEqual({ status: 204, asked: 1, events: 0 });
    },
  );

  it('says nothing also where a proxy leaves out that its length is 0', async () => {
    expect(await answered(BARE, { length: -1 })).toEqual({ status: 204, asked: 1, events: 0 });
  });

  it('is refused where it is not awaited', async () => {
    expect(await answered(BARE, { isAwaited: false })).toEqual({ status: 400, asked: 0, events: 0 });
  });

  it.each([
    ['an attribute', ['ce-id', '1'], '', 400],
    ['a media type of events', ['Content-Type', STRUCTURED], '', 400],
    ['a media type of something else', ['Content-Type', 'application/xml'], '', 415],
    ['a body', ['Content-Type', JSON_TYPE], '{}', 400],
  ] as const)('is another with %s, and refused as ever', async (_, header, body, status) => {
    expect(await answered([...BARE, header], { body })).toEqual({ status, asked: 0, events: 0 });
  });

  it('is told to come again when what it asks for fails', async () => {
    const onBareRequest = () => Promise.reject(new KubeUnavailableError('no answer', 'Wait.'));
    const { url } = await serve(undefined, { onBareRequest });
    expect((await post(url, {}))[0]).toBe(503);
  });
});

describe('what is no event', () => {
  const without = (name: string) =>
    Object.fromEntries(Object.entries(BINARY).filter(([key]) => key !== name));
  it.each([
    ['no attributes', {}, '{}', 400, /no id, no source, no type, no specversion/],
    ['no id', without('ce-id'), '', 400, /no id/],
    ['no specversion', without('ce-specversion'), '', 400, /no specversion/],
    ['an empty source', { ...BINARY, 'ce-source': '' }, '', 400, /no source/],
    ['version 0.3', { ...BINARY, 'ce-specversion': '0.3' }, '', 400, /specversion is not 1.0/],
    ['version 1.1', { ...BINARY, 'ce-specversion': '1.1' }, '', 400, /specversion is not 1.0/],
    ['a wrong time', { ...BINARY, 'ce-time': 'yesterday' }, '', 400, /time is not a timestamp/],
    ['an empty subject', { ...BINARY, 'ce-subject': '' }, '', 400, /subject is empty/],
    ['a wrong name', { ...BINARY, 'ce-my_name': 'x' }, '', 400, /"my_name" is no name/],
    ['data as an attribute', { ...BINARY, 'ce-data': 'x' }, '', 400, /"data" is no name/],
    ['overlong UTF-8', { ...BINARY, 'ce-subject': '%C0%A0' }, '', 400, /ce-subject is not percent-encoded/],
    ['a lone percent sign', { ...BINARY, 'ce-subject': '50%' }, '', 400, /ce-subject is not percent-encoded/],
    ['an encoded line end', { ...BINARY, 'ce-subject': 'a%0Ab' }, '', 400, /subject holds control/],
    ['broken JSON', BINARY, '{"a":', 400, /the data is not JSON/],
    ['another type', { ...BINARY, 'content-type': 'application/xml' }, '<a/>', 415, /media type/],
    [
      'another charset',
      { ...BINARY, 'content-type': `${JSON_TYPE}; charset=utf-16` },
      '1',
      415,
      /media type/,
    ],
    ['another format', { 'content-type': 'application/cloudevents+avro' }, 'x', 415, /media type/],
    ['a compressed body', { ...BINARY, 'content-encoding': 'gzip' }, 'x', 415, /compressed/],
    ['broken structure', { 'content-type': STRUCTURED }, '{', 400, /the body is not JSON/],
    ['nothing', { 'content-type': STRUCTURED }, '', 400, /the body is not JSON \(it is empty/],
    ['a list as one', { 'content-type': STRUCTURED }, '[]', 400, /no JSON object/],
    ['one as a list', { 'content-type': BATCHED }, '{}', 400, /no list/],
  ])('is refused for good: %s', async (_what, headers, body, status, reason) => {
    const { url, events, counted } = await serve();
    const [answered, text] = await post(url, { 'content-type': JSON_TYPE, ...headers }, body);
    expect(reasonOf(text)).toMatch(reason);
    expect(text.trimEnd()).not.toContain('\n');
    expect([answered, events, counted]).toEqual([status, [], ['unreadable rejected']]);
  });

  it.each([
    ['a number as id', { id: 7 }, /id is not text/],
    ['a list as extension', { kinds: [] }, /kinds is neither/],
    ['a prototype', JSON.parse('{"__proto__":{"a":1}}') as object, /"__proto__" is no name/],
    ['data twice', { data: 1, data_base64: 'MQ==' }, /data and data_base64/],
    ['base64 that is none', { data_base64: '***' }, /not base64/],
    ['bytes that are no JSON', { datacontenttype: 'image/png', data_base64: 'MQ==' }, /not JSON/],
  ])('is refused in structured mode: %s', async (_what, parts, reason) => {
    const { url } = await serve();
    const text = `{${JSON.stringify(EVENT).slice(1, -1)},${JSON.stringify(parts).slice(1, -1)}}`;
    const [status, answer] = await post(url, { 'content-type': STRUCTURED }, text);
    expect([status, reasonOf(answer)]).toEqual([400, expect.stringMatching(reason)]);
  });

  it('is refused when an attribute comes twice, or in other bytes than ASCII, or is not UTF-8 in its data', async () => {
    const { port } = await serve();
    const client = new RawClient(port);
    const headers = Object.entries(BINARY);
    const twice = await client.send(toBytes({ headers: [...headers, ['CE-ID', 'b']] }));
    const umlaut = await client.send(toBytes({ headers: [...headers, ['ce-subject', '\u00fc']] }));
    const bytes = await client.send(toBytes({ headers, body: Buffer.from([0x22, 0xc3, 0x28, 0x22]) }));
    client.close();
    expect([twice, umlaut, bytes].map(({ status, body }) => `${status} ${reasonOf(body)}`)).toEqual([
      '400 the header ce-id is there twice',
      '400 the header ce-subject holds bytes that are not printable ASCII',
      '400 the data is not UTF-8',
    ]);
  });
});

describe('a failure of the function', () => {
  it.each([
    ['the event breaks its contract', new EventInvalidError('no node in it', 'r'), 400, 'no node in it'],
    ['the API server is away', new KubeUnavailableError('away', 'r'), 503, 'away'],
    ['rights are missing', new KubeForbiddenError('forbidden', 'r'), 503, 'forbidden'],
    ['others write too', new IncidentConflictError('again', 'r'), 503, 'again'],
  ])('%s', async (_what, error, status, message) => {
    const { url, errors } = await serve(() => Promise.reject(error));
    const response = await fetch(url, { method: 'POST', headers: BINARY });
    expect(response.headers.get('retry-after')).toBe(status === 503 ? '1' : null);
    expect([response.status, reasonOf(await response.text()), errors]).toEqual([status, message, []]);
  });

  it('says nothing of a bug but that there is one; the log has it', async () => {
    const bug = new TypeError('password is hunter2');
    const { url, errors } = await serve(() => Promise.reject(bug));
    const [status, text] = await post(url, BINARY);
    expect([status, text.includes('hunter2')]).toEqual([500, false]);
    expect(errors).toEqual([{ err: bug }]);
  });

  it('is told in few words, however long they were', async () => {
    const { url } = await serve(() => Promise.reject(new EventInvalidError('x'.repeat(9_000), 'r')));
    expect(reasonOf((await post(url, BINARY))[1])).toHaveLength(500);
  });
});

describe('a batch', () => {
  const send = (url: string, events: readonly unknown[]) =>
    post(url, { 'content-type': BATCHED }, JSON.stringify(events));
  const failing = async ({ id }: { readonly id: string }): Promise<Outcome> => {
    if (id === 'away') throw new KubeUnavailableError('away', 'r');
    if (id === 'bug') throw new TypeError('bug');
    if (id === 'wrong') throw new EventInvalidError('wrong shape', 'r');
    return 'done';
  };

  it.each([
    [[], 204],
    [['a', 'b'], 204],
    [['a', 'away', 'b'], 503],
    [['wrong', 'away'], 503],
    [['wrong', 'b'], 400],
    [['a', 'bug'], 500],
    [['bug', 'bug'], 500],
  ])('of %j is handled whole and answered %i', async (ids, status) => {
    const { url, events } = await serve(failing);
    expect(
      (
        await send(
          url,
          ids.map((id) => ({ ...EVENT, id })),
        )
      )[0],
    ).toBe(status);
    expect(events.map(({ id }) => id)).toEqual(ids);
  });

  it('names the places of the events that it refuses', async () => {
    const { url, events, counted } = await serve(failing);
    const [status, text] = await send(url, [7, EVENT, { ...EVENT, id: 'wrong' }]);
    expect([status, reasonOf(text)]).toEqual([
      400,
      'of the 3 events of the batch, counted from 0, 0, 2 cannot be accepted; the first of these: the event is no JSON object',
    ]);
    expect([events.length, counted]).toEqual([2, ['unreadable rejected']]);
  });
});
