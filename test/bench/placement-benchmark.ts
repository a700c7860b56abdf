import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measure, type Run, spreadOf } from './measure.ts';
import { bundleProgram } from './programs.ts';
import { realisticNodes, TEMPLATES } from './realistic-placement.ts';
import type { Goal, Result } from './results.ts';
import type { Settings } from './settings.ts';

const CPU_MS = 50;
const PROCESSES_A_RUN = 3;

interface Told {
  readonly coldMs: number;
  readonly warmMs: number;
}

/** 10,000 decisions of the placement rule, in processes of their own. */
export async function benchmarkPlacement({ progress, directory, runs }: Settings): Promise<Result> {
  progress('measuring the placement rule');
  const program = await bundleProgram('placement-decisions', directory);
  const input = join(directory, 'placement.json');
  await writeFile(input, JSON.stringify({ nodes: realisticNodes(1_000), templates: TEMPLATES }));
  const command = { label: 'the placement rule', argv: [process.execPath, program, input] as const };
  const measured: Run[] = [];
  const told: Told[] = [];
  for (let round = 0; round < runs * PROCESSES_A_RUN; round += 1) {
    const run = await measure(command, join(directory, 'placement'));
    measured.push(run);
    told.push(JSON.parse(await readFile(run.output, 'utf8')) as Told);
  }
  const [cold, warm] = [told.map(({ coldMs }) => coldMs), told.map(({ warmMs }) => warmMs)];
  return {
    title: 'Placement',
    notes: ['10,000 decisions about 1,000 nodes with their hundred labels, under three policies.'],
    measurements: [{ what: 'a process of 22 rounds', runs: measured }],
    goals: [goal('CPU of the first round in a process', cold), goal('CPU of a round once it is warm', warm)],
  };
}

function goal(what: string, values: readonly number[]): Goal {
  const { min, median, max } = spreadOf(values);
  return {
    what,
    ours: `${median.toFixed(1)} ms (${min.toFixed(1)} to ${max.toFixed(1)})`,
    theirs: '',
    ratio: '',
    wanted: `under ${CPU_MS} ms`,
    met: median < CPU_MS,
  };
}
