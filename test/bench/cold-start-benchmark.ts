import { foreignRequest } from './event-requests.ts';
import { spreadOf } from './measure.ts';
import { type Goal, megabytes, type Result } from './results.ts';
import { faasJsRuntime, type ServerProgram, servedNodeChanged, serveProgram } from './served-program.ts';
import type { Settings } from './settings.ts';

const TIME_RATIO = 0.8;
const MEMORY_RATIO = 1.2;
const STARTS_A_RUN = 5;

interface Start {
  readonly ms: number;
  readonly bytes: number;
}

/** From the start of a process to its first accepted event, and the memory that took: what our container runs, and faas-js-runtime. */
export async function benchmarkColdStart({ directory, runs, progress }: Settings): Promise<Result> {
  progress('measuring');
  const [request, program, runtime] = await Promise.all([
    foreignRequest(),
    servedNodeChanged(directory),
    faasJsRuntime(directory),
  ]);
  const [ours, theirs]: [Start[], Start[]] = [[], []];
  // The first start of each reads the disk.
  await startOnce(program, request);
  await startOnce(runtime, request);
  for (let round = 0; round < runs * STARTS_A_RUN; round += 1) {
    ours.push(await startOnce(program, request));
    theirs.push(await startOnce(runtime, request));
  }
  return {
    title: 'Cold start',
    notes: [
      `From the start of the process to the answer to its first event, which concerns nobody; ${ours.length} starts each, in turn.`,
    ],
    measurements: [],
    goals: [
      goal(
        'time to the first accepted event',
        ours.map(({ ms }) => ms),
        theirs.map(({ ms }) => ms),
        TIME_RATIO,
        milliseconds,
      ),
      goal(
        'peak memory by then',
        ours.map(({ bytes }) => bytes),
        theirs.map(({ bytes }) => bytes),
        MEMORY_RATIO,
        megabytes,
      ),
    ],
  };
}

async function startOnce(program: ServerProgram, request: string): Promise<Start> {
  const server = await serveProgram(program, request);
  try {
    return { ms: server.firstEventMs, bytes: server.peakBytes() };
  } finally {
    server.stop();
  }
}

function goal(
  what: string,
  ours: readonly number[],
  theirs: readonly number[],
  atMost: number,
  format: (value: number) => string,
): Goal {
  const ratio = spreadOf(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
  return {
    what,
    ours: format(spreadOf(ours).median),
    theirs: format(spreadOf(theirs).median),
    ratio: `${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)} to ${ratio.max.toFixed(2)})`,
    wanted: `at most ${atMost} of theirs`,
    met: ratio.median <= atMost,
  };
}

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}
