import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

const STOP_MS = 5_000;

/** A program that runs beside a test, until the test ends it. */
export class BackgroundProgram {
  readonly #name: string;
  readonly #child: ChildProcess;
  #said = '';

  private constructor(name: string, child: ChildProcess) {
    this.#name = name;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#said = `${this.#said}${text}`.slice(-20_000);
      });
  }

  static start(command: string, args: readonly string[]): BackgroundProgram {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.on('error', () => undefined);
    return new BackgroundProgram(command, child);
  }

  /** What it wrote lately. @throws Error with that, when it has ended */
  get said(): string {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) return this.#said;
    throw new Error(`${this.#name} ended (${exitCode ?? signalCode}):\n${this.#said}`);
  }

  /** Ends it, by its process id. */
  async stop(): Promise<void> {
    const { exitCode, signalCode, pid } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    const overdue = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    this.#child.kill('SIGTERM');
    await ended;
    clearTimeout(overdue);
  }
}

/** The first of these programs that is there, or `undefined`: on $PATH, or where Debian has what only root runs. */
export function findProgram(...names: readonly string[]): string | undefined {
  const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin`;
  for (const name of names) {
    const { stdout, status } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], {
      env: { PATH },
      encoding: 'utf8',
    });
    if (status === 0 && stdout.trim() !== '') return stdout.trim();
  }
  return undefined;
}
