import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

const STOP_MS = 10_000;
const KEPT_CHARACTERS = 5_000;
const running = new Set<ChildProcess>();
// A test process that ends early takes its programs with it.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A program of Prometheus' that serves on the loopback interface, with a directory of its own. */
export interface Daemon {
  readonly url: string;
  stop(): Promise<void>;
}

export interface DaemonPlan {
  readonly program: string;
  /** Its files by name; the directory is told to `args`. */
  readonly files: Readonly<Record<string, string>>;
  readonly args: (directory: string, port: number) => readonly string[];
}

/** Starts it, and waits until it says that it is ready. @throws Error with what it said when it is not */
export async function startDaemon({ program, files, args }: DaemonPlan): Promise<Daemon> {
  const directory = await mkdtemp(join(tmpdir(), `${program}-`));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let log = '';
  const child = spawn(program, args(directory, port), { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log = `${log}${text}`.slice(-KEPT_CHARACTERS);
    });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      const overdue = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      child.kill('SIGTERM');
      await exited;
      clearTimeout(overdue);
    }
    await rm(directory, { recursive: true });
  };
  try {
    await until(`${program} is ready`, async () => (await fetch(`${url}/-/ready`)).ok);
  } catch (cause) {
    await stop();
    throw new Error(`${program} does not serve:\n${log}`, { cause });
  }
  return { url, stop };
}
