import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { endProgramsAfterEach, freePort, startProgram } from '../../support/program.ts';
import { type ReachableSimulation, startReachableSimulation } from '../../support/simulated-kubeconfig.ts';

const TAINT = { key: 'maintenance', effect: 'NoExecute' } as const;
const SECRET = `whsec_${Buffer.alloc(24).toString('base64')}`;

endProgramsAfterEach();
let simulation: ReachableSimulation;
let server: Server;
let base: string;
/** By the first part of the path: what came, of which `answers` says what becomes. */
let got: Record<string, string[]> = {};
let answers: Record<string, (response: ServerResponse) => void> = {};
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'notify-failures-'));
  [got, answers] = [{}, {}];
  simulation = await startReachableSimulation();
  server = createServer((request, response) => {
    const channel = request.url?.slice(1) ?? '';
    void readEvent(request).then(({ type, node }) => {
      got[channel] = [...(got[channel] ?? []), `${node} ${type.split('.').at(-2)}`];
      (answers[channel] ?? ((it) => it.end()))(response);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await simulation.stop();
  rmSync(folder, { recursive: true });
});

async function readEvent(request: AsyncIterable<Buffer>): Promise<{ type: string; node: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

/** The built program, with a webhook for each name. */
async function startTelling(names: readonly string[]) {
  const file = join(folder, 'notify.yaml');
  const channels = names.map(
    (name) =>
      `  - {name: ${name}, type: webhook, url: {env: URL_${name.toUpperCase()}}, secrets: [{env: SIGNING}]}`,
  );
  writeFileSync(file, `channels:\n${channels.join('\n')}\nroutes:\n  - channels: [${names.join()}]\n`);
  const program = startProgram('kubevirt-orphans.mjs', ['run', '-o', 'json'], {
    ...Object.fromEntries(names.map((name) => [`URL_${name.toUpperCase()}`, `${base}/${name}`])),
    SIGNING: SECRET,
    PORT: `${await freePort()}`,
    KUBECONFIG: simulation.kubeconfigFile,
    NOTIFY_CONFIG: file,
    TICK_SECONDS: '1',
    LOG_LEVEL: 'debug',
    SHUTDOWN_GRACE_SECONDS: '2',
  });
  await expect.poll(() => program.stderr(), { timeout: 15_000 }).toContain('watching');
  return program;
}

it('a channel that accepts and never answers delays no other, nor the end', async () => {
  answers['silent'] = () => undefined;
  const program = await startTelling(['silent', 'well']);
  simulation.cluster.taint('node02', TAINT);
  await expect.poll(() => got['silent']?.length, { timeout: 10_000 }).toBe(1);
  await expect.poll(() => got['well']?.at(-1), { timeout: 2_000 }).toBe('node02 opened');
  simulation.cluster.untaint('node02', TAINT.key);
  await expect.poll(() => got['well']?.at(-1), { timeout: 4_000 }).toBe('node02 resolved');
  simulation.cluster.taint('node02', TAINT);
  await expect.poll(() => got['well']?.at(-1), { timeout: 4_000 }).toBe('node02 opened');
  const began = Date.now();
  program.kill('SIGTERM');
  expect(await program.ended).toBe(0);
  expect(Date.now() - began).toBeLessThan(6_000);
}, 40_000);
