import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { durationMs } from '../../../shared/domain/units.ts';
import type { ApiClient } from '../../../shared/kubernetes/api-client.ts';
import { failureOf } from '../../support/failure.ts';
import { aClient, aStatus, useRealNetwork, waits } from './fake-api.ts';

useRealNetwork();

/** What only a real connection shows: that it is kept, that it dies, that nobody answers. */

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function serve(
  listener: RequestListener,
  options: Parameters<typeof aClient>[0] = {},
): Promise<{ server: Server; client: ApiClient }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = aClient(options, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  ends.push(async () => {
    client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { server, client };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const GET = { method: 'GET', path: '/api/v1/nodes/n1' } as const;

describe('a client that stays', () => {
  it('keeps its connection from call to call', async () => {
    let sockets = 0;
    const { server, client } = await serve((_, response) => response.writeHead(200, JSON_TYPE).end('{}'));
    server.on('connection', () => {
      sockets += 1;
    });
    for (const _ of [1, 2, 3]) await client.call(GET);
    expect(sockets).toBe(1);
  });

  it('sends a body with its length and its type, and gives back what the server says', async () => {
    const { client } = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, headers } = request;
        const body = Buffer.concat(chunks).toString();
        const said = { method, type: headers['content-type'], length: headers['content-length'], body };
        response.writeHead(422, JSON_TYPE).end(JSON.stringify(said));
      });
    });
    const contentType = 'application/merge-patch+json';
    const answer = await client.call({
      method: 'PATCH',
      path: '/api/v1/nodes/n1',
      body: { a: 'ä' },
      contentType,
    });
    expect(answer).toEqual({
      status: 422,
      body: { method: 'PATCH', type: contentType, length: '10', body: '{"a":"ä"}' },
    });
  });

  it('calls again when a kept connection had died meanwhile', async () => {
    let calls = 0;
    const { client } = await serve((request, response) => {
      calls += 1;
      if (calls === 2) request.socket.destroy();
      else response.writeHead(200, JSON_TYPE).end('{}');
    });
    await client.call(GET);
    expect((await client.call(GET)).status).toBe(200);
    expect(calls).toBe(3);
  });

  it('succeeds when the server is back', async () => {
    const { server, client } = await serve((_, response) => response.writeHead(200, JSON_TYPE).end('{}'));
    const { port } = server.address() as AddressInfo;
    await client.call(GET);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const failure = await failureOf(() => client.call(GET));
    expect(failure).toMatchObject({ code: 'KUBE_UNAVAILABLE', disposition: 'retry' });
    expect(waits).toEqual([50, 100]);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    expect((await client.call(GET)).status).toBe(200);
  });

  it.each([
    ['silence', (): undefined => undefined],
    [
      'half an answer',
      (response: Parameters<RequestListener>[1]): void => {
        response.writeHead(200, JSON_TYPE).write('{"kind":');
      },
    ],
  ])('gives up on %s, and says how long it waited', async (_, answer) => {
    const { client } = await serve((__, response) => answer(response), {
      requestTimeoutMs: durationMs(60),
      retry: { retries: 0 },
    });
    const failure = await failureOf(() => client.call(GET));
    expect(failure.message).toContain('timed out, no answer within 0.06 s');
  });

  it('waits as long as it is asked to, up to 2 s, and then gives up', async () => {
    const { client } = await serve((_, response) => {
      response.writeHead(429, { ...JSON_TYPE, 'retry-after': waits.length === 0 ? '1' : '60' }).end('{}');
    });
    const failure = await failureOf(() => client.call(GET));
    expect(failure.message).toContain('is overloaded (429)');
    expect(waits).toEqual([1_000, 2_000]);
  });

  it.each([
    [401, 'KUBE_UNAUTHORIZED'],
    [500, 'KUBE_UNAVAILABLE'],
    [599, 'KUBE_UNAVAILABLE'],
  ])('makes %i an error, %s', async (status, code) => {
    const { client } = await serve((_, response) => response.writeHead(status, JSON_TYPE).end('{}'));
    expect((await failureOf(() => client.call(GET))).code).toBe(code);
  });

  it.each([403, 404, 409, 410, 422])('leaves %i to whoever asked', async (status) => {
    const body = aStatus(status);
    const { client } = await serve((_, response) =>
      response.writeHead(status, JSON_TYPE).end(JSON.stringify(body)),
    );
    expect(await client.call(GET)).toEqual({ status, body });
  });

  it('takes a web page for no Kubernetes, whatever its status', async () => {
    const { client } = await serve((_, response) =>
      response.writeHead(404, { 'content-type': 'text/html' }).end('<html>'),
    );
    expect((await failureOf(() => client.call(GET))).message).toContain(
      'does not answer as a Kubernetes API',
    );
  });

  it('tells of every call, its verb, resource and outcome, and how long it took', async () => {
    const told: unknown[] = [];
    let calls = 0;
    const { client } = await serve(
      (request, response) => {
        calls += 1;
        if (calls === 1) request.socket.destroy();
        else response.writeHead(calls === 2 ? 503 : 409, JSON_TYPE).end('{}');
      },
      { onCall: (...call) => told.push(call) },
    );
    await client.call({ method: 'PUT', path: '/api/v1/nodes/n1/status', body: {} });
    const seconds = expect.any(Number);
    expect(told).toEqual([
      ['update', 'nodes/status', 'no-answer', seconds],
      ['update', 'nodes/status', '503', seconds],
      ['update', 'nodes/status', '409', seconds],
    ]);
  });
});
