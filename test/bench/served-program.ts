import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** A server in a process of its own. */
export interface ServedProgram {
  readonly port: number;
  /** From the start of the process to the answer to its first event, in milliseconds. */
  readonly firstEventMs: number;
  /** The most memory that it has had. */
  readonly peakBytes: () => number;
  /** User and system time so far, in seconds. */
  readonly cpuSeconds: () => number;
  readonly stop: () => void;
}

/** What is started, and with what besides its port. */
export interface ServerProgram {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const execute = promisify(execFile);
/** The newest that Node.js 20 runs. */
const FAAS_JS_RUNTIME = 'faas-js-runtime@3.0.2';
const FAAS_SERVER = `require('faas-js-runtime').start(() => undefined, {
  port: Number(process.env.PORT), logLevel: 'error', bodyLimit: 2 ** 21,
});
`;
const STARTUP_LIMIT_MS = 20_000;
/** `getconf CLK_TCK`: 100 on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;
const running = new Set<ChildProcess>();
// Whatever ends the benchmark ends its servers.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
/** Where nothing listens: what asks for it fails. */
const NOWHERE = 'http://127.0.0.1:9';

/**
 * Knative's own Node.js runtime with an empty function. It is installed when it is measured: as a dependency it would keep
 * the project from Node.js 24, which its SDK refuses.
 */
export async function faasJsRuntime(directory: string): Promise<ServerProgram> {
  const prefix = join(directory, 'faas-js-runtime');
  await mkdir(prefix, { recursive: true });
  await writeFile(join(prefix, 'package.json'), '{"private":true}');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--engine-strict=false', '--silent'];
  await execute('npm', ['install', ...flags, FAAS_JS_RUNTIME], { cwd: prefix });
  const file = join(prefix, 'server.cjs');
  await writeFile(file, FAAS_SERVER);
  return { argv: [file], env: {} };
}

/**
 * What a container runs.
 *
 * @param directory - where its kubeconfig is written
 * @param kubeconfig - how it reaches its cluster; unless given, it has one that nobody answers for
 */
export async function servedNodeChanged(
  directory: string,
  kubeconfig = kubeconfigOf(NOWHERE),
): Promise<ServerProgram> {
  const file = join(directory, 'kubeconfig');
  await writeFile(file, kubeconfig);
  return {
    argv: [pathOf('../../dist/serve.mjs'), 'node-changed'],
    env: { KUBECONFIG: file, K_SINK: NOWHERE },
  };
}

function kubeconfigOf(server: string): string {
  const name = 'nowhere';
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}

/** Starts a program and sends it `request` until it has answered once with 2xx. @throws Error when it does not */
export async function serveProgram({ argv, env }: ServerProgram, request: string): Promise<ServedProgram> {
  const port = await freePort();
  const start = performance.now();
  const child = spawn(process.execPath, [...argv], {
    env: { PATH: process.env['PATH'], ...env, PORT: `${port}`, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  running.add(child);
  while (!(await isAnswered(port, request))) {
    if (performance.now() - start > STARTUP_LIMIT_MS || child.exitCode !== null)
      throw new Error(`${argv.join(' ')} does not answer`);
  }
  return {
    port,
    firstEventMs: performance.now() - start,
    peakBytes: () => Number(/^VmHWM:\s+(\d+) kB/m.exec(procOf(child, 'status'))?.[1]) * 1_024,
    cpuSeconds: () => {
      const [user, system] = procOf(child, 'stat')
        .replace(/^.*\) /s, '')
        .split(' ')
        .slice(11, 13)
        .map(Number);
      return ((user ?? 0) + (system ?? 0)) / TICKS_PER_SECOND;
    },
    stop: () => {
      child.kill('SIGKILL');
      running.delete(child);
    },
  };
}

function procOf({ pid }: ChildProcess, file: string): string {
  return readFileSync(`/proc/${pid}/${file}`, 'utf8');
}

/** One try, at once; a refused connection costs a fraction of a millisecond and a pause of one. */
function isAnswered(port: number, request: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.once('data', (chunk) => {
      socket.destroy();
      resolve(chunk.toString('latin1', 9, 10) === '2');
    });
    socket.once('error', () => setTimeout(() => resolve(false), 1));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}
