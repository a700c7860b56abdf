import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
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

/** What is started: a file, what follows it, and what it is told beside its port. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const execute = promisify(execFile);
/** The newest that Node.js 20 runs. */
const FAAS_JS_RUNTIME = 'faas-js-runtime@3.0.2';
const STARTUP_LIMIT_MS = 20_000;
/** `getconf CLK_TCK`: 100 on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;
const running = new Set<ChildProcess>();
// Whatever ends the benchmark ends its servers.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** One of our functions, as a container runs it; nobody listens to what it would publish. */
export function servedFunction(name: string, kubeconfig: string): Program {
  const file = fileURLToPath(new URL('../../dist/serve.mjs', import.meta.url));
  return { file, args: [name], env: { K_SINK: 'http://127.0.0.1:9', KUBECONFIG: kubeconfig } };
}

/**
 * Knative's own Node.js runtime with an empty function. It is installed when it is measured: as a dependency it would keep
 * the project from Node.js 24, which its SDK refuses.
 */
export async function faasJsRuntime(directory: string): Promise<Program> {
  const prefix = join(directory, 'faas-js-runtime');
  await mkdir(prefix, { recursive: true });
  await writeFile(join(prefix, 'package.json'), '{"private":true}');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--engine-strict=false', '--silent'];
  await execute('npm', ['install', ...flags, FAAS_JS_RUNTIME], { cwd: prefix });
  const file = join(prefix, 'server.cjs');
  await copyFile(fileURLToPath(new URL('programs/faas-js-runtime.cjs', import.meta.url)), file);
  return { file, args: [], env: {} };
}

/** Starts a program and sends it `request` until it has answered once with 2xx. @throws Error when it does not */
export async function serveProgram({ file, args, env }: Program, request: string): Promise<ServedProgram> {
  const port = await freePort();
  const start = performance.now();
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...env, PATH: process.env['PATH'], PORT: `${port}`, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  running.add(child);
  while (!(await isAnswered(port, request))) {
    if (performance.now() - start > STARTUP_LIMIT_MS || child.exitCode !== null)
      throw new Error(`${file} does not answer`);
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
