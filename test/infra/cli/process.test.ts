import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO } from '../../support/demo.ts';
import { reportFrom } from '../../support/report-schema.ts';
import { run, runCli } from '../../support/run-cli.ts';

const CLI = new URL('../../../dist/kubevirt-orphans.mjs', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'kubevirt-orphans-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function kubeconfigFor(server: string): string {
  const path = join(folder, `kubeconfig-${Buffer.from(server).toString('hex')}`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server } }],
    users: [{ name: 'test', user: { token: 'not-a-secret-but-never-printed' } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

describe('the built command', () => {
  it('is executable, and is a kubectl plugin by its other name', async () => {
    const { bin } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
      bin: Record<string, string>;
    };
    expect(Object.keys(bin)).toEqual(['kubevirt-orphans', 'kubectl-orphans']);
    expect(await run(CLI, ['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n' });
  });

  it('reads a dump from stdin and ends by itself', async () => {
    const { code, stdout, stderr } = await runCli(['audit', '-f', '-', '-o', 'json'], {
      stdin: readFileSync(DEMO),
    });
    expect(reportFrom(stdout).summary.orphanedNodes).toBe(2);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  });

  it.each(['table', 'json', 'yaml'])('says nothing when the reader of its %s has gone', async (format) => {
    const child = spawn(process.execPath, [CLI, 'audit', '-f', DEMO, '-o', format], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  });

  it('can be cut off by head', async () => {
    const { stdout, stderr } = await run('sh', [
      '-c',
      `'${process.execPath}' '${CLI}' audit -f '${DEMO}' -o json | head -n 2`,
    ]);
    expect({ stdout, stderr }).toEqual({
      stdout: '{\n  "apiVersion": "kubevirt-orphans.dev/v1alpha1",\n',
      stderr: '',
    });
  });
});

describe('a cluster that cannot be read', () => {
  // Answers every request with `status`; a 404 is for the kubevirt.io API only, as where KubeVirt is not installed.
  const server = createServer((request, response) => {
    const served = status === 404 && !request.url?.startsWith('/apis/kubevirt.io');
    response.writeHead(served ? 200 : status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(served ? emptyList(request.url ?? '') : { ...failure, code: status }));
  });
  const emptyList = (path: string) => {
    if (path.includes('daemonsets'))
      return { kind: 'DaemonSetList', apiVersion: 'apps/v1', metadata: {}, items: [] };
    return {
      kind: path.includes('nodes') ? 'NodeList' : 'PodList',
      apiVersion: 'v1',
      metadata: {},
      items: [],
    };
  };
  const failure = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'said by the server' };
  let status = 200;
  let url = '';

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  it.each([
    [401, /not accept|log in|credentials|401/i],
    [403, /may not|forbidden|not allowed|list/i],
    [404, /kubevirt is not installed/i],
  ])('answers %i: one line, exit code 3, nothing on stdout', async (answer, line) => {
    status = answer;
    const { code, stdout, stderr } = await runCli(['audit', '--kubeconfig', kubeconfigFor(url)]);
    expect(stderr).toMatch(line);
    expect(stderr).toMatch(/^kubevirt-orphans: [^\n]+\n$/);
    expect(stderr).not.toMatch(/not-a-secret|said by the server/);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  });

  it('does not listen: one line, exit code 3, soon', async () => {
    const { code, stdout, stderr } = await runCli(
      ['audit', '--kubeconfig', kubeconfigFor('http://127.0.0.1:1')],
      { timeoutMs: 15_000 },
    );
    expect(stderr).toMatch(/^kubevirt-orphans: [^\n]*127\.0\.0\.1:1[^\n]*refused[^\n]*\n$/);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  });

  it('is not in the kubeconfig: the contexts that are', async () => {
    const { code, stderr } = await runCli(['audit', '--kubeconfig', kubeconfigFor(url), '--context', 'prod']);
    expect(stderr).toMatch(/^kubevirt-orphans: [^\n]*no context "prod"[^\n]*test[^\n]*\n$/);
    expect(code).toBe(2);
  });

  it('is not in a file that does not exist', async () => {
    const { code, stderr } = await runCli(['audit', '--kubeconfig', join(folder, 'none')]);
    expect(stderr).toMatch(/^kubevirt-orphans: the kubeconfig \S+ does not exist\. [^\n]+\n$/);
    expect(code).toBe(2);
  });
});
