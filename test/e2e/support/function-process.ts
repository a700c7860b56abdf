import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

const dist = fileURLToPath(new URL('../../../dist/', import.meta.url));
const STOP_MS = 10_000;
/** As much of a log as helps to understand a failure. */
const KEPT_CHARACTERS = 20_000;
const running = new Set<ChildProcess>();
// A test process that ends early takes its functions with it.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A function as a container runs it: the built program, a process of its own, a port of its own. */
export class FunctionProcess {
  readonly name: string;
  readonly port: number;
  readonly #env: Readonly<Record<string, string>>;
  readonly #command: readonly string[];
  #child: ChildProcess | undefined;
  #log = '';

  private constructor(
    name: string,
    port: number,
    { env, command }: { readonly env: Readonly<Record<string, string>>; readonly command: readonly string[] },
  ) {
    this.name = name;
    this.port = port;
    this.#env = { ...env, PORT: `${port}` };
    this.#command = command;
  }

  /**
   * Starts it, and waits until it says that it is ready.
   *
   * @param command - a program of dist/ and its arguments: what the image's entry point is given, unless told
   */
  static async start(
    name: string,
    env: Readonly<Record<string, string>>,
    command: readonly string[] = ['serve.mjs', name],
  ): Promise<FunctionProcess> {
    const started = new FunctionProcess(name, await freePort(), { env, command });
    await started.start();
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** What it last said, on both streams. */
  get log(): string {
    return this.#log;
  }

  /** Starts it again, on the same port. */
  async start(): Promise<void> {
    const [program = '', ...args] = this.#command;
    const child = spawn(process.execPath, [`${dist}${program}`, ...args], {
      env: { PATH: process.env['PATH'], ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    running.add(child);
    child.once('exit', () => running.delete(child));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#log = `${this.#log}${text}`.slice(-KEPT_CHARACTERS);
      });
    }
    await until(`${this.name} is ready`, async () => {
      if (child.exitCode !== null) return true;
      return (await fetch(new URL('/health/readiness', this.url))).ok;
    });
    if (child.exitCode !== null) throw new Error(`${this.name} ended at once:\n${this.#log}`);
  }

  /** Ends it as a node that fails does: without a word, at once. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Asks it to end, and sees it end. @throws Error when it does not, or not well */
  async stop(): Promise<void> {
    const child = this.#child;
    await this.#end('SIGTERM');
    if (child !== undefined && child.exitCode !== 0)
      throw new Error(`${this.name} ended with ${child.exitCode ?? child.signalCode}:\n${this.#log}`);
  }

  /** The value of one of its metrics, summed over the series whose labels have these values. */
  async metric(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const text = await (await fetch(new URL('/metrics', this.url))).text();
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const series = text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    return series
      .filter((line) => wanted.every((part) => line.includes(part)))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    const overdue = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.kill(signal);
    await exited;
    clearTimeout(overdue);
  }
}
