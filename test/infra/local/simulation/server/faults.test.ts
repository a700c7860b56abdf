import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedApi } from '../../../../../infra/local/simulation/api/simulated-api.ts';
import {
  type SimulatedApiServer,
  startSimulatedApiServer,
} from '../../../../../infra/local/simulation/server/simulated-api-server.ts';
import { ManualTime } from '../../../../../infra/local/simulation/time/manual-time.ts';
import { epochMs } from '../../../../../shared/domain/units.ts';

let time: ManualTime;
let api: SimulatedApi;
let server: SimulatedApiServer;

beforeEach(async () => {
  time = new ManualTime(epochMs(Date.UTC(2026, 7, 22, 10)));
  api = new SimulatedApi(time);
  server = await startSimulatedApiServer(api);
});
afterEach(() => server.stop());

const get = (path: string, init?: RequestInit) => fetch(`${server.server}${path}`, init);
const status = async (path: string) => (await get(path)).status;

describe('faults', () => {
  it('answer the next requests that match, and no others, and then no more', async () => {
    server.faults.inject(
      { verb: 'list', resource: 'nodes' },
      { kind: 'status', code: 429, retryAfterSeconds: 3 },
      2,
    );
    const first = await get('/api/v1/nodes');
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '3']);
    expect(await first.json()).toMatchObject({ kind: 'Status', reason: 'TooManyRequests', code: 429 });
    expect(await status('/api/v1/pods')).toBe(200);
    expect([await status('/api/v1/nodes'), await status('/api/v1/nodes')]).toEqual([429, 200]);
  });

  it('can be chosen by anything, and taken back', async () => {
    const end = server.faults.inject(({ url }) => url.includes('limit=7'), { kind: 'status', code: 503 });
    expect([await status('/api/v1/nodes?limit=7'), await status('/api/v1/nodes?limit=8')]).toEqual([
      503, 200,
    ]);
    end();
    expect(await status('/api/v1/nodes?limit=7')).toBe(200);
    server.faults.inject({}, { kind: 'status', code: 500 });
    expect(await status('/readyz')).toBe(500);
    server.faults.clear();
    expect(await status('/readyz')).toBe(200);
  });

  it('close a connection, or never answer', async () => {
    server.faults.inject({}, { kind: 'close' }, 1);
    await expect(get('/api/v1/nodes')).rejects.toThrow('fetch failed');
    server.faults.inject({}, { kind: 'hang' }, 1);
    await expect(get('/api/v1/nodes', { signal: AbortSignal.timeout(50) })).rejects.toThrow('timeout');
  });

  it('answer late', async () => {
    server.faults.inject({}, { kind: 'delay', delayMs: 5_000 }, 1);
    let answered = false;
    const answer = get('/api/v1/nodes').then(() => {
      answered = true;
    });
    await expect.poll(() => server.faults.count()).toBe(1);
    time.advance(4_999);
    expect(answered).toBe(false);
    time.advance(1);
    await answer;
    expect(answered).toBe(true);
  });

  it('break watches without a word', async () => {
    const response = await get('/api/v1/nodes?watch=true');
    const other = await get('/api/v1/pods?watch=true&timeoutSeconds=60');
    expect(server.faults.breakWatches({ resource: 'nodes' })).toBe(1);
    await expect(response.text()).rejects.toThrow('terminated');
    time.advance(60_000);
    expect(await other.text()).toBe('');
    expect(server.faults.breakWatches()).toBe(0);
  });
});

describe('counts', () => {
  it('tell what was asked since they were reset', async () => {
    await Promise.all([get('/api/v1/nodes'), get('/api/v1/nodes/none'), get('/api/v1/namespaces/a/pods')]);
    expect(server.faults.count()).toBe(3);
    expect(server.faults.count({ resource: 'nodes' })).toBe(2);
    expect(server.faults.count({ verb: 'list' })).toBe(2);
    expect(server.faults.count({ namespace: 'a' })).toBe(1);
    expect(server.faults.count(({ name }) => name === 'none')).toBe(1);
    server.faults.resetCounts();
    expect(server.faults.count()).toBe(0);
  });
});

describe('bodies', () => {
  const post = (body: string) => get('/api/v1/namespaces', { method: 'POST', body });
  it.each([
    ['{bad', 400],
    ['[]', 400],
    ['"text"', 400],
    ['', 400],
    ['{"kind":"Pod","metadata":{"name":"a"}}', 400],
    [JSON.stringify({ metadata: { name: 'a', annotations: { a: 'x'.repeat(3 * 1024 * 1024) } } }), 413],
  ])('that are %.20j are answered with %i', async (body, code) => {
    expect((await post(body)).status).toBe(code);
  });
});
