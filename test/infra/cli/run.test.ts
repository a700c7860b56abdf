import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProductEvent } from '../../../shared/events/product-event.ts';
import { expectPublished } from '../../support/event-schemas.ts';
import { runInProcess } from '../../support/in-process.ts';
import { endProgramsAfterEach, freePort, type Program, startProgram } from '../../support/program.ts';
import { run, runCli } from '../../support/run-cli.ts';
import { type ReachableSimulation, startReachableSimulation } from '../../support/simulated-kubeconfig.ts';

const CLI = new URL('../../../dist/kubevirt-orphans.mjs', import.meta.url).pathname;
const PREFIX = 'dev.kubevirt-orphans.';

endProgramsAfterEach();

function eventsIn(stdout: string): readonly ProductEvent[] {
  const lines = stdout.split('\n');
  // What has no end yet is no line.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as ProductEvent);
}

describe('run --simulate', () => {
  it('tells the story of node02 from the suspicion to the recovery, for people and for programs', async () => {
    const [told, forPrograms] = await Promise.all([
      runCli(['run', '--simulate']),
      runCli(['run', '--simulate', '-o', 'json']),
    ]);
    const ofNode02 = told.stdout.split('\n').filter((line) => line.includes(' node02 '));
    const states = ofNode02.map((line) => /incident\.(\S+)/.exec(line)?.[1]).filter(Boolean);
    const wanted = ['suspected', 'opened', 'diagnosed', 'resolved'];
    // The restart may be seen before it has ended the handler; and what changes while it is open is told too.
    expect(states.filter((state) => state !== 'at-risk' && state !== 'updated').filter(isNew)).toEqual(
      wanted,
    );
    expect(ofNode02.find((line) => line.includes('incident.resolved'))).toContain('Recovered');
    expect(told.stdout).toMatch(/; no incident is left\n$/);
    // No requests, and no colours where there is no terminal.
    expect(told.stdout).not.toMatch(/audit\.requested {2}/);
    expect(told.stdout).not.toContain('\u001B');
    expect({ code: told.code, stderr: told.stderr }).toEqual({ code: 0, stderr: '' });

    const events = eventsIn(forPrograms.stdout);
    for (const event of events) expectPublished(event);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    const opened = events.filter(({ type }) => type === `${PREFIX}incident.opened.v1`);
    expect(opened.map(({ node, cause }) => [node, cause])).toEqual([['node02', 'NodeSelectorMismatch']]);
    expect(forPrograms.stderr).toContain('-- The fix: kubectl label node node02');
    expect(forPrograms.code).toBe(0);
  }, 60_000);

  it('ends quietly when its reader has', async () => {
    const { stdout, stderr } = await run('sh', [
      '-c',
      `'${process.execPath}' '${CLI}' run --simulate | head -n 2`,
    ]);
    expect(stdout.split('\n')).toHaveLength(3);
    expect(stderr).toBe('');
  });

  it('ends with 0 by a signal in the middle of the story', async () => {
    const program = startProgram('kubevirt-orphans.mjs', ['run', '--simulate'], {});
    await expect.poll(program.stdout, { timeout: 15_000 }).toContain('audit.completed');
    program.kill('SIGINT');
    expect(await program.ended).toBe(0);
    expect(program.stdout()).toMatch(/; no incident is left\n$/);
    expect(program.stderr()).toBe('');
  });

  it('advises what works for it, when there is no cluster', async () => {
    const { code, stderr } = await runInProcess(['run'], { env: { HOME: '/nonexistent' } });
    expect(stderr).toMatch(
      /^kubevirt-orphans: no kubeconfig: [^\n]+\. Name one with --kubeconfig, or set KUBECONFIG\.\n$/,
    );
    expect(code).toBe(2);
  });

  it.each([
    [['--keep'], /^kubevirt-orphans: --keep is for --simulate\. [^\n]+\n$/],
    [
      ['--simulate', '--context', 'prod'],
      /^kubevirt-orphans: --simulate cannot be combined with --kubeconfig or --context\. [^\n]+\n$/,
    ],
    [['-o', 'yaml'], /Allowed choices are text, json\./],
  ])('refuses run %j', async (flags, message) => {
    const { code, stdout, stderr } = await runInProcess(['run', ...flags]);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

function isNew(state: string | undefined, place: number, states: readonly (string | undefined)[]): boolean {
  return states.indexOf(state) === place;
}

describe('run on a cluster', () => {
  let simulation: ReachableSimulation;
  afterEach(() => simulation.stop());

  async function start(env: Readonly<Record<string, string>> = {}): Promise<Program> {
    return startProgram('kubevirt-orphans.mjs', ['run', '-o', 'json'], {
      PORT: `${await freePort()}`,
      KUBECONFIG: simulation.kubeconfigFile,
      TICK_SECONDS: '1',
      ...env,
    });
  }
  async function told(program: Program, type: string): Promise<void> {
    await expect.poll(program.stdout, { timeout: 15_000 }).toContain(`"${PREFIX}${type}.v1"`);
  }

  it('loses nothing and tells nothing under two ids when it is killed and started again', async () => {
    simulation = await startReachableSimulation();
    const first = await start();
    await told(first, 'audit.completed');
    simulation.cluster.taint('node02', { key: 'maintenance', effect: 'NoExecute' });
    await told(first, 'incident.opened');
    first.kill('SIGKILL');
    expect(await first.ended).toBe('SIGKILL');
    // Nobody watches while it is repaired.
    simulation.cluster.untaint('node02', 'maintenance');
    const second = await start();
    await told(second, 'incident.resolved');
    const events = [...eventsIn(first.stdout()), ...eventsIn(second.stdout())].filter(
      ({ node }) => node === 'node02',
    );
    const idsByRevision = new Map<string, Set<string>>();
    for (const { type, sequence = '', id } of events) {
      const key = `${sequence} ${type}`;
      idsByRevision.set(key, new Set([...(idsByRevision.get(key) ?? []), id]));
    }
    expect([...idsByRevision.values()].filter(({ size }) => size > 1)).toEqual([]);
    const revisions = [...new Set(events.map(({ sequence }) => Number(sequence)))].sort((a, b) => a - b);
    expect(revisions).toEqual(revisions.map((_, place) => place + 1));
    second.kill('SIGTERM');
    expect(await second.ended).toBe(0);
    expect(second.stderr()).toContain('; no incident is left');
  });

  it('takes events from outside, answers scrapers, and hands all events on to a sink that is down', async () => {
    simulation = await startReachableSimulation();
    const port = await freePort();
    const sink = `http://127.0.0.1:${await freePort()}/`;
    const program = await start({ PORT: `${port}`, K_SINK: sink, SHUTDOWN_GRACE_SECONDS: '1' });
    await told(program, 'audit.completed');
    const url = `http://127.0.0.1:${port}`;
    const headers = {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': 'by-hand',
      'ce-source': '/me',
      'ce-type': `${PREFIX}audit.requested.v1`,
    };
    expect((await fetch(url, { method: 'POST', headers, body: '{"scope":"all"}' })).status).toBe(204);
    await expect.poll(program.stdout).toContain('"audit-completed.by-hand"');
    expect((await fetch(`${url}/health/readiness`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
      /kubevirt_orphans_queue_depth\{function="all"\} [1-9]/,
    );
    program.kill('SIGTERM');
    expect(await program.ended).toBe(0);
  });

  it.each([
    [
      'orphanincidents are not served',
      'kubevirt-orphans',
      /kubectl apply -f infra\/deploy\/records\/orphan-incident-crd\.yaml/,
    ],
    ['the namespace is missing', '', /kubectl create namespace kubevirt-orphans/],
  ])('says what to apply when %s', async (_, namespace, remedy) => {
    simulation = await startReachableSimulation(namespace);
    if (namespace !== '') {
      const served = { kind: 'status', code: 404 } as const;
      simulation.faults.inject({ resource: 'orphanincidents' }, served);
    }
    const program = await start();
    expect(await program.ended).toBe(3);
    expect(program.stderr()).toMatch(remedy);
    expect(program.stderr()).toMatch(/^kubevirt-orphans: [^\n]+\n$/);
    expect(program.stdout()).toBe('');
  });

  it('says so when the cluster is not reached', async () => {
    simulation = await startReachableSimulation();
    simulation.faults.inject({}, { kind: 'close' });
    const program = await start();
    expect(await program.ended).toBe(3);
    expect(program.stderr()).toMatch(/^kubevirt-orphans: [^\n]+\n$/);
  });

  it('says so when its port is in use, and ends', async () => {
    simulation = await startReachableSimulation();
    const holder = createServer();
    const port = await freePort();
    holder.listen(port);
    await once(holder, 'listening');
    const program = await start({ PORT: `${port}`, LOG_LEVEL: 'silent' });
    expect(await program.ended).toBe(2);
    holder.close();
    expect(program.stderr()).toMatch(
      /^kubevirt-orphans: cannot listen on port \d+: it is in use\. [^\n]+\n$/,
    );
  });
});
