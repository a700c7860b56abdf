import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { heartbeatRequests } from './event-requests.ts';
import { spreadOf } from './measure.ts';
import { type Goal, megabytes, type Result } from './results.ts';
import { faasJsRuntime, type Program, servedFunction, serveProgram } from './served-program.ts';
import type { Settings } from './settings.ts';

const TIME_RATIO = 0.8;
const MEMORY_RATIO = 1.2;
const STARTS_A_RUN = 5;
/** Of a cluster that nobody asks anything. */
const KUBECONFIG = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'none', cluster: { server: 'http://127.0.0.1:9' } }],
  users: [{ name: 'none', user: {} }],
  contexts: [{ name: 'none', context: { cluster: 'none', user: 'none' } }],
  'current-context': 'none',
});

interface Start {
  readonly ms: number;
  readonly bytes: number;
}

/** From the start of a process to its first accepted event, and the memory that took: our bundle, and faas-js-runtime. */
export async function benchmarkColdStart({ directory, runs, progress }: Settings): Promise<Result> {
  progress('measuring');
  const [[request = ''], theirProgram] = await Promise.all([heartbeatRequests(), faasJsRuntime(directory)]);
  const kubeconfig = join(directory, 'kubeconfig');
  await writeFile(kubeconfig, KUBECONFIG);
  // A node is no concern of this function: the event is accepted, and nothing is asked of a cluster.
  const programs = { ours: servedFunction('handler-pod-changed', kubeconfig), theirs: theirProgram };
  const [ours, theirs]: [Start[], Start[]] = [[], []];
  // The first start of each reads the disk.
  await startOnce(programs.ours, request);
  await startOnce(programs.theirs, request);
  for (let round = 0; round < runs * STARTS_A_RUN; round += 1) {
    ours.push(await startOnce(programs.ours, request));
    theirs.push(await startOnce(programs.theirs, request));
  }
  return {
    title: 'Cold start',
    notes: [
      `From the start of the process to the answer to its first event; ${ours.length} starts each, in turn.`,
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

async function startOnce(program: Program, request: string): Promise<Start> {
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
