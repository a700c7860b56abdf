import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubeConfigError } from '../../../shared/errors/errors.ts';
import { type ConnectionOptions, loadConnection } from '../../../shared/kubernetes/kube-config.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kube-config-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(name: string, content: string | object): string {
  const file = join(home, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

interface Lab {
  readonly name?: string;
  readonly cluster?: object;
  readonly current?: string;
}

function aConfig({ name = 'lab', cluster = {}, current = name }: Lab = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: `https://${name}.example.test:6443`, ...cluster } }],
    users: [{ name: 'alice', user: { token: 'secret-token' } }],
    contexts: [{ name, context: { cluster: name, user: 'alice', namespace: 'ops' } }],
    ...(current === '' ? {} : { 'current-context': current }),
  };
}

function load(options: Partial<ConnectionOptions> = {}): ReturnType<typeof loadConnection> {
  return loadConnection({ env: { HOME: home }, serviceAccountDirectory: join(home, 'none'), ...options });
}

function failureOf(
  options: Partial<ConnectionOptions>,
): Pick<KubeConfigError, 'code' | 'message' | 'remedy'> {
  try {
    load(options);
  } catch (error) {
    return error as KubeConfigError;
  }
  throw new RangeError('it did not fail');
}

describe('loadConnection', () => {
  it('reads the file after --kubeconfig, and its current context', () => {
    expect(load({ kubeconfig: write('kc', aConfig()) })).toMatchObject({
      server: 'https://lab.example.test:6443',
      contextName: 'lab',
      clusterName: 'lab',
      namespace: 'ops',
    });
  });

  it('prefers --kubeconfig to KUBECONFIG, and that to the home directory', () => {
    write('.kube/config', aConfig({ name: 'home' }));
    const variable = write('variable', aConfig({ name: 'variable' }));
    const option = write('option', aConfig({ name: 'option' }));
    const env = { HOME: home, KUBECONFIG: variable };
    expect(load().contextName).toBe('home');
    expect(load({ env }).contextName).toBe('variable');
    expect(load({ env, kubeconfig: option }).contextName).toBe('option');
  });

  it('merges the files of KUBECONFIG as kubectl does: the first wins, a missing one does not matter', () => {
    const first = write('first', { ...aConfig({ name: 'one' }), 'current-context': 'two' });
    const second = write('second', aConfig({ name: 'two' }));
    const third = write('third', aConfig({ name: 'two', cluster: { server: 'https://late.example.test' } }));
    const env = { KUBECONFIG: `${home}/missing:${first}::${second}:${third}` };
    expect(load({ env })).toMatchObject({ contextName: 'two', server: 'https://two.example.test:6443' });
    expect(load({ env, context: 'one' }).server).toBe('https://one.example.test:6443');
  });

  it.each([
    ['https://host.example.test/k8s/clusters/c-1/', 'https://host.example.test/k8s/clusters/c-1'],
    ['https://[2001:db8::1]:6443', 'https://[2001:db8::1]:6443'],
    ['http://127.0.0.1:8001', 'http://127.0.0.1:8001'],
    ['localhost:8080', 'http://localhost:8080'],
  ])('takes the server %s', (server, expected) => {
    expect(load({ kubeconfig: write('kc', aConfig({ cluster: { server } })) }).server).toBe(expected);
  });

  it('takes a server without a scheme for https when it has a certificate authority', () => {
    const cluster = { server: 'host.example.test:6443', 'certificate-authority': 'ca.crt' };
    expect(load({ kubeconfig: write('kc', aConfig({ cluster })) }).server).toBe(
      'https://host.example.test:6443',
    );
  });

  it('ignores entries that are not usable, as kubectl does, while nobody needs them', () => {
    const config = aConfig() as { contexts: object[]; clusters: object[] };
    config.contexts.push({ name: 'half', context: {} }, { context: null });
    config.clusters.push({ name: 'half' }, { name: 5, cluster: { server: 'https://five.example.test' } });
    expect(load({ kubeconfig: write('kc', config) }).contextName).toBe('lab');
  });

  it('takes a context without a user', () => {
    const config = { ...aConfig(), contexts: [{ name: 'lab', context: { cluster: 'lab' } }] };
    expect(load({ kubeconfig: write('kc', config) }).contextName).toBe('lab');
  });

  it('goes by way of the proxy of the cluster, else of the environment', () => {
    const kubeconfig = write('kc', aConfig());
    const own = write('own', aConfig({ cluster: { 'proxy-url': 'socks5://own.example.test:1080' } }));
    const env = { HTTPS_PROXY: 'http://proxy.example.test:3128' };
    expect(load({ kubeconfig }).proxy).toBeUndefined();
    expect(load({ kubeconfig, env }).proxy).toBe('proxy.example.test:3128');
    expect(load({ kubeconfig: own, env }).proxy).toBe('own.example.test:1080');
  });

  it('is the service account of a pod when there is no kubeconfig', () => {
    const serviceAccountDirectory = dirname(write('sa/token', 'secret-token'));
    write('sa/namespace', 'monitoring\n');
    const env = { KUBERNETES_SERVICE_HOST: '2001:db8::1', KUBERNETES_SERVICE_PORT: '443' };
    const expected = { server: 'https://[2001:db8::1]', contextName: 'in-cluster', namespace: 'monitoring' };
    expect(load({ env, serviceAccountDirectory })).toMatchObject(expected);
    expect(failureOf({ env: {}, serviceAccountDirectory }).message).toMatch(/^no kubeconfig: /);
    expect(failureOf({ env, serviceAccountDirectory, context: 'lab' }).message).toContain(
      'has no context "lab"',
    );
  });
});

describe('loadConnection, when it cannot', () => {
  it('says where it looked when there is none', () => {
    expect(failureOf({})).toMatchObject({
      code: 'KUBE_CONFIG',
      message: `no kubeconfig: looked at --kubeconfig (not given), KUBECONFIG (not set), ${home}/.kube/config (does not exist), the service account of a pod (none in ${home}/none)`,
    });
    expect(failureOf({ env: {} }).message).toContain('~/.kube/config (HOME is not set)');
  });

  it('says that a named file does not exist, and does not look elsewhere', () => {
    write('.kube/config', aConfig());
    expect(failureOf({ kubeconfig: `${home}/missing` }).message).toBe(
      `the kubeconfig ${home}/missing does not exist`,
    );
    const env = { HOME: home, KUBECONFIG: `${home}/a:${home}/b` };
    expect(failureOf({ env }).message).toContain('names no file that exists');
  });

  it('lists the contexts there are', () => {
    const kubeconfig = write('kc', aConfig());
    expect(failureOf({ kubeconfig, context: 'prod' })).toMatchObject({
      message: `the kubeconfig ${kubeconfig} has no context "prod"`,
      remedy: 'Name one of its contexts with --context: lab.',
    });
    expect(failureOf({ kubeconfig: write('none', aConfig({ current: '' })) })).toMatchObject({
      message: expect.stringContaining('has no current context'),
      remedy: expect.stringContaining('lab'),
    });
  });

  it.each([
    ['a directory', '', 'it is a directory'],
    ['broken YAML', 'clusters:\n- name: a\n   server: x\n', 'no YAML at line 3, column 10'],
    ['a text', 'hello', 'has no current context'],
    ['nothing', '', 'has no current context'],
    ['null', 'null', 'is missing or of a wrong type'],
    ['no contexts', '{"contexts": {}, "current-context": "lab"}', 'has no context "lab"'],
    ['a numeric context', '{"current-context": 5}', 'has no current context'],
    [
      'an unknown cluster',
      { ...aConfig(), clusters: [] },
      'names the cluster "lab", which is not in it or has no server',
    ],
    ['a numeric server', aConfig({ cluster: { server: 5 } }), 'names the cluster "lab"'],
    ['a wrong scheme', aConfig({ cluster: { server: 'ftp://host' } }), 'is no http or https URL'],
    ['no URL', aConfig({ cluster: { server: 'https://:::' } }), 'is no http or https URL'],
    ['an unknown user', { ...aConfig(), users: [] }, 'names the user "alice", who is not in it'],
    ['a broken proxy', aConfig({ cluster: { 'proxy-url': 'proxy' } }), 'is no http, https or socks5 URL'],
    ['a numeric file', aConfig({ cluster: { 'certificate-authority': 5 } }), 'is missing or of a wrong type'],
  ])('refuses a kubeconfig that holds %s', (what, content, expected) => {
    const failure = failureOf({ kubeconfig: what === 'a directory' ? home : write('kc', content) });
    expect(failure).toMatchObject({ code: 'KUBE_CONFIG', message: expect.stringContaining(expected) });
    expect(failure.message).not.toContain('secret-token');
  });
});

describe('what a command without flags advises', () => {
  const CASES: [string, () => Partial<ConnectionOptions>][] = [
    ['there is none', () => ({})],
    ['KUBECONFIG names no file', () => ({ env: { KUBECONFIG: `${home}/missing` } })],
    ['it has no such context', () => ({ env: { KUBECONFIG: write('kc', aConfig({ current: '' })) } })],
    ['it has no context at all', () => ({ env: { KUBECONFIG: write('kc', '') } })],
  ];
  it.each(CASES)('is no flag, when %s', (_, options) => {
    const { message, remedy } = failureOf({ ...options(), inputs: 'environment' });
    expect(`${message} ${remedy}`).not.toMatch(/(^|\s)--?\w/);
    expect(remedy).toMatch(/KUBECONFIG|kubectl config use-context lab/);
  });

  it.each(CASES)('is no dump where only a live cluster can be watched, when %s', (_, options) => {
    const { remedy } = failureOf({ ...options(), inputs: 'live' });
    expect(remedy).not.toMatch(/dump| -f/);
    expect(remedy).toMatch(/--kubeconfig|--context/);
  });
});
