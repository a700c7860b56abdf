import { join } from 'node:path';
import { type ClusterOptions, orphanedNodes } from './cluster-generator.ts';
import { writeDump } from './dump-writer.ts';
import { assertSame, ourAudit, ourOrphans } from './findings.ts';
import { measureInTurn } from './measure.ts';
import { bundleProgram } from './programs.ts';
import { megabytes, type Result, timeGoal } from './results.ts';
import { count, type Settings, scaled } from './settings.ts';

/** 5,000 nodes, 100,000 VMIs and their launchers, 75 orphaned nodes. */
const FULL: ClusterOptions = { nodes: 5_000, vmisPerNode: 20, orphanShare: 0.02, seed: 1 };
const TIME_RATIO = 1.3;

/** Our audit of a dump beside the same without causes and mitigations. */
export async function benchmarkCauses(settings: Settings): Promise<Result> {
  const { directory, progress, runs } = settings;
  const options = scaled(FULL, settings.scale);
  const file = join(directory, 'causes.json');
  progress('writing the dump');
  const bytes = await writeDump(file, options);
  progress('measuring the audit with and without causes in turn');
  const plain = await bundleProgram('audit-without-causes', directory);
  const ours = ourAudit('audit -f, causes and mitigations', ['-f', file]);
  const theirs = { label: 'the same without', argv: [process.execPath, plain, file] as const };
  const [our = [], their = []] = await measureInTurn([ours, theirs], runs, directory);
  const expected = orphanedNodes(options);
  for (const run of [our, their]) assertSame('the audit', await ourOrphans(run[0]?.output ?? ''), expected);
  const size = `${count(options.nodes)} nodes, ${count(options.nodes * options.vmisPerNode)} VMIs`;
  return {
    title: 'Causes',
    notes: [`${size}: ${megabytes(bytes)}; ${count(expected.length)} orphaned nodes are explained.`],
    measurements: [
      { what: ours.label, runs: our },
      { what: theirs.label, runs: their },
    ],
    goals: [timeGoal('time, against the audit without causes', our, their, TIME_RATIO)],
  };
}
