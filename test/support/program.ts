import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

/** A built program that runs until it is told to end. */
export interface Program {
  /** What it has printed so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with its exit code, or with the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

const running = new Set<ChildProcess>();

/** Ends, after each test, what it has started. */
export function endProgramsAfterEach(): void {
  afterEach(async () => {
    await Promise.all(
      [...running].map(async (child) => {
        const end = once(child, 'close');
        child.kill('SIGKILL');
        await end;
      }),
    );
  });
}

/** Starts a program of `dist/` with nothing of our own environment, so that a developer's cluster is never meant. */
export function startProgram(
  file: 'serve.mjs' | 'kubevirt-orphans.mjs',
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Program {
  const path = fileURLToPath(new URL(`../../dist/${file}`, import.meta.url));
  return startNode([path, ...args], { env: { PATH: process.env['PATH'], ...env } });
}

/** Starts Node, the one of this process unless told otherwise. */
export function startNode(
  args: readonly string[],
  { node = process.execPath, ...options }: SpawnOptions & { readonly node?: string },
): Program {
  const child = spawn(node, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    text.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    text.stderr += chunk.toString();
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve(code ?? signal ?? -1);
    });
  });
  return {
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    ended,
    kill: (signal) => void child.kill(signal),
  };
}

/** A port of this machine that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  return address.port;
}
