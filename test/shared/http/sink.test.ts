import { createServer, type IncomingMessage, type Server } from 'node:http';
import { HTTP } from 'cloudevents';
import { afterEach, describe, expect, it } from 'vitest';
import { durationMs } from '../../../shared/domain/units.ts';
import type { ProductEvent } from '../../../shared/events/product-event.ts';
import { createHttpSink, type HttpSinkOptions } from '../../../shared/http/sink.ts';
import type { EventSink } from '../../../shared/runtime/ports.ts';

const EVENT: ProductEvent = {
  specversion: '1.0',
  id: 'uid/1/2/opened',
  source: '/clusters/default',
  type: 'dev.kubevirt-orphans.incident.opened.v1',
  subject: 'nodes/node01',
  time: '2026-11-22T20:29:10.753Z',
  datacontenttype: 'application/json',
  dataschema: 'https://kubevirt-orphans.dev/schemas/incident.v1.json',
  node: 'node01',
  severity: undefined,
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  data: { node: 'node01', note: 'größer' },
};

const waits: number[] = [];
const sinks: FakeSink[] = [];

function aSink({ port }: FakeSink, options: Partial<HttpSinkOptions> = {}): EventSink {
  const wait = async (delayMs: number) => void waits.push(delayMs);
  const url = new URL(`http://127.0.0.1:${port}/ns/default`);
  return createHttpSink({ url, timeoutMs: durationMs(5_000), wait, ...options });
}

afterEach(() => {
  waits.length = 0;
  for (const sink of sinks.splice(0)) sink.close();
});

describe('the sink', () => {
  it('gets the event in binary mode, the trace with it and the overrides on top, as the SDK reads it', async () => {
    const server = await fakeSink([204]);
    const extensions = { team: 'größer als 5 %', severity: 'low' };
    await aSink(server, { extensions }).publish(EVENT);
    const [{ path, headers, body } = { path: '', headers: {}, body: '' }] = server.requests;
    expect([path, headers['ce-team']]).toEqual(['/ns/default', 'gr%C3%B6%C3%9Fer%20als%205%20%25']);
    expect(HTTP.toEvent({ headers, body })).toMatchObject({ ...EVENT, severity: 'low' });
  });

  it('keeps its connection', async () => {
    const server = await fakeSink([202]);
    const sink = aSink(server);
    for (let count = 0; count < 5; count += 1) await sink.publish(EVENT);
    expect([server.requests.length, server.connections()]).toEqual([5, 1]);
  });

  it.each([200, 201, 202, 204])('has accepted it with %i', async (status) => {
    const server = await fakeSink([status]);
    await expect(aSink(server).publish(EVENT)).resolves.toBeUndefined();
  });

  it.each([404, 429, 500, 503])('is asked twice more after %i, soon, with the same id', async (status) => {
    const server = await fakeSink([status, status, 202]);
    await aSink(server).publish(EVENT);
    expect(waits).toEqual([50, 200]);
    expect(server.requests.map(({ headers }) => headers['ce-id'])).toEqual(Array(3).fill(EVENT.id));
  });

  it('is unavailable after the third failure', async () => {
    const server = await fakeSink([503]);
    await expect(aSink(server).publish(EVENT)).rejects.toMatchObject({ code: 'SINK_UNAVAILABLE' });
    expect(server.requests.length).toBe(3);
  });

  it.each([301, 400, 401, 413])('is not asked again after %i', async (status) => {
    const server = await fakeSink([status]);
    await expect(aSink(server).publish(EVENT)).rejects.toMatchObject({
      code: 'SINK_UNAVAILABLE',
      message: `the sink http://127.0.0.1:${server.port}/ns/default does not accept an event: it answers ${status}`,
    });
    expect([server.requests.length, waits]).toEqual([1, []]);
  });

  it('is unavailable when nobody listens; the reason has no credentials of its URL', async () => {
    const server = await fakeSink([204]);
    server.close();
    const url = new URL(`http://user:hunter2@127.0.0.1:${server.port}/ns/default?token=hunter2`);
    await expect(aSink(server, { url }).publish(EVENT)).rejects.toMatchObject({
      code: 'SINK_UNAVAILABLE',
      disposition: 'retry',
      message: `the sink http://127.0.0.1:${server.port}/ns/default does not accept an event: connection refused`,
    });
    expect(waits).toEqual([50, 200]);
  });

  it('is unavailable when it takes too long', async () => {
    const server = await fakeSink([]);
    await expect(aSink(server, { timeoutMs: durationMs(30) }).publish(EVENT)).rejects.toMatchObject({
      code: 'SINK_UNAVAILABLE',
      message: expect.stringMatching(/does not accept an event: no answer within 0\.03 s$/),
    });
  });
});

interface FakeSink {
  readonly port: number;
  readonly requests: {
    readonly path: string;
    readonly headers: IncomingMessage['headers'];
    readonly body: string;
  }[];
  readonly connections: () => number;
  readonly close: () => void;
}

/** @param statuses - what it answers, the last of them for ever; without any it never answers */
async function fakeSink(statuses: readonly number[]): Promise<FakeSink> {
  const requests: FakeSink['requests'] = [];
  let connections = 0;
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = statuses[Math.min(requests.length, statuses.length - 1)];
      requests.push({
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      });
      if (status !== undefined) response.writeHead(status).end();
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const sink: FakeSink = {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    requests,
    connections: () => connections,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  sinks.push(sink);
  return sink;
}
