import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface RunOptions {
  /** Added to `PATH`; nothing else is inherited, so that a developer's own cluster is never meant. */
  readonly env?: Readonly<Record<string, string>>;
  /** What standard input holds; without it, it is empty. */
  readonly stdin?: string | Uint8Array;
  readonly cwd?: string;
  /** Killed after this long, in milliseconds; 60 000 unless told. */
  readonly timeoutMs?: number;
}

export interface Outcome {
  /** As a shell reports it: 128 and the signal's number when a signal ended the program. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const cli = fileURLToPath(new URL('../../dist/kubevirt-orphans.mjs', import.meta.url));

/** Runs the built command (`npm run build` first), as a user would. */
export function runCli(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return run(process.execPath, [cli, ...args], options);
}

/** Runs a program to its end. Rejects only when it cannot be started. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { PATH: process.env['PATH'], ...options.env },
      stdio: 'pipe',
      timeout: options.timeoutMs ?? 60_000,
      killSignal: 'SIGKILL',
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const text = { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
      resolve({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), ...text });
    });
    // A program that ends without reading its input is no failure of the test.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin ?? '');
  });
}
