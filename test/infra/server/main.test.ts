import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TYPES } from '../../../infra/local/simulation/api/resource-type.ts';
import { FUNCTION_NAMES } from '../../../infra/server/catalog.ts';
import { expectPublished } from '../../support/event-schemas.ts';
import { type LoopbackSink, startLoopbackSink } from '../../support/loopback-sink.ts';
import { endProgramsAfterEach, freePort, type Program, startProgram } from '../../support/program.ts';
import { resourceEvent } from '../../support/raw-events.ts';
import { type ReachableSimulation, startReachableSimulation } from '../../support/simulated-kubeconfig.ts';

const WAYS = [
  ['serve.mjs', []],
  ['kubevirt-orphans.mjs', ['serve']],
] as const;
const OPENED = 'dev.kubevirt-orphans.incident.opened.v1';
const TAINT = { key: 'maintenance', effect: 'NoExecute' } as const;

endProgramsAfterEach();
let sink: LoopbackSink;
beforeEach(async () => {
  sink = await startLoopbackSink();
});
afterEach(() => sink.stop());

/** The line that says that it listens is the last of a start. */
async function listening(program: Program): Promise<void> {
  await expect
    .poll(() => `${program.stdout()}${program.stderr()}`, { timeout: 15_000, interval: 20 })
    .toContain('listening');
}

describe.each(WAYS)('a function served by %s', (file, command) => {
  let simulation: ReachableSimulation;
  let url = '';

  beforeAll(async () => {
    simulation = await startReachableSimulation();
  });
  afterAll(() => simulation.stop());

  async function serve(
    name: string,
    {
      args = [name],
      env = {},
    }: { readonly args?: readonly string[]; readonly env?: Record<string, string> } = {},
  ): Promise<Program> {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const program = startProgram(file, [...command, ...args], {
      ...env,
      PORT: `${port}`,
      K_SINK: sink.url,
      KUBECONFIG: simulation.kubeconfigFile,
      SINK_TIMEOUT_SECONDS: '1',
    });
    await listening(program);
    return program;
  }

  async function tellOf(node: string): Promise<number> {
    const object = simulation.cluster.api.list(TYPES.node).find(({ metadata }) => metadata.name === node);
    const { data, ...attributes } = resourceEvent('update', object ?? {});
    const { status } = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...Object.fromEntries(Object.entries(attributes).map(([key, value]) => [`ce-${key}`, `${value}`])),
      },
      body: JSON.stringify(data),
    });
    return status;
  }

  it('publishes, keeps what a sink does not take, answers probes and scrapers, and ends with 0', async () => {
    const program = await serve('node-changed');
    for (const path of ['/health/liveness', '/health/readiness', '/_/health', '/_/ready'])
      expect((await fetch(`${url}${path}`)).status).toBe(200);

    simulation.cluster.taint('node02', TAINT);
    await expect.poll(() => simulation.cluster.handlersOn('node02').length).toBe(0);
    sink.answer(503);
    expect(await tellOf('node02')).toBe(503);
    sink.answer(202);
    expect(await tellOf('node02')).toBe(204);
    const [opened] = sink.events;
    expect(sink.events.map(({ type, subject }) => [type, subject])).toEqual([[OPENED, 'nodes/node02']]);
    expect([...new Set(sink.sentIds)]).toEqual([opened?.id]);
    if (opened !== undefined) expectPublished(opened);

    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/kubevirt_orphans_events_total\{[^}]*outcome="done"[^}]*\} 1/);
    expect(metrics).toMatch(/kubevirt_orphans_api_calls_total\{resource="orphanincidents"/);

    program.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    expect(program.stderr()).toBe('');
    const lines = program
      .stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string });
    expect(lines.at(-1)?.msg).toBe('stopped');
    simulation.cluster.untaint('node02', TAINT.key);
  });

  it('without an argument is the one of FUNCTION, and of CRON_SCOPE asks for an audit when it is told nothing', async () => {
    const env = { FUNCTION: 'audit', CRON_SCOPE: 'unsettled', CLUSTER_NAME: 'test' };
    const program = await serve('audit', { args: [], env });
    expect(program.stdout()).toContain('"function":"audit"');
    // As OpenFaaS' cron connector does.
    const tick = () => fetch(url, { method: 'POST' }).then(({ status }) => status);
    expect(await tick()).toBe(204);
    expect(sink.events).toMatchObject([
      {
        type: 'dev.kubevirt-orphans.audit.requested.v1',
        source: '/clusters/test',
        data: { scope: 'unsettled' },
      },
    ]);
    sink.answer(503);
    expect(await tick()).toBe(503);
    expect(program.stdout()).toContain('an audit was left out');
  });

  it('ends at once by a second signal, in the middle of what runs', async () => {
    const program = await serve('audit');
    simulation.faults.inject({}, { kind: 'hang' });
    const posted = fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'ce-specversion': '1.0',
        'ce-id': '1',
        'ce-source': '/me',
        'ce-type': 'dev.kubevirt-orphans.audit.requested.v1',
      },
      body: '{"scope":"unsettled"}',
    }).catch(() => undefined);
    simulation.faults.resetCounts();
    await expect.poll(() => simulation.faults.count({ resource: 'orphanincidents' })).toBe(1);
    program.kill('SIGTERM');
    await expect
      .poll(() =>
        fetch(url).then(
          ({ status }) => status,
          () => 'refused',
        ),
      )
      .toBe('refused');
    program.kill('SIGTERM');
    expect(await program.ended).toBe(143);
    await posted;
    simulation.faults.clear();
  });
});

describe.each(WAYS)('what is wrong when %s starts', (file, command) => {
  async function failureOf(args: readonly string[], env: Readonly<Record<string, string>>) {
    const program = startProgram(file, [...command, ...args], env);
    const code = await program.ended;
    return { code, stderr: program.stderr() };
  }

  it('is told all at once, in one line', async () => {
    const { code, stderr } = await failureOf(['audit'], {
      PORT: '99999',
      GRACE_SECONDS: '-1',
      LOG_LEVEL: 'loud',
      K_CE_OVERRIDES: 'no JSON',
    });
    expect(stderr).toMatch(/^[^\n]+ has 5 mistakes: [^\n]+\n$/);
    expect(stderr).toContain('K_SINK is not set (allowed: http or https)');
    for (const name of ['PORT="99999"', 'GRACE_SECONDS="-1"', 'LOG_LEVEL="loud"', 'K_CE_OVERRIDES='])
      expect(stderr).toContain(name);
    expect(code).toBe(2);
  });

  it('is a port in use', async () => {
    const holder = createServer();
    const port = await freePort();
    holder.listen(port);
    await once(holder, 'listening');
    const { code, stderr } = await failureOf(['audit'], { PORT: `${port}`, K_SINK: sink.url });
    holder.close();
    expect(stderr).toMatch(new RegExp(`^[^\\n]*cannot listen on port ${port}: it is in use[^\\n]*\\n$`));
    expect(code).toBe(2);
  });

  it('is a kubeconfig that is not there, which is found out without an event', async () => {
    const env = { PORT: `${await freePort()}`, K_SINK: sink.url, KUBECONFIG: '/nonexistent/config' };
    const { code, stderr } = await failureOf(['node-changed'], env);
    expect(stderr).toMatch(/^[^\n]*\/nonexistent\/config[^\n]*\n$/);
    // It has no such flags.
    expect(stderr).not.toMatch(/--kubeconfig|--context| -f/);
    expect(code).toBe(2);
  });

  it.each([
    [['nodes-changed'], ''],
    [[], ''],
    [[], 'nodes-changed'],
    [['audit', 'more'], ''],
  ])('is the function %j, %j', async (args, FUNCTION) => {
    const { code, stderr } = await failureOf(args, { K_SINK: sink.url, FUNCTION });
    if (!args.includes('audit')) for (const name of FUNCTION_NAMES) expect(stderr).toContain(name);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stderr).toMatch(/function|argument/);
    if (FUNCTION !== '') expect(stderr).toMatch(/^[^\n]*"nodes-changed", which FUNCTION names[^\n]*\n$/);
    expect(code).toBe(2);
  });
});
