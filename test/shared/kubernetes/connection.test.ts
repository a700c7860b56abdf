import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection } from '../../../shared/kubernetes/connection.ts';
import { loadConnection } from '../../../shared/kubernetes/kube-config.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'connection-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true, force: true });
});

function connect(user: object | undefined, cluster: object = {}): Connection {
  const kubeconfig = join(directory, 'config');
  const config = {
    clusters: [{ name: 'lab', cluster: { server: 'https://api.example.test', ...cluster } }],
    users: user === undefined ? [] : [{ name: 'alice', user }],
    contexts: [
      { name: 'lab', context: { cluster: 'lab', ...(user === undefined ? {} : { user: 'alice' }) } },
    ],
    'current-context': 'lab',
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  return loadConnection({ kubeconfig, env: {} });
}

async function applied(connection: Connection): Promise<RequestOptions> {
  const options: RequestOptions = { headers: { accept: 'application/json' } };
  await connection.applyTo(options);
  return options;
}

/** A login command that counts its runs in a file, and prints what it was told. */
function loginCommand(body: string): string {
  const file = join(directory, 'login');
  writeFileSync(file, `#!/bin/sh\necho run >> '${directory}/runs'\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

const CREDENTIAL = `echo '{"kind":"ExecCredential","status":{"token":"exec-token"}}'`;
const exec = (command: string, more: object = {}): object => ({
  exec: { command, apiVersion: 'client.authentication.k8s.io/v1', ...more },
});

describe('applyTo', () => {
  it('adds the token and keeps the headers there are', async () => {
    const { headers, agent } = await applied(connect({ token: 'secret-token' }));
    expect(headers).toEqual({ accept: 'application/json', Authorization: 'Bearer secret-token' });
    expect(agent).toBeUndefined();
  });

  it.each(['tokenFile', 'token-file'])(
    'reads a token from %s, beside the kubeconfig, without its line end',
    async (key) => {
      writeFileSync(join(directory, 'token'), 'file-token\n');
      const { headers } = await applied(connect({ token: 'old', [key]: 'token' }));
      expect(headers).toMatchObject({ Authorization: 'Bearer file-token' });
    },
  );

  it('adds certificates, server name and impersonation', async () => {
    for (const name of ['ca', 'cert', 'key']) writeFileSync(join(directory, name), name);
    const user = { 'client-certificate': 'cert', 'client-key': 'key', as: 'bob' };
    const cluster = { 'certificate-authority': 'ca', 'tls-server-name': 'kubernetes' };
    const options = await applied(connect(user, cluster));
    const { ca, cert, key, servername } = options;
    expect([ca, cert, key].map(String)).toEqual(['ca', 'cert', 'key']);
    expect(servername).toBe('kubernetes');
    expect(options.headers).toMatchObject({ 'Impersonate-User': 'bob' });
  });

  it('knows the cluster also when there is no user', async () => {
    const options = await applied(connect(undefined, { 'insecure-skip-tls-verify': true }));
    expect(options.rejectUnauthorized).toBe(false);
  });

  it('adds a name and password', async () => {
    expect((await applied(connect({ username: 'alice', password: 'pw' }))).auth).toBe('alice:pw');
  });

  it('hands over the agent of a proxy', async () => {
    const options = await applied(connect({}, { 'proxy-url': 'http://proxy.example.test:3128' }));
    expect(options.agent).toBeDefined();
  });

  it('names a certificate file that is missing', async () => {
    await expect(applied(connect({}, { 'certificate-authority': 'gone.crt' }))).rejects.toMatchObject({
      code: 'KUBE_CONFIG',
      message: expect.stringContaining(`${directory}/gone.crt`),
    });
  });
});

describe('a login command', () => {
  it('is found beside the kubeconfig, is told what kubectl tells it, and runs once for many calls', async () => {
    loginCommand(`printf %s "$KUBERNETES_EXEC_INFO" > '${directory}/info'\n${CREDENTIAL}`);
    const connection = connect(exec('./login', { provideClusterInfo: true }), {
      'tls-server-name': 'kubernetes',
    });
    const [first] = await Promise.all([applied(connection), applied(connection)]);
    await applied(connection);
    expect(first.headers).toMatchObject({ Authorization: 'Bearer exec-token' });
    expect(readFileSync(join(directory, 'runs'), 'utf8')).toBe('run\n');
    expect(JSON.parse(readFileSync(join(directory, 'info'), 'utf8'))).toMatchObject({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: {
        interactive: false,
        cluster: { server: 'https://api.example.test', 'tls-server-name': 'kubernetes' },
      },
    });
  });

  it('runs again when its credentials have been used for a while', async () => {
    const connection = connect(exec(loginCommand(CREDENTIAL)));
    const now = vi.spyOn(performance, 'now');
    for (const at of [0, 9_000, 10_000]) {
      now.mockReturnValue(at);
      await applied(connection);
    }
    expect(readFileSync(join(directory, 'runs'), 'utf8')).toBe('run\nrun\n');
  });

  it('runs again after it failed', async () => {
    const connection = connect(exec(loginCommand(`[ -e '${directory}/ok' ] || exit 1\n${CREDENTIAL}`)));
    await expect(applied(connection)).rejects.toMatchObject({ code: 'KUBE_CONFIG' });
    writeFileSync(join(directory, 'ok'), '');
    expect((await applied(connection)).headers).toMatchObject({ Authorization: 'Bearer exec-token' });
  });

  it.each([
    [
      'is not there',
      'no-such-login-command',
      'the login command no-such-login-command of the user "alice" does not exist',
    ],
    ['fails', undefined, 'of the user "alice" failed'],
  ])('that %s is named; what it prints is not', async (_, command, expected) => {
    const connection = connect(
      exec(command ?? loginCommand('echo secret-word >&2; echo secret-word; exit 1')),
    );
    const failure = await applied(connection).catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ code: 'KUBE_CONFIG', message: expect.stringContaining(expected) });
    expect((failure as Error).message).not.toContain('secret-word');
  });

  it.each(['echo nonsense', `echo '{"kind":"ExecCredential"}'`])(
    'that prints no credentials (%s) fails',
    async (body) => {
      await expect(applied(connect(exec(loginCommand(body))))).rejects.toMatchObject({
        message: expect.stringContaining('failed'),
      });
    },
  );

  it('that takes longer than a minute is given up', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const connection = connect(exec(loginCommand('sleep 0.2')));
    const failure = expect(applied(connection)).rejects.toMatchObject({
      code: 'KUBE_CONFIG',
      message: expect.stringContaining('did not end within 60 s'),
    });
    vi.advanceTimersByTime(60_000);
    await failure;
  });
});

describe('credentials that cannot be used', () => {
  it.each([
    [
      { 'auth-provider': { name: 'gcp', config: {} } },
      'the login of the user "alice" by the auth provider gcp failed',
    ],
    [{ 'client-certificate-data': 5 }, 'making use of the credentials of the user "alice" failed'],
    [{ exec: { args: ['x'] } }, 'making use of the credentials of the user "alice" failed'],
  ])('(%j) are named', async (user, message) => {
    await expect(applied(connect(user))).rejects.toMatchObject({ code: 'KUBE_CONFIG', message });
  });
});
