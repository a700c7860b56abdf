import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from './programs.ts';

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

export type Programs = Readonly<Record<'ours' | 'theirs', string>>;

const STARTUP_LIMIT_MS = 20_000;
/** `getconf CLK_TCK`: 100 on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;
const running = new Set<ChildProcess>();
// Whatever ends the benchmark ends its servers.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The two that are compared: ours bundled, faas-js-runtime as it is used. */
export async function bundlePrograms(directory: string): Promise<Programs> {
  const ours = await bundleProgram('ignoring-server', directory);
  return { ours, theirs: fileURLToPath(new URL('programs/faas-js-runtime.cjs', import.meta.url)) };
}

/** Starts a program and sends it `request` until it has answered once with 2xx. @throws Error when it does not */
export async function serveProgram(file: string, request: string): Promise<ServedProgram> {
  const port = await freePort();
  const start = performance.now();
  const child = spawn(process.execPath, [file], {
    env: { PATH: process.env['PATH'], PORT: `${port}`, LOG_LEVEL: 'info' },
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
