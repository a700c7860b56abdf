import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FUNCTION_NAMES } from '../../../../infra/server/catalog.ts';
import { serveFunction } from '../../../../infra/server/serve-function.ts';
import { epochMs } from '../../../../shared/domain/units.ts';
import { freePort } from '../../../support/program.ts';
import { containerOf, variablesOf } from '../../../support/rendered-container.ts';
import { run } from '../../../support/run-cli.ts';

const image = fileURLToPath(new URL('../../../../dist/', import.meta.url));
/** Where the Deployment and the Services mount what people provide, and nothing is now. */
const CONFIG = '/etc/kubevirt-orphans/config';
const SECRETS = '/etc/kubevirt-orphans/secrets';
const MISSING = {
  NOTIFY_CONFIG: `${CONFIG}/notify.yaml`,
  REMEDIATE_CONFIG: `${CONFIG}/remediate.yaml`,
  ALERT_WEBHOOK_TOKEN_FILE: `${SECRETS}/alert-tokens`,
};
/** A cluster for which nobody answers. */
const UNREACHABLE = JSON.stringify({
  kind: 'Config',
  clusters: [{ name: 'c', cluster: { server: 'http://127.0.0.1:9' } }],
  contexts: [{ name: 'c', context: { cluster: 'c', namespace: 'kubevirt-orphans' } }],
  'current-context': 'c',
});
/** What is set beside it. */
const beside = async () => ({
  K_SINK: 'http://127.0.0.1:9',
  KUBECONFIG: join(folder, 'kubeconfig'),
  PORT: `${await freePort()}`,
});

const CHAT = { type: 'slack-webhook', name: 'chat', webhookUrl: { file: `${SECRETS}/slack-webhook-url` } };
const NOTIFY = JSON.stringify({ channels: [CHAT], routes: [{ channels: ['chat'] }] });
const LINKS = { linkUrl: 'https://approve.example.org/', key: { file: `${SECRETS}/approval-key` } };
const REMEDIATE = JSON.stringify({ mode: 'Approve', approval: LINKS });

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'refused-starts-'));
  writeFileSync(join(folder, 'kubeconfig'), UNREACHABLE);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts what a pod starts. */
async function start(who: string, env: Readonly<Record<string, string>>) {
  const container =
    who === 'run'
      ? containerOf('kubernetes/program', 'Deployment', who)
      : containerOf('knative/program', 'Service', who);
  const [, program = '', ...args] = [...container.command, ...container.args];
  const variables = { ...(await beside()), ...variablesOf(container), ...env };
  return run(process.execPath, [program.replace('/app/', image), ...args], { env: variables });
}

describe.each([
  ['the notification file', ['run', 'notify'], 'NOTIFY_CONFIG', undefined, MISSING.NOTIFY_CONFIG],
  [
    'the remediation file',
    ['run', 'notify', 'remediate'],
    'REMEDIATE_CONFIG',
    undefined,
    MISSING.REMEDIATE_CONFIG,
  ],
  [
    'the secret of the alert webhook',
    ['run', 'alert-received'],
    'ALERT_WEBHOOK_TOKEN_FILE',
    undefined,
    MISSING.ALERT_WEBHOOK_TOKEN_FILE,
  ],
  ['the secret of a channel', ['run', 'notify'], 'NOTIFY_CONFIG', NOTIFY, CHAT.webhookUrl.file],
  [
    'the key of links that approve',
    ['run', 'notify', 'remediate'],
    'REMEDIATE_CONFIG',
    REMEDIATE,
    LINKS.key.file,
  ],
  [
    'the budget that Auto needs',
    ['run', 'notify', 'remediate'],
    'REMEDIATE_CONFIG',
    'mode: Auto\n',
    'budget',
  ],
] as const)('without %s', (_, programs, variable, content, named) => {
  it.each(programs)('%s ends with one line that names it, and 2', async (who) => {
    const path = content === undefined ? MISSING[variable] : join(folder, 'file.yaml');
    if (content !== undefined) writeFileSync(path, content);
    const { code, stdout, stderr } = await start(who, { [variable]: path });
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr).toContain(named);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

it.each(FUNCTION_NAMES.filter((name) => !['alert-received', 'notify', 'remediate'].includes(name)))(
  '%s, which is given the same variables and no files, does without them',
  async (name) => {
    const env = { ...MISSING, ...(await beside()) };
    const logTo = new Writable({ write: (_chunk, _encoding, done) => done() });
    const served = await serveFunction(name, { env, clock: { now: () => epochMs(0) }, logTo });
    expect(await served.close()).toBe(true);
  },
);
