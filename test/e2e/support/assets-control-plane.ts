// Starts a control plane from a directory of binaries, prints KUBECONFIG=PATH and runs until standard input closes.
// A process of its own, so that it outlives a test process that is killed just long enough to stop everything.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { awaitPodsAdmitted } from './admission.ts';
import { freePort } from './free-port.ts';
import { KubeApi } from './kube-api.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { until } from './until.ts';

const CONTROLLERS =
  'daemonset,nodelifecycle,serviceaccount,serviceaccount-token,garbagecollector,namespace,podgc';
const BOOT_MS = 60_000;
const STOP_MS = 5_000;

const { values } = parseArgs({
  options: {
    assets: { type: 'string', default: '' },
    controllers: { type: 'string', default: CONTROLLERS },
    'node-grace': { type: 'string', default: '24h' },
    'apiserver-arg': { type: 'string', multiple: true, default: [] },
  },
});
const directory = await mkdtemp(join(tmpdir(), 'control-plane-'));
const file = (name: string) => join(directory, name);
const running: ChildProcess[] = [];
let stopping = false;

function start(name: string, args: readonly string[]): void {
  const log = openSync(file(`${name}.log`), 'w');
  const child = spawn(join(values.assets, name), args, { stdio: ['ignore', log, log] });
  closeSync(log);
  running.push(child);
  child.once('error', (error) => void end(1, `${name}: ${error.message}`));
  child.once('exit', () => {
    if (!stopping) void end(1, `${name} ended:\n${readFileSync(file(`${name}.log`), 'utf8').slice(-3_000)}`);
  });
}

/** Stops each component before what it depends on, and leaves nothing behind. */
async function end(code: number, why?: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  if (why !== undefined) console.error(why);
  for (const child of running.reverse()) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) continue;
    const exited = once(child, 'exit');
    const overdue = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.kill('SIGTERM');
    await exited;
    clearTimeout(overdue);
  }
  await rm(directory, { recursive: true, force: true });
  process.exit(code);
}

/** A flag that only some versions of a component know. */
function known(name: string, flag: string, mark = flag): string[] {
  const { stdout, stderr } = spawnSync(join(values.assets, name), ['--help'], { encoding: 'utf8' });
  return `${stdout}${stderr}`.includes(mark) ? [flag] : [];
}

async function writeIdentities(): Promise<Record<'admin' | 'manager' | 'scheduler', string>> {
  const tokens = { admin: randomUUID(), manager: randomUUID(), scheduler: randomUUID() };
  const users = [
    `${tokens.admin},kubernetes-admin,admin,system:masters`,
    `${tokens.manager},system:kube-controller-manager,manager`,
    `${tokens.scheduler},system:kube-scheduler,scheduler`,
  ];
  await writeFile(file('tokens.csv'), users.join('\n'), { mode: 0o600 });
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await writeFile(file('accounts.pub'), publicKey);
  await writeFile(file('accounts.key'), privateKey, { mode: 0o600 });
  return tokens;
}

async function startApiServer(): Promise<string> {
  const etcd = `http://127.0.0.1:${await freePort()}`;
  const port = await freePort();
  start('etcd', [
    `--data-dir=${file('etcd')}`,
    `--listen-client-urls=${etcd}`,
    `--advertise-client-urls=${etcd}`,
    '--listen-peer-urls=http://127.0.0.1:0',
    ...known('etcd', '--unsafe-no-fsync'),
  ]);
  start('kube-apiserver', [
    `--etcd-servers=${etcd}`,
    '--bind-address=127.0.0.1',
    // The serving certificate, which the server makes for itself, names this address.
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    `--secure-port=${port}`,
    `--cert-dir=${directory}`,
    `--token-auth-file=${file('tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${file('accounts.pub')}`,
    `--service-account-signing-key-file=${file('accounts.key')}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--allow-privileged=true',
    ...values['apiserver-arg'],
  ]);
  return `https://127.0.0.1:${port}`;
}

function startControllers(): void {
  // What deletes pods from nodes with NoExecute taints is a controller of its own since Kubernetes 1.29.
  const eviction = known(
    'kube-controller-manager',
    ',taint-eviction-controller',
    'taint-eviction-controller',
  );
  const controllers =
    values.controllers === CONTROLLERS ? [CONTROLLERS, ...eviction].join('') : values.controllers;
  // Nobody asks these two anything, so they serve nothing; until 1.23 there is a second port to close.
  const quiet = (name: string) => [
    '--leader-elect=false',
    '--secure-port=0',
    ...known(name, '--port=0', ' --port int'),
  ];
  start('kube-controller-manager', [
    `--kubeconfig=${file('manager.kubeconfig')}`,
    `--controllers=${controllers}`,
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${file('accounts.key')}`,
    `--root-ca-file=${file('apiserver.crt')}`,
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    '--node-monitor-period=1s',
    '--node-eviction-rate=100',
    '--secondary-node-eviction-rate=100',
    `--node-monitor-grace-period=${values['node-grace']}`,
    `--node-startup-grace-period=${values['node-grace']}`,
    ...quiet('kube-controller-manager'),
  ]);
  start('kube-scheduler', [`--kubeconfig=${file('scheduler.kubeconfig')}`, ...quiet('kube-scheduler')]);
}

async function boot(): Promise<string> {
  const tokens = await writeIdentities();
  const server = await startApiServer();
  const ca = await until('a serving certificate', () => readFile(file('apiserver.crt'), 'utf8'));
  for (const [name, token] of Object.entries(tokens)) {
    await writeKubeconfig(file(`${name}.kubeconfig`), { server, ca, user: { token } });
  }
  const api = new KubeApi({ server, ca, user: { token: tokens.admin } });
  await until('the API server', () => api.call({ method: 'GET', path: '/readyz' }), BOOT_MS);
  startControllers();
  await awaitPodsAdmitted(api, 'default', 'default');
  api.close();
  return file('admin.kubeconfig');
}

process.stdin.once('end', () => void end(0)).resume();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => void end(0));
try {
  console.log(`KUBECONFIG=${await boot()}`);
} catch (error) {
  await end(1, error instanceof Error ? error.message : String(error));
}
