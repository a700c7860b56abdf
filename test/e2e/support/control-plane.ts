import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findControlPlane, type Starter } from './find-control-plane.ts';
import { KubeApi } from './kube-api.ts';
import { readKubeconfig, writeKubeconfig } from './kubeconfig.ts';

export interface ControlPlane {
  /** The administrator's. */
  readonly kubeconfig: string;
  /** Its temporary directory, which goes when it stops: a place for what a test has to write. */
  readonly directory: string;
  stop(): Promise<void>;
}

export interface ControlPlaneOptions {
  /** Which controllers run, as kube-controller-manager's `--controllers`; those that tests need unless told. */
  readonly controllers?: string;
  /** How long a node may go without a heartbeat, such as `5s`; `24h` unless told, for nodes that send none. */
  readonly nodeGrace?: string;
  /** More flags of kube-apiserver, such as `--audit-log-path=FILE`. */
  readonly apiServerArgs?: readonly string[];
  /** What starts it; what `findControlPlane` finds unless told. */
  readonly starter?: Starter | { readonly skip: string };
}

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const STOP_MS = 15_000;

/**
 * Starts a control plane, in about six seconds. It ends with this process, however that ends.
 *
 * @throws Error with what the starter said, when it did not start
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const { controllers, nodeGrace, apiServerArgs = [], starter = findControlPlane() } = options;
  if ('skip' in starter) throw new Error(starter.skip);
  const args = [...starter.args];
  if (controllers !== undefined) args.push(`--controllers=${controllers}`);
  if (nodeGrace !== undefined) args.push(`--node-grace=${nodeGrace}`);
  args.push(...apiServerArgs.map((arg) => `--apiserver-arg=${arg}`));
  const child = spawn(starter.command, args, { env: starter.env, cwd: repository, stdio: 'pipe' });
  const kubeconfig = await announced(child);
  return { kubeconfig, directory: dirname(kubeconfig), stop: () => stop(child) };
}

/** The kubeconfig that the starter prints once all is ready. */
function announced(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      reject(new Error(`the control plane did not start (exit code ${code}):\n${said}`));
    });
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('KUBECONFIG=')) resolve(line.slice('KUBECONFIG='.length));
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const overdue = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  child.stdin?.end();
  await ended;
  clearTimeout(overdue);
}

/** Writes a kubeconfig for a service account, with a token such as a pod of its would have. */
export async function serviceAccountKubeconfig(
  plane: ControlPlane,
  account: { readonly namespace: string; readonly name: string },
): Promise<string> {
  const admin = readKubeconfig(plane.kubeconfig);
  const api = new KubeApi(admin);
  const { namespace, name } = account;
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const { status } = await api.call<{ status: { token: string } }>({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    body: request,
  });
  api.close();
  const path = join(plane.directory, `${namespace}-${name}.kubeconfig`);
  await writeKubeconfig(path, { ...admin, user: { token: status.token } }, namespace);
  return path;
}
