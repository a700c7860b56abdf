import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Simulation, startSimulation } from '../../infra/local/simulation/start-simulation.ts';
import { heartbeatRequests } from './event-requests.ts';
import { type Command, measureInTurn, type Run, spreadOf } from './measure.ts';
import { bundleProgram } from './programs.ts';
import type { Goal, Result } from './results.ts';
import { faasJsRuntime, type ServedProgram, servedNodeChanged, serveProgram } from './served-program.ts';
import type { Settings } from './settings.ts';

/** Of theirs. */
const AT_LEAST = 1.3;
/** Slices of the two in turn: what else the machine does hits both. */
const SLICES_A_RUN = 4;
const SLICE_SECONDS = 2;

interface Told {
  readonly answers: Readonly<Record<string, number>>;
  readonly elapsedSeconds: number;
}

/** Events that concern nobody, as many a second as can be: what our container runs, and faas-js-runtime. */
export async function benchmarkHttp(settings: Settings): Promise<Result> {
  const simulation = await startSimulation();
  try {
    return await compare(settings, simulation);
  } finally {
    await simulation.stop();
  }
}

async function compare(settings: Settings, { kubeconfig, faults }: Simulation): Promise<Result> {
  const { directory, progress } = settings;
  progress('starting both servers');
  const requests = await heartbeatRequests();
  const file = join(directory, 'requests.json');
  await writeFile(file, JSON.stringify(requests));
  const [ours, runtime, load] = await Promise.all([
    servedNodeChanged(directory, kubeconfig),
    faasJsRuntime(directory),
    bundleProgram('event-load', directory),
  ]);
  const servers: ServedProgram[] = [];
  try {
    for (const program of [ours, runtime]) servers.push(await serveProgram(program, requests[0] ?? ''));
    const commands = servers.map(
      ({ port }, place): Command => ({
        label: `load of server ${place}`,
        argv: [process.execPath, load, `${port}`, `${SLICE_SECONDS}`, file],
      }),
    );
    await measureInTurn(commands, 1, directory);
    // The first event about the node was judged; from now on nothing is asked.
    faults.resetCounts();
    progress('measuring');
    const result = resultOf(await slices(commands, settings));
    if (faults.count() > 0) throw new Error(`irrelevant events led to ${faults.count()} API calls`);
    return result;
  } finally {
    for (const server of servers) server.stop();
  }
}

/** Events a second of both, slice by slice. */
async function slices(
  commands: readonly Command[],
  { directory, runs }: Settings,
): Promise<readonly (readonly [number, number])[]> {
  const rates: [number, number][] = [];
  for (let slice = 0; slice < runs * SLICES_A_RUN; slice += 1) {
    const [ours, theirs] = await measureInTurn(commands, 1, directory);
    rates.push([await rateOf(ours?.[0]), await rateOf(theirs?.[0])]);
  }
  return rates;
}

/** @throws Error when an event was not accepted */
async function rateOf(run: Run | undefined): Promise<number> {
  const { answers, elapsedSeconds } = JSON.parse(await readFile(run?.output ?? '', 'utf8')) as Told;
  const refused = Object.keys(answers).filter((status) => !status.startsWith('2'));
  if (refused.length > 0) throw new Error(`events were answered ${refused.join(', ')}`);
  return Object.values(answers).reduce((sum, count) => sum + count, 0) / elapsedSeconds;
}

function resultOf(rates: readonly (readonly [number, number])[]): Result {
  const [ours, theirs] = [rates.map(([rate]) => rate), rates.map(([, rate]) => rate)];
  const ratio = spreadOf(rates.map(([our, their]) => our / their));
  const goal: Goal = {
    what: 'irrelevant events a second, against faas-js-runtime',
    ours: aSecond(ours),
    theirs: aSecond(theirs),
    ratio: `${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)} to ${ratio.max.toFixed(2)})`,
    wanted: `at least ${AT_LEAST} of theirs`,
    met: ratio.median >= AT_LEAST,
  };
  return {
    title: 'HTTP',
    notes: [
      `Updates of nodes with new heartbeats, 32 connections from another process, ${rates.length} slices of ${SLICE_SECONDS} s each in turn.`,
    ],
    measurements: [],
    goals: [goal],
  };
}

function aSecond(rates: readonly number[]): string {
  const { min, median, max } = spreadOf(rates.map(Math.round));
  return `${median.toLocaleString('en')} (${min.toLocaleString('en')} to ${max.toLocaleString('en')})`;
}
