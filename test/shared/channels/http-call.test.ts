import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChannelCall, callChannel } from '../../../shared/channels/http-call.ts';
import { type Clock, durationMs } from '../../../shared/domain/units.ts';
import { at } from '../../support/incidents.ts';

const HOST = 'https://hooks.example';
const clock: Clock = { now: () => at('2026-08-22T10:00:00Z') };

function call(parts: Partial<ChannelCall> = {}) {
  const url = `${HOST}/T0/SECRET`;
  return callChannel('chat', { url, body: '{"a":1}', timeoutMs: durationMs(5_000), clock, ...parts });
}
const hook = () => nock(HOST).post('/T0/SECRET');

/** The failure as a log would see it, whose text must hold no part of the address. */
async function failureOf(promise: Promise<unknown>): Promise<Record<string, unknown>> {
  const error = (await promise.then(
    () => expect.fail('it does not fail'),
    (reason: unknown) => reason,
  )) as Error & { readonly remedy: string };
  expect(`${error.message} ${error.remedy} ${error.stack} ${String(error.cause)}`).not.toMatch(
    /SECRET|hooks\.example/,
  );
  return error as unknown as Record<string, unknown>;
}

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  nock.enableNetConnect();
  expect(pending).toEqual([]);
});

describe('what the other side answers', () => {
  it.each([200, 202, 204])('is taken with %i', async (status) => {
    hook()
      .matchHeader('content-type', 'application/json')
      .reply(status, status === 204 ? '' : 'ok');
    const answer = await call({ headers: { 'content-type': 'application/json' } });
    expect([answer.status, answer.text]).toEqual([status, status === 204 ? '' : 'ok']);
  });

  it('is what the body was sent for, byte for byte, by the method that was asked for', async () => {
    nock(HOST).put('/T0/SECRET', 'größer\n').reply(200);
    await expect(call({ method: 'PUT', body: 'größer\n' })).resolves.toMatchObject({ status: 200 });
  });

  it.each([400, 401, 403, 404, 409, 410, 413, 422, 304])('is refused with %i', async (status) => {
    hook().reply(status, 'invalid_payload');
    expect(await failureOf(call())).toMatchObject({
      code: 'CHANNEL_REFUSED',
      message: `channel chat refuses a notice: it answers ${status}`,
    });
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('may pass with %i', async (status) => {
    hook().reply(status);
    expect(await failureOf(call())).toMatchObject({
      code: 'CHANNEL_UNAVAILABLE',
      message: `channel chat does not take a notice: it answers ${status}`,
      retryAfterMs: undefined,
    });
  });

  it.each([
    ['30', 30_000],
    ['0', 0],
    ['999999999999', 3_600_000],
    ['Sat, 22 Aug 2026 10:01:30 GMT', 90_000],
    ['Sat, 22 Aug 2026 09:00:00 GMT', 0],
    ['Sun, 23 Aug 2026 10:00:00 GMT', 3_600_000],
    ['soon', undefined],
  ])('asks to be left alone by Retry-After: %s', async (retryAfter, retryAfterMs) => {
    hook().reply(429, 'slow down', { 'retry-after': retryAfter });
    expect(await failureOf(call())).toMatchObject({ code: 'CHANNEL_UNAVAILABLE', retryAfterMs });
  });
});

describe('what goes wrong on the way', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET'])('may pass: %s', async (code) => {
    hook().replyWithError(Object.assign(new Error('failed'), { code }));
    expect(await failureOf(call())).toMatchObject({
      code: 'CHANNEL_UNAVAILABLE',
      message: `channel chat does not take a notice: the connection fails (${code})`,
    });
  });

  it.each([
    ['an address that is none', { url: 'SECRET' }],
    ['an address of another kind', { url: 'ftp://hooks.example/SECRET' }],
    ['credentials in the address', { url: 'https://me:SECRET@hooks.example/' }],
    ['a token with a line break', { headers: { authorization: 'Bearer SECRET\nx' } }],
  ])('is refused, and its text not repeated: %s', async (_, parts) => {
    expect(await failureOf(call(parts))).toMatchObject({
      code: 'CHANNEL_REFUSED',
      message: 'channel chat refuses a notice: its address, or a header, cannot be sent',
    });
  });
});

describe('a redirect', () => {
  const to = (location: string, status = 307) => hook().reply(status, undefined, { location });

  it.each([
    ['http://127.0.0.1:8080/', 302],
    ['http://169.254.169.254/latest/meta-data', 307],
    ['https://10.0.0.1/', 308],
    ['https://[::1]/', 308],
    ['/elsewhere', 307],
    ['file:///etc/passwd', 307],
    ['http://', 307],
  ])('to %s is not followed (%i)', async (location, status) => {
    to(location, status);
    expect(await failureOf(call())).toMatchObject({
      code: 'CHANNEL_REFUSED',
      message: `channel chat refuses a notice: it redirects (${status}), which is not followed`,
    });
  });

  it.each([307, 308])('is followed to a host that is allowed (%i), with method and body', async (status) => {
    to('https://Other.example:8443/x', status);
    nock('https://other.example:8443').post('/x', '{"a":1}').reply(200, 'there');
    await expect(call({ redirectHosts: ['OTHER.example:8443'] })).resolves.toMatchObject({ text: 'there' });
  });

  it.each([
    ['by a status that changes the method', 'https://other.example/x', 302],
    ['that leaves TLS', 'http://other.example/x', 307],
    ['to another port of it', 'https://other.example:444/x', 307],
    ['to a host that only looks alike', 'https://other.example.evil.example/x', 307],
  ])('to an allowed host is not followed %s', async (_, location, status) => {
    to(location, status);
    expect(await failureOf(call({ redirectHosts: ['other.example'] }))).toMatchObject({
      code: 'CHANNEL_REFUSED',
    });
  });

  it('is followed three times, not four', async () => {
    for (const [from, next] of [
      ['/T0/SECRET', '/1'],
      ['/1', '/2'],
      ['/2', '/3'],
      ['/3', '/4'],
    ] as const)
      nock(HOST).post(from).reply(307, undefined, { location: next });
    expect(await failureOf(call({ redirectHosts: ['hooks.example'] }))).toMatchObject({
      code: 'CHANNEL_REFUSED',
    });
  });
});

describe('a real server', () => {
  const servers: { close(): unknown }[] = [];
  beforeEach(() => nock.enableNetConnect('127.0.0.1'));
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  const urlOf = async (server: Server | ReturnType<typeof createTcpServer>): Promise<string> => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/SECRET`;
  };

  it('that accepts and never answers is given up after the timeout', async () => {
    const sockets: { destroy(): unknown }[] = [];
    const server = createTcpServer((socket) => void sockets.push(socket));
    servers.push({ close: () => [server.close(), ...sockets.map((socket) => socket.destroy())] });
    expect(await failureOf(call({ url: await urlOf(server), timeoutMs: durationMs(60) }))).toMatchObject({
      code: 'CHANNEL_UNAVAILABLE',
      message: 'channel chat does not take a notice: no answer within 0.06 s',
    });
  });

  it.each([
    ['fast', 16_384, 65_536, 5_000],
    ['slow', 1, 1, 60],
  ])('whose body never ends is not read to its end: %s', async (_, chunk, least, timeoutMs) => {
    const server = createServer((_request, response) => {
      response.writeHead(200);
      response.write('x'.repeat(chunk));
      const more = chunk > 1 ? setInterval(() => response.write('x'.repeat(chunk)), 1) : undefined;
      response.once('close', () => clearInterval(more));
    });
    servers.push({ close: () => [server.close(), server.closeAllConnections()] });
    const { status, text } = await call({ url: await urlOf(server), timeoutMs: durationMs(timeoutMs) });
    expect([status, text.length]).toEqual([200, least]);
  });

  it('that is not there may come back', async () => {
    const server = createTcpServer();
    const url = await urlOf(server);
    server.close();
    await once(server, 'close');
    expect(await failureOf(call({ url }))).toMatchObject({
      message: 'channel chat does not take a notice: the connection fails (ECONNREFUSED)',
    });
  });
});
