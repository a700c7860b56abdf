import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionProcess } from './function-process.ts';
import { random } from './random.ts';

const BETWEEN_MS = 400;
const DOWN_MS = 300;

/** Kills functions with SIGKILL, one after the other, and starts them again after a moment: which and when, a seed says. */
export class Reaper {
  /** Who was killed. */
  readonly killed: string[] = [];
  readonly #stop = new AbortController();
  readonly #working: Promise<void>;

  constructor(functions: readonly FunctionProcess[], seed: number) {
    this.#working = this.#work(functions, random(seed));
  }

  /** Ends it; every function runs again then. @throws Error when one did not start again */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#working;
  }

  async #work(functions: readonly FunctionProcess[], next: () => number): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await sleep(BETWEEN_MS * next(), undefined, { signal }).catch(() => undefined);
      const victim = functions[Math.floor(next() * functions.length)];
      if (victim === undefined || signal.aborted) return;
      this.killed.push(victim.name);
      await victim.kill();
      await sleep(DOWN_MS * next());
      await victim.start();
    }
  }
}
