import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HTTP } from 'cloudevents';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endProgramsAfterEach, freePort, type Program, startProgram } from '../../../support/program.ts';
import { type ReachableSimulation, startReachableSimulation } from '../../../support/simulated-kubeconfig.ts';

const ROUTES = `routes:
  - {function: node-changed, receives: [{type: dev.knative.apiserver.resource.update, attributes: {kind: Node}}]}
  - {function: handler-pod-changed, receives: [{type: dev.knative.apiserver.resource.delete, attributes: {kind: Pod}}]}
  - {function: audit, receives: [{type: dev.kubevirt-orphans.audit.requested.v1}]}
  - {function: notify, receives: [{type: a.v1}, {type: b.v1, attributes: {severity: high}}]}
  - {function: remediate, receives: [{type: a.v1}]}
`;
const TAINT = { key: 'maintenance', effect: 'NoExecute' } as const;
interface Call {
  readonly path: string;
  readonly event: { readonly id: string; readonly type: string; readonly data: unknown };
}

/** A gateway that takes what it is told to take. */
async function startGateway() {
  const calls: Call[] = [];
  let refused: (path: string) => boolean = () => false;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      if (refused(path)) return void response.writeHead(500).end();
      const event = HTTP.toEvent({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      calls.push({ path, event: event as unknown as Call['event'] });
      response.writeHead(202).end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    refuse: (which: (path: string) => boolean) => {
      refused = which;
    },
    /** Who got an event, each as often as it was sent to. */
    whoGot: (id: string) =>
      calls
        .filter(({ event }) => event.id === id)
        .map(({ path }) => path.replace('/async-function/', ''))
        .sort(),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

endProgramsAfterEach();

describe('the event source', () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-source-'));
  const routes = join(folder, 'routes.yaml');
  let simulation: ReachableSimulation;
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let program: Program;
  let url = '';

  beforeAll(async () => {
    writeFileSync(routes, ROUTES);
    simulation = await startReachableSimulation();
  });
  afterAll(async () => {
    await simulation.stop();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    gateway = await startGateway();
  });
  afterEach(() => gateway.stop());

  async function start(): Promise<void> {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    program = startProgram(
      'kubevirt-orphans.mjs',
      [
        'event-source',
        '--routes',
        routes,
        '--gateway',
        gateway.url,
        '--kubeconfig',
        simulation.kubeconfigFile,
      ],
      { PORT: `${port}`, SINK_TIMEOUT_SECONDS: '1', CLUSTER_NAME: 'test' },
    );
    await expect
      .poll(() => `${program.stdout()}${program.stderr()}`, { timeout: 15_000, interval: 20 })
      .toContain('watching nodes');
  }

  async function publish(id: string, type: string, extensions: Record<string, string> = {}): Promise<number> {
    const attributes = { specversion: '1.0', id, type, source: '/s', ...extensions };
    const headers = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]);
    const { status } = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...Object.fromEntries(headers) },
      body: '{"a":1}',
    });
    return status;
  }

  const got = (name: string) => gateway.calls.filter(({ path }) => path === `/async-function/${name}`);

  it('asks for an audit of what exists, and tells each function what changes and passes its filters', async () => {
    await start();
    await expect.poll(() => got('audit').length).toBe(1);
    expect(got('audit')[0]?.event).toMatchObject({ source: '/clusters/test', data: { scope: 'all' } });
    expect(gateway.calls).toHaveLength(1);
    simulation.cluster.taint('node02', TAINT);
    await expect.poll(() => got('node-changed').length).toBeGreaterThan(0);
    await expect.poll(() => got('handler-pod-changed').length).toBeGreaterThan(0);
    expect(got('node-changed')[0]?.event).toMatchObject({
      kind: 'Node',
      name: 'node02',
      namespace: '',
      data: { kind: 'Node', apiVersion: 'v1', spec: { taints: [TAINT] } },
    });
    simulation.cluster.untaint('node02', TAINT.key);
    for (const path of ['/health/liveness', '/health/readiness'])
      expect((await fetch(`${url}${path}`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
      /kubevirt_orphans_events_total\{[^}]*function="event-source"/,
    );
    program.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    expect(program.stderr()).toBe('');
  });

  it('tells again what the gateway does not take at first', async () => {
    gateway.refuse(() => true);
    await start();
    await expect.poll(program.stdout).toContain('event to be delivered again');
    expect(gateway.calls).toEqual([]);
    gateway.refuse(() => false);
    await expect.poll(() => got('audit').length).toBe(1);
  });

  it('says of an event that it is taken when everybody has it who is to get it, and no sooner', async () => {
    await start();
    expect(await publish('1', 'a.v1')).toBe(204);
    expect(gateway.whoGot('1')).toEqual(['notify', 'remediate']);
    gateway.refuse((path) => path.endsWith('/remediate'));
    expect(await publish('2', 'a.v1')).toBe(503);
    expect(gateway.whoGot('2')).toEqual(['notify']);
    gateway.refuse(() => false);
    expect(await publish('2', 'a.v1')).toBe(204);
    // At least once.
    expect(gateway.whoGot('2')).toEqual(['notify', 'notify', 'remediate']);
  });

  it('goes by attributes too, and takes what nobody is to get', async () => {
    await start();
    expect(await publish('3', 'b.v1', { severity: 'high' })).toBe(204);
    expect(await publish('4', 'b.v1', { severity: 'low' })).toBe(204);
    expect(await publish('5', 'c.v1')).toBe(204);
    expect(['3', '4', '5'].map(gateway.whoGot)).toEqual([['notify'], [], []]);
  });

  it('asks for another try where the gateway is not reached', async () => {
    await start();
    await gateway.stop();
    expect(await publish('6', 'a.v1')).toBe(503);
    expect(program.stdout()).toContain('/async-function/notify does not accept an event: connection refused');
    gateway = await startGateway();
  });
});

describe('what is wrong when it starts', () => {
  it.each([
    ['no table', [], /required option '--routes <path>'/],
    [
      'a table that is not there',
      ['--routes', '/nonexistent'],
      /^kubevirt-orphans: \/nonexistent cannot be read/,
    ],
    [
      'a table that is none',
      ['--routes', '/dev/null'],
      /^kubevirt-orphans: \/dev\/null is empty\. Correct the file/,
    ],
    ['a gateway that is none', ['--routes', '/x', '--gateway', 'gateway'], /argument 'gateway' is invalid/],
    ['a gateway with a password', ['--routes', '/x', '--gateway', 'http://a:b@c'], /without credentials/],
  ])('is told: %s', async (_, args, message) => {
    const program = startProgram('kubevirt-orphans.mjs', ['event-source', ...args], {});
    expect(await program.ended).toBe(2);
    expect(program.stderr()).toMatch(message);
    expect(program.stderr()).not.toMatch(/^ +at /m);
  });

  it('is told: a cluster that cannot be found', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'event-source-'));
    const file = join(folder, 'routes.yaml');
    writeFileSync(file, ROUTES);
    const program = startProgram('kubevirt-orphans.mjs', ['event-source', '--routes', file], {
      KUBECONFIG: '/nonexistent/config',
    });
    expect(await program.ended).toBe(2);
    expect(program.stderr()).toMatch(/^[^\n]*\/nonexistent\/config[^\n]*\n$/);
    rmSync(folder, { recursive: true });
  });
});
