import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { watchTree } from './process-tree.ts';

export interface Command {
  /** For the table. */
  readonly label: string;
  readonly argv: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** 0 unless told. */
  readonly exitCodes?: readonly number[];
}

/** What one run of a command took. */
export interface Run {
  readonly wallSeconds: number;
  /** User and system time of all its processes. */
  readonly cpuSeconds: number;
  /** Of its largest process. */
  readonly peakBytes: number;
  /** Where its standard output is. */
  readonly output: string;
}

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

const GNU_TIME = '/usr/bin/time';
const hasGnuTime = existsSync(GNU_TIME);
/** Longer than jq takes for the largest dump that it can read. */
const LIMIT_MS = 15 * 60_000;
const running = new Set<number>();

/** Ends what is still running, with all that it started: to be called when the benchmark is interrupted. */
export function endRunning(): void {
  for (const pid of running) killGroup(pid);
}

/**
 * Runs the commands in turn, as often as told: what slows the machine down for a while then hits them alike.
 *
 * @param directory - for what they print
 * @returns the runs of each command, in the order of the commands
 * @throws Error when one ends otherwise than expected
 */
export async function measureInTurn(
  commands: readonly Command[],
  count: number,
  directory: string,
): Promise<Run[][]> {
  const runs: Run[][] = commands.map(() => []);
  for (let round = 0; round < count; round += 1) {
    for (const [place, command] of commands.entries()) {
      runs[place]?.push(await measure(command, join(directory, `output-${place}`)));
    }
  }
  return runs;
}

/** Runs a command once, as a whole process from outside. */
export async function measure(command: Command, output: string): Promise<Run> {
  const [stdout, stderr] = await Promise.all([open(output, 'w'), open(`${output}.stderr`, 'w')]);
  const times = `${output}.times`;
  const argv = hasGnuTime
    ? [GNU_TIME, '--quiet', '-f', '%U %S %M', '-o', times, ...command.argv]
    : command.argv;
  try {
    const start = performance.now();
    const ended = await run(argv, command.env ?? {}, [stdout.fd, stderr.fd]);
    const wallSeconds = (performance.now() - start) / 1_000;
    if (!(command.exitCodes ?? [0]).includes(ended.code ?? -1)) {
      const said = (await readFile(`${output}.stderr`, 'utf8')).slice(-2_000);
      throw new Error(`${command.label} ended with ${ended.code ?? ended.signal}: ${said}`);
    }
    const { cpuSeconds, peakBytes } = hasGnuTime ? parseTimes(await readFile(times, 'utf8')) : ended;
    return { wallSeconds, cpuSeconds, peakBytes, output };
  } finally {
    await Promise.all([stdout.close(), stderr.close()]);
  }
}

/** The least, the middle (of an even number, the lower one) and the largest. */
export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = [...numbers].sort((left, right) => left - right);
  const [min, median, max] = [sorted[0], sorted[Math.floor((sorted.length - 1) / 2)], sorted.at(-1)];
  if (min === undefined || median === undefined || max === undefined)
    throw new RangeError('nothing measured');
  return { min, median, max };
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

function run(
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  [stdout, stderr]: readonly [number, number],
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      // A group of its own, so that the whole of a pipeline can be ended.
      detached: true,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', stdout, stderr],
    });
    child.once('error', reject);
    const { pid } = child;
    if (pid === undefined) return;
    running.add(pid);
    const tree = hasGnuTime ? undefined : watchTree(pid);
    const overdue = setTimeout(() => killGroup(pid), LIMIT_MS);
    child.once('exit', (code, signal) => {
      clearTimeout(overdue);
      running.delete(pid);
      resolve({ code, signal, ...(tree?.stop() ?? { cpuSeconds: 0, peakBytes: 0 }) });
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}

function parseTimes(text: string): { readonly cpuSeconds: number; readonly peakBytes: number } {
  const [user = Number.NaN, system = Number.NaN, peakKibibytes = Number.NaN] = text
    .trim()
    .split(' ')
    .map(Number);
  return { cpuSeconds: user + system, peakBytes: peakKibibytes * 1_024 };
}
