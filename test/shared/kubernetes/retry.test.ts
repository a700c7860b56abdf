import nock from 'nock';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../../shared/domain/objects.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import { DEFAULT_RETRY_POLICY } from '../../../shared/kubernetes/retry.ts';
import { aNode } from '../../support/objects.ts';
import { aList, aStatus, PATHS, read, SERVER, serveLists, useNock, waits } from './fake-api.ts';

useNock();

function nodes(): nock.Interceptor {
  return nock(SERVER).get(PATHS.Node).query(true);
}

function systemError(code: string): Error {
  return Object.assign(new Error('foreign text'), { code });
}

describe('a failed call', () => {
  it.each([429, 500, 502, 503, 504])('is made again after %i', async (status) => {
    serveLists([], ['Node']);
    nodes().times(2).reply(status, aStatus(status));
    nodes().reply(200, aList('Node', [aNode('node01')]));
    const facts = await read();
    expect(facts.nodes.size).toBe(1);
    expect(waits).toEqual([250, 500]);
  });

  it.each(['ECONNRESET', 'EPIPE'])('is made again after %s', async (code) => {
    serveLists([], ['Node']);
    nodes().replyWithError(systemError(code));
    nodes().reply(200, aList('Node', [aNode('node01')]));
    expect((await read()).nodes.size).toBe(1);
  });

  it('waits longer every time, by half of it by chance, and gives up after four retries', async () => {
    serveLists([], ['Node']);
    nodes().times(5).reply(503, '<html>proxy</html>', { 'content-type': 'text/html' });
    const failure = read({ retry: { random: () => 0.5 } });
    await expect(failure).rejects.toMatchObject({
      code: 'KUBE_UNAVAILABLE',
      message: expect.stringContaining('(503)'),
    });
    expect(waits).toEqual([375, 750, 1_500, 3_000]);
  });

  it.each([
    ['7', 7_000],
    ['Sat, 22 Aug 2026 10:10:05 GMT', 5_000],
    ['Sat, 22 Aug 2026 10:09:00 GMT', 250],
    ['3600', 30_000],
    ['soon', 250],
  ])('waits as long as Retry-After: %s says, up to 30 s', async (retryAfter, expected) => {
    serveLists([], ['Node']);
    nodes().reply(429, aStatus(429), { 'retry-after': retryAfter });
    nodes().reply(200, aList('Node', []));
    await read();
    expect(waits).toEqual([expected]);
  });

  it('is made again from its own page, not from the first', async () => {
    serveLists([], ['Node']);
    nodes().reply(200, aList('Node', [aNode('node01')], 'next'));
    nock(SERVER).get(PATHS.Node).query({ limit: 500, continue: 'next' }).reply(500, aStatus(500));
    nock(SERVER)
      .get(PATHS.Node)
      .query({ limit: 500, continue: 'next' })
      .reply(200, aList('Node', [aNode('node02')]));
    expect([...(await read()).nodes.keys()]).toEqual(['node01', 'node02']);
  });

  it('is made again once only when the server was never reached: an operator waits', async () => {
    const counts = KINDS.map((kind) => {
      let count = 0;
      const scope = nock(SERVER).persist();
      scope.get(PATHS[kind]).query(true).replyWithError(systemError('ECONNREFUSED'));
      scope.on('request', () => {
        count += 1;
      });
      return () => count;
    });
    await expect(read()).rejects.toMatchObject({
      code: 'KUBE_UNAVAILABLE',
      message: 'cannot reach the server api.example.test:6443: connection refused',
    });
    expect(Math.max(...counts.map((count) => count()))).toBe(2);
  });

  it('is not made again when too much time is over', async () => {
    serveLists([], ['Node']);
    nodes().reply(503, aStatus(503));
    await expect(read({ retry: { maxTotalMs: durationMs(0) } })).rejects.toMatchObject({
      code: 'KUBE_UNAVAILABLE',
    });
    expect(waits).toEqual([]);
  });

  it('ends with the reason of the signal when the read is aborted while it waits', async () => {
    serveLists([], ['Node']);
    nodes().reply(503, aStatus(503));
    const abort = new AbortController();
    const wait = async (): Promise<void> => abort.abort(new Error('enough'));
    await expect(read({ signal: abort.signal, retry: { wait } })).rejects.toThrow('enough');
  });

  it('is never made when the read is aborted before it begins', async () => {
    await expect(read({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });

  it('really waits, as the usual policy does it, and stops waiting when it is told to', async () => {
    const abort = new AbortController();
    await DEFAULT_RETRY_POLICY.wait(durationMs(1), abort.signal);
    const long = DEFAULT_RETRY_POLICY.wait(durationMs(3_600_000), abort.signal);
    abort.abort();
    await expect(long).rejects.toMatchObject({ name: 'AbortError' });
  });
});
