// Measures the built command beside what a person would use instead. Bounded in time, on this machine only.
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { benchmarkBurst } from './burst-benchmark.ts';
import { benchmarkCauses } from './causes-benchmark.ts';
import { benchmarkColdStart } from './cold-start-benchmark.ts';
import { benchmarkDump } from './dump-benchmark.ts';
import { assertBuilt } from './findings.ts';
import { benchmarkHttp } from './http-benchmark.ts';
import { benchmarkLatency } from './latency-benchmark.ts';
import { benchmarkLive } from './live-benchmark.ts';
import { endRunning } from './measure.ts';
import { benchmarkPlacement } from './placement-benchmark.ts';
import { printed } from './print.ts';
import type { Result } from './results.ts';
import type { Settings } from './settings.ts';

interface Options {
  readonly only?: keyof typeof benchmarks;
  readonly scale: number;
  readonly jqScale: number;
  readonly runs: number;
  readonly dir?: string;
  readonly keep?: boolean;
  readonly markdown?: boolean;
}

const benchmarks = {
  dump: benchmarkDump,
  live: benchmarkLive,
  causes: benchmarkCauses,
  placement: benchmarkPlacement,
  latency: benchmarkLatency,
  burst: benchmarkBurst,
  http: benchmarkHttp,
  'cold-start': benchmarkColdStart,
} as const;
const names = Object.keys(benchmarks) as (keyof typeof benchmarks)[];

function positive(text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  throw new InvalidArgumentError('It is a number above zero.');
}

function wholeNumber(text: string): number {
  const number = positive(text);
  if (Number.isInteger(number)) return number;
  throw new InvalidArgumentError('It is a whole number.');
}

async function bench(options: Options): Promise<void> {
  assertBuilt();
  const parent = options.dir ?? tmpdir();
  await mkdir(parent, { recursive: true });
  const directory = await mkdtemp(join(parent, 'kubevirt-orphans-bench-'));
  const clean = () => {
    endRunning();
    if (options.keep !== true) rmSync(directory, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      clean();
      process.exit(1);
    });
  }
  try {
    const results = await runAll(options, directory);
    console.log(printed(results, options.markdown === true ? 'markdown' : 'terminal'));
  } finally {
    clean();
    if (options.keep === true) console.error(`kept ${directory}`);
  }
}

async function runAll(options: Options, directory: string): Promise<Result[]> {
  const results: Result[] = [];
  for (const name of options.only === undefined ? names : [options.only]) {
    const settings: Settings = {
      scale: options.scale,
      jqScale: options.jqScale,
      runs: options.runs,
      directory,
      keep: options.keep === true,
      progress: (doing) => console.error(`${name}: ${doing}`),
    };
    const result = await benchmarks[name](settings);
    if ('skip' in result) console.error(`${name}: skipped: ${result.skip}`);
    else results.push(result);
  }
  return results;
}

const program = new Command('npm run bench --')
  .description(
    'Measures `kubevirt-orphans audit` (npm run build first) beside jq, kubectl and curl, and prints ours, theirs and the ratio.',
  )
  .addOption(new Option('--only <benchmark>', 'run one of them').choices(names))
  .option('--scale <part>', 'part of the full size, such as 0.1', positive, 1)
  .option('--jq-scale <part>', 'largest part of the dump that jq is given, if it fits', positive, 1)
  .option('--runs <count>', 'how often each command is measured', wholeNumber, 3)
  .option('--dir <path>', 'where dumps are written (default: the directory for temporary files)')
  .option('--keep', 'keep what was written')
  .option('--markdown', 'print tables for README.md')
  .action(bench);

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
