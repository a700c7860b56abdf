import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { durationMs } from '../../../shared/domain/units.ts';
import { ApiSession } from '../../../shared/kubernetes/api-session.ts';
import { aNode } from '../../support/objects.ts';
import { aConnection, aList, PATHS, read, useRealNetwork } from './fake-api.ts';

useRealNetwork();

/** What nock cannot do: half an answer, silence, packed answers, connections that must end. */

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const NODES = JSON.stringify(aList('Node', [aNode('node01'), aNode('node02')]));

/** Answers the other four lists; true when the request is for nodes. */
function othersServed(...[request, response]: Parameters<RequestListener>): boolean {
  const path = request.url?.split('?')[0];
  const kind = (Object.keys(PATHS) as (keyof typeof PATHS)[]).find((it) => PATHS[it] === path) ?? 'Node';
  if (kind === 'Node') return true;
  response.writeHead(200, JSON_TYPE).end(JSON.stringify(aList(kind, [])));
  return false;
}

describe('an answer that breaks off', () => {
  it('in the middle of the body is asked for again, and what came counts once', async () => {
    let asked = 0;
    const told: number[] = [];
    const { url } = await serve((request, response) => {
      if (!othersServed(request, response)) return;
      asked += 1;
      response.writeHead(200, { ...JSON_TYPE, 'content-length': NODES.length });
      if (asked > 1) response.end(NODES);
      else response.write(NODES.slice(0, -30), () => response.destroy());
    });
    const progress = (count: number, resource: string): void =>
      void (resource === 'nodes' && told.push(count));
    const facts = await read({ connection: aConnection(url), progress });
    expect([...facts.nodes.keys()]).toEqual(['node01', 'node02']);
    expect([asked, told]).toEqual([2, [2]]);
  });

  it('every time is an unreachable server', async () => {
    const { url } = await serve((request, response) => {
      if (!othersServed(request, response)) return;
      response.writeHead(200, JSON_TYPE);
      response.write(NODES.slice(0, 100), () => response.destroy());
    });
    await expect(read({ connection: aConnection(url) })).rejects.toMatchObject({
      code: 'KUBE_UNAVAILABLE',
      message: expect.stringContaining('closed before the answer is complete'),
    });
  });

  it('packed, in the middle, is asked for again', async () => {
    const packed = gzipSync(NODES);
    let asked = 0;
    const { url } = await serve((request, response) => {
      if (!othersServed(request, response)) return;
      asked += 1;
      response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' });
      if (asked > 1) response.end(packed);
      else response.write(packed.subarray(0, 60), () => response.end());
    });
    expect((await read({ connection: aConnection(url) })).nodes.size).toBe(2);
  });
});

describe('silence', () => {
  const limits = { requestTimeoutMs: durationMs(60), retry: { retries: 0, wait: () => Promise.resolve() } };

  it.each([
    ['before the answer', (): undefined => undefined],
    [
      'within the answer',
      (response: Parameters<RequestListener>[1]): void =>
        void response.writeHead(200, JSON_TYPE).write(NODES.slice(0, 100)),
    ],
  ])('%s ends the call', async (_, answer) => {
    const { url } = await serve((request, response) => {
      if (othersServed(request, response)) answer(response);
    });
    await expect(read({ connection: aConnection(url), ...limits })).rejects.toMatchObject({
      code: 'KUBE_UNAVAILABLE',
      message: expect.stringContaining('timed out, no answer within 0.06 s'),
    });
  });

  it('is measured from the last byte: a long answer that flows is no silence', async () => {
    const { url } = await serve((request, response) => {
      if (!othersServed(request, response)) return;
      response.writeHead(200, JSON_TYPE);
      const step = Math.ceil(NODES.length / 8);
      let sent = 0;
      const timer = setInterval(() => {
        response.write(NODES.slice(sent, sent + step));
        sent += step;
        if (sent >= NODES.length) clearInterval(timer);
        if (sent >= NODES.length) response.end();
      }, 100);
    });
    const facts = await read({ connection: aConnection(url), ...limits, requestTimeoutMs: durationMs(500) });
    expect(facts.nodes.size).toBe(2);
  });
});

describe('connections', () => {
  it('are used again within a read, and end with it', async () => {
    const sockets = new Set<unknown>();
    const { server, url } = await serve((request, response) => {
      if (!othersServed(request, response)) return;
      const more = request.url?.includes('continue=') ? undefined : 'next';
      response.writeHead(200, JSON_TYPE).end(JSON.stringify(aList('Node', [aNode('node01')], more)));
    });
    server.on('connection', (socket) => sockets.add(socket));
    await read({ connection: aConnection(url) });
    expect(sockets.size).toBe(5);
    await expect
      .poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count))))
      .toBe(0);
  });

  it('end when the read is aborted', async () => {
    const abort = new AbortController();
    const { server, url } = await serve(() => abort.abort(new Error('enough')));
    await expect(read({ connection: aConnection(url), signal: abort.signal })).rejects.toThrow('enough');
    await expect
      .poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count))))
      .toBe(0);
  });
});

describe('ApiSession', () => {
  it('leaves a bug of the body sink as it is', async () => {
    const { url } = await serve((_, response) => response.writeHead(200, JSON_TYPE).end(NODES));
    const session = new ApiSession(aConnection(url), durationMs(1_000));
    const bug = new TypeError('a bug');
    const sink = (): void => {
      throw bug;
    };
    await expect(session.get('/', sink, new AbortController().signal)).rejects.toBe(bug);
    session.close();
  });
});
