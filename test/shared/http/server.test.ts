import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { durationMs } from '../../../shared/domain/units.ts';
import { listen } from '../../../shared/http/server.ts';
import type { Outcome } from '../../../shared/runtime/serverless-function.ts';
import { RawClient, toBytes } from './raw-client.ts';
import { type Served, serve, useServed } from './served.ts';

useServed();

const BINARY = { 'ce-specversion': '1.0', 'ce-id': 'a-1', 'ce-source': '/s', 'ce-type': 't.v1' };
const HEADERS = Object.entries(BINARY);

/** A function whose events wait until they are let go. */
function waiting(): {
  readonly handle: () => Promise<Outcome>;
  readonly letGo: () => void;
  readonly waits: () => number;
} {
  let held: (() => void)[] = [];
  return {
    handle: () => new Promise((resolve) => void held.push(() => resolve('done'))),
    letGo: () => {
      for (const each of held) each();
      held = [];
    },
    waits: () => held.length,
  };
}

/** Lets the event loop turn until it holds; every turn takes what sockets have. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100_000 && !holds(); turn += 1) await new Promise(setImmediate);
  expect(holds()).toBe(true);
}

const send = ({ url }: Served) => fetch(url, { method: 'POST', headers: BINARY });
const statusOf = async ({ url }: Served, path: string) => (await fetch(`${url}${path}`)).status;

describe('what is asked beside events', () => {
  it('is answered: liveness and readiness by both names, and metrics', async () => {
    const exposition = { contentType: 'text/plain; version=0.0.4', text: async () => 'up 1\n' };
    const served = await serve(undefined, { exposition });
    for (const path of ['/health/liveness', '/health/readiness', '/_/health', '/_/ready'])
      expect([path, await statusOf(served, path)]).toEqual([path, 200]);
    const metrics = await fetch(`${served.url}/metrics`);
    expect([await metrics.text(), metrics.headers.get('content-type')]).toEqual([
      'up 1\n',
      exposition.contentType,
    ]);
  });

  it.each([
    ['GET', '/', 405],
    ['PUT', '/', 405],
    ['POST', '/elsewhere', 410],
    ['GET', '/favicon.ico', 410],
    ['GET', '/metrics', 410],
  ])('is refused for good, which 404 would not be: %s %s', async (method, path, status) => {
    const { url } = await serve();
    const response = await fetch(url + path, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([status, path === '/' ? 'POST' : null]);
  });
});

describe('a body over the limit', () => {
  it('is refused before it is sent, when its length says so', async () => {
    const { port, events } = await serve();
    const client = new RawClient(port);
    const { status, body } = await client.send(toBytes({ headers: HEADERS, contentLength: 100_001 }));
    client.close();
    expect([status, body, events]).toEqual([413, expect.stringContaining('larger than 100000 bytes'), []]);
  });

  it('is refused as soon as it is over, when its length is not known', async () => {
    const { port, events } = await serve();
    const client = new RawClient(port);
    const chunk = `${(50_000).toString(16)}\r\n${' '.repeat(50_000)}\r\n`;
    const head = toBytes({ headers: [...HEADERS, ['transfer-encoding', 'chunked']], contentLength: -1 });
    const { status } = await client.send(Buffer.concat([head, Buffer.from(chunk.repeat(3))]));
    client.close();
    expect([status, events]).toEqual([413, []]);
  });

  it('reaches a sender that writes all of it before it reads', async () => {
    const { url } = await serve();
    const headers = { ...BINARY, 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: 'x'.repeat(5_000_000) });
    expect(response.status).toBe(413);
  });

  it('is none when it has exactly that many bytes', async () => {
    const { url } = await serve();
    const headers = { ...BINARY, 'content-type': 'application/json' };
    const body = JSON.stringify('x'.repeat(99_998));
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(204);
  });
});

describe('many events at once', () => {
  it('are handled no more than so many at a time, and in their order', async () => {
    const { handle, letGo, waits } = waiting();
    const depths: number[] = [];
    const options = {
      maxConcurrent: 2,
      maxWaiting: 3,
      onQueueDepth: (depth: number) => void depths.push(depth),
    };
    const served = await serve(handle, options);
    const sent = Array.from({ length: 5 }, () => send(served));
    await until(() => Math.max(0, ...depths) === 3);
    expect([served.events.length, waits()]).toEqual([2, 2]);
    const refused = await send(served);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    let done = false;
    const all = Promise.all(sent).then((answers) => {
      done = true;
      return answers.map(({ status }) => status);
    });
    await until(() => {
      expect(waits()).toBeLessThanOrEqual(2);
      letGo();
      return done;
    });
    expect([await all, depths.at(-1)]).toEqual([[204, 204, 204, 204, 204], 0]);
  });
});

describe('a server that closes', () => {
  it('finishes what runs, is not ready meanwhile, and takes nothing new', async () => {
    const { handle, letGo, waits } = waiting();
    const served = await serve(handle);
    const idle = new RawClient(served.port);
    await idle.send(toBytes({ method: 'GET', path: '/health/liveness', headers: [] }));
    const [running, kept] = [send(served), new RawClient(served.port)];
    const late = kept.send(toBytes({ headers: [...HEADERS, ['expect', '100-continue']] }));
    await until(() => waits() === 2);
    const closed = served.listening.close();
    expect(served.listening.close()).toBe(closed);
    await expect(send(served)).rejects.toThrow();
    letGo();
    const response = await running;
    expect([response.status, response.headers.get('connection')]).toEqual([204, 'close']);
    await late;
    expect(await closed).toBe(true);
    kept.close();
    idle.close();
  });

  it('asks whoever comes over an open connection to come again elsewhere', async () => {
    const served = await serve();
    served.app.stop();
    const response = await send(served);
    expect([response.status, await response.json()]).toEqual([
      503,
      { error: expect.objectContaining({ code: 'OVERLOADED', message: 'this instance is stopping' }) },
    ]);
    expect([await statusOf(served, '/health/readiness'), await statusOf(served, '/health/liveness')]).toEqual(
      [503, 200],
    );
  });

  it('cuts off what has not ended within the grace period, and says so', async () => {
    const { handle, waits } = waiting();
    const served = await serve(handle, { graceMs: durationMs(0) });
    const cut = send(served).catch((error: unknown) => error);
    await until(() => waits() === 1);
    expect(await served.listening.close()).toBe(false);
    expect(await cut).toBeInstanceOf(TypeError);
  });
});

describe('a sender that misbehaves', () => {
  it('is answered 408 when it never ends its headers', async () => {
    const { port } = await serve(undefined, {
      headersTimeoutMs: durationMs(40),
      requestTimeoutMs: durationMs(60),
    });
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write('POST / HTTP/1.1\r\nhost: x\r\n'));
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('may break off in the middle of a body, which harms nobody', async () => {
    const served = await serve();
    await new Promise<void>((resolve) => {
      const socket = connect(served.port, '127.0.0.1', () => {
        socket.write(toBytes({ headers: HEADERS, body: '{', contentLength: 500 }), () => socket.destroy());
      });
      socket.on('close', () => resolve());
    });
    expect([(await send(served)).status, served.errors]).toEqual([204, []]);
  });
});

it('says in one line that its port is taken', async () => {
  const { app, port } = await serve();
  const again = listen(app, { port, host: '127.0.0.1', graceMs: durationMs(0) });
  await expect(again).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: `cannot listen on port ${port}: it is in use`,
  });
});
