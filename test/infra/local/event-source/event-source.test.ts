import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { runEventSource } from '../../../../infra/local/event-source/event-source.ts';
import { durationMs, epochMs } from '../../../../shared/domain/units.ts';
import { ApiClient } from '../../../../shared/kubernetes/api-client.ts';
import { createConnection } from '../../../../shared/kubernetes/connection.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const clock = { now: () => epochMs(0) };

/** One node and one KubeVirt. */
function itemsAt(pathname: string): readonly object[] {
  const resource = pathname.split('/').at(-1) ?? '';
  if (resource !== 'nodes' && resource !== 'kubevirts') return [];
  return [{ metadata: { name: `one-of-${resource}`, uid: resource, resourceVersion: '1' } }];
}

/** A server with one node and no KubeVirt, which is `installed` later; watches of it stay open. */
async function aCluster() {
  const asked = new Set<string>();
  const state = { installed: false };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    asked.add(`${pathname} ${searchParams.get('labelSelector') ?? ''}`.trim());
    if (!state.installed && pathname.includes('kubevirt.io')) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    if (searchParams.get('watch') === 'true') response.flushHeaders();
    else response.end(JSON.stringify({ metadata: { resourceVersion: '5' }, items: itemsAt(pathname) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connection = createConnection({
    contextName: 'lab',
    namespace: undefined,
    cluster: { name: 'lab', server: url, skipTLSVerify: true },
    user: { name: 'alice' },
  });
  const client = new ApiClient(connection, { clock });
  ends.push(async () => {
    client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { client, state, asked, url };
}

async function aSource(publish?: () => Promise<void>, askForAudit?: () => Promise<void>) {
  const cluster = await aCluster();
  const published: { readonly subject: unknown; readonly source: string }[] = [];
  const lines: string[] = [];
  const note = (_: unknown, line: string): void => void lines.push(line);
  const stop = new AbortController();
  const running = runEventSource(cluster.client, {
    clock,
    log: { debug: note, info: note, warn: note, error: note },
    signal: stop.signal,
    ...(askForAudit && { askForAudit }),
    publish: publish ?? (async ({ subject, source }) => void published.push({ subject, source })),
    watch: { wait: () => new Promise((resolve) => setImmediate(resolve)), silenceMs: durationMs(60_000) },
  });
  return { ...cluster, published, lines, stop, running };
}

describe('runEventSource', () => {
  it('tells what exists, waits for kinds that are not served yet, and says so once', async () => {
    const { published, lines, stop, running, state, url } = await aSource();
    await expect.poll(() => published.length).toBe(1);
    await expect.poll(() => lines.filter((line) => line.includes('are not served')).length).toBe(2);
    state.installed = true;
    await expect.poll(() => published.length).toBe(2);
    expect(published).toEqual([
      { subject: '/apis/v1/namespaces//nodes/one-of-nodes', source: url },
      { subject: '/apis/kubevirt.io/v1/namespaces//kubevirts/one-of-kubevirts', source: url },
    ]);
    await expect.poll(() => lines.filter((line) => line.startsWith('watching ')).length).toBe(5);
    expect(lines).toHaveLength(7);
    stop.abort();
    await expect(running).resolves.toBeUndefined();
  });

  it('asks for an audit instead, when told to: once all that is served is watched, and again when there is more', async () => {
    let audits = 0;
    const { published, lines, stop, running, state } = await aSource(undefined, async () => {
      audits += 1;
      throw new Error('left out');
    });
    await expect.poll(() => audits).toBe(1);
    expect(lines.filter((line) => line.startsWith('watching '))).toHaveLength(3);
    state.installed = true;
    await expect.poll(() => lines.filter((line) => line.startsWith('watching ')).length).toBe(5);
    await expect.poll(() => audits).toBe(3);
    await expect.poll(() => lines.filter((line) => line.startsWith('an audit was left out')).length).toBe(3);
    expect(published).toEqual([]);
    stop.abort();
    await running;
  });

  it('asks for what the functions need and no more', async () => {
    const { asked, stop, running } = await aSource();
    await expect.poll(() => asked.size).toBe(5);
    expect([...asked].sort()).toEqual([
      '/api/v1/nodes',
      '/api/v1/pods kubevirt.io in (virt-handler,virt-launcher)',
      '/apis/apps/v1/daemonsets kubevirt.io=virt-handler',
      '/apis/kubevirt.io/v1/kubevirts',
      '/apis/kubevirt.io/v1/virtualmachineinstances',
    ]);
    stop.abort();
    await running;
  });

  it('ends as a whole when an event is not taken', async () => {
    const { running } = await aSource(() => Promise.reject(new Error('closed')));
    await expect(running).rejects.toThrow('closed');
  });

  it('begins nothing when it was ended before', async () => {
    const { client } = await aCluster();
    const refuse = (): void => expect.unreachable();
    const log = { debug: refuse, info: refuse, warn: refuse, error: refuse };
    const publish = async (): Promise<void> => expect.unreachable();
    await runEventSource(client, { clock, log, publish, signal: AbortSignal.abort() });
  });
});
