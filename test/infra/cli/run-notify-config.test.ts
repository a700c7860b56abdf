import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInProcess } from '../../support/in-process.ts';
import { endProgramsAfterEach, startProgram } from '../../support/program.ts';

const UNREACHABLE = {
  kind: 'Config',
  clusters: [{ name: 'c', cluster: { server: 'http://127.0.0.1:9' } }],
  contexts: [{ name: 'c', context: { cluster: 'c', namespace: 'kubevirt-orphans' } }],
  'current-context': 'c',
};

endProgramsAfterEach();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-notify-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

describe('run, before it asks the cluster', () => {
  const channels = [{ type: 'slack-webhook', name: 'chat', webhookUrl: { env: 'NOT_SET' } }];

  it.each<readonly [string, () => string, RegExp]>([
    [
      'names every mistake of the notification file',
      () => fileOf('mistakes.yaml', { channels, routes: [{ channels: ['chat', 'pager'] }] }),
      /has 2 mistakes: channels\[0]\.webhookUrl: variable NOT_SET is not set; routes\[0]\.channels\[1]: /,
    ],
    ['says that the file is no YAML', () => fileOf('broken.yaml', 'channels: ['), /is not YAML: /],
    ['says that it is not there', () => join(folder, 'none.yaml'), /cannot be read \(ENOENT\)\. /],
    ['says that it is a folder', () => folder, /cannot be read \(EISDIR\)\. /],
  ])('%s', async (_, file, message) => {
    const env = { KUBECONFIG: fileOf('kubeconfig', UNREACHABLE), NOTIFY_CONFIG: file() };
    const { code, stdout, stderr } = await runInProcess(['run'], { env });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^kubevirt-orphans: [^\n]+\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

it.each([
  { NOTIFY_CONFIG: '/nonexistent/notify.yaml', isSaid: true },
  { NOTIFY_CONFIG: '', isSaid: false },
])(
  'run --simulate tells nobody, and says so where that is not expected: %j',
  async ({ isSaid, ...env }) => {
    const program = startProgram('kubevirt-orphans.mjs', ['run', '--simulate'], env);
    await expect.poll(program.stdout, { timeout: 15_000 }).toContain('Four VMs run');
    program.kill('SIGINT');
    expect(await program.ended).toBe(0);
    expect(program.stdout().includes('NOTIFY_CONFIG is not read: a story tells nobody')).toBe(isSaid);
    expect(program.stderr()).toBe('');
  },
  30_000,
);
