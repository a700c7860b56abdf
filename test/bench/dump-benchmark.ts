import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClusterOptions, orphanedNodes } from './cluster-generator.ts';
import { dumpBytes, writeDump } from './dump-writer.ts';
import { assertSame, jqProgram, ourAudit, ourOrphans, theirOrphans } from './findings.ts';
import { measureInTurn } from './measure.ts';
import { type Measurement, megabytes, memoryGoal, type Result, timeGoal } from './results.ts';
import { count, type Settings, scaled } from './settings.ts';

/** 5,000 nodes, 100,000 VMIs and their launchers. */
const FULL: ClusterOptions = { nodes: 5_000, vmisPerNode: 20, orphanShare: 0.02, seed: 1 };
/** Sizes at which jq may fit in memory, as parts of the full one. */
const PARTS = [1, 1 / 2, 1 / 5, 1 / 10, 1 / 20, 1 / 50, 1 / 100];
/** What jq 1.6 needs for a file: 5.1 times its size was measured for such dumps. */
const JQ_BYTES_PER_BYTE = 5.5;
/** How much of the free memory jq may take: the machine must not swap, nor lose the file from its cache. */
const MEMORY_SHARE = 0.8;
const TIME_RATIO = 0.3;
const PEAK_BYTES = 200e6;

/** Our audit of a dump beside jq, at the full size or else at the largest that jq can do. */
export async function benchmarkDump(settings: Settings): Promise<Result> {
  const full = scaled(FULL, settings.scale);
  const comparable = await largestForJq(full, settings.jqScale);
  const compared = await compare(comparable, settings);
  const whole = comparable.nodes === full.nodes ? undefined : await measureAlone(full, settings);
  return {
    title: 'Dump',
    notes: [...compared.notes, ...(whole?.notes ?? [])],
    measurements: [...compared.measurements, ...(whole?.measurements ?? [])],
    goals: [...compared.goals, ...(whole?.goals ?? [])],
  };
}

type Part = Omit<Result, 'title'>;

async function compare(options: ClusterOptions, settings: Settings): Promise<Part> {
  const file = join(settings.directory, 'compared.json');
  const bytes = await dump(file, options, settings);
  settings.progress('measuring the audit and jq in turn');
  const name = megabytes(bytes);
  const ours = ourAudit(`audit -f, ${name}`, ['-f', file]);
  const theirs = { label: `jq, ${name}`, argv: ['jq', '-r', '-f', jqProgram, file] as const };
  const [our = [], their = []] = await measureInTurn([ours, theirs], settings.runs, settings.directory);
  const expected = orphanedNodes(options);
  assertSame('jq', await theirOrphans(their[0]?.output ?? ''), expected);
  assertSame('the audit', await ourOrphans(our[0]?.output ?? ''), expected);
  await remove(file, settings);
  return {
    notes: [`${describe(options, bytes)}. Both find the same orphaned nodes (${count(expected.length)}).`],
    measurements: [
      { what: ours.label, runs: our },
      { what: theirs.label, runs: their },
    ],
    goals: [
      timeGoal(`time for ${name}, against jq`, our, their, TIME_RATIO),
      memoryGoal(`peak memory for ${name}`, our, PEAK_BYTES),
    ],
  };
}

async function measureAlone(options: ClusterOptions, settings: Settings): Promise<Part> {
  const file = join(settings.directory, 'full.json');
  const bytes = await dump(file, options, settings);
  settings.progress('measuring the audit alone');
  const name = megabytes(bytes);
  const ours = ourAudit(`audit -f, ${name}`, ['-f', file]);
  const [our = []] = await measureInTurn([ours], settings.runs, settings.directory);
  const expected = orphanedNodes(options);
  assertSame('the audit', await ourOrphans(our[0]?.output ?? ''), expected);
  await remove(file, settings);
  const measurements: Measurement[] = [{ what: ours.label, runs: our }];
  return {
    notes: [
      `${describe(options, bytes)}: the audit alone, for jq would need about ${megabytes(bytes * JQ_BYTES_PER_BYTE)} of memory. It finds the orphaned nodes (${count(expected.length)}).`,
    ],
    measurements,
    goals: [memoryGoal(`peak memory for ${name}`, our, PEAK_BYTES)],
  };
}

async function dump(file: string, options: ClusterOptions, { progress }: Settings): Promise<number> {
  progress(`writing a dump of ${megabytes(dumpBytes(options))}`);
  return writeDump(file, options);
}

async function remove(file: string, { keep }: Settings): Promise<void> {
  if (!keep) await rm(file);
}

async function largestForJq(full: ClusterOptions, atMost: number): Promise<ClusterOptions> {
  const available = (await availableBytes()) * MEMORY_SHARE;
  const sizes = PARTS.filter((part) => part <= atMost).map((part) => scaled(full, part));
  const fits = (options: ClusterOptions) => dumpBytes(options) * JQ_BYTES_PER_BYTE <= available;
  return sizes.find(fits) ?? scaled(full, 1 / 100);
}

async function availableBytes(): Promise<number> {
  const kibibytes = /^MemAvailable:\s+(\d+) kB/m.exec(await readFile('/proc/meminfo', 'utf8'))?.[1];
  return Number(kibibytes ?? 0) * 1_024;
}

function describe({ nodes, vmisPerNode }: ClusterOptions, bytes: number): string {
  return `${count(nodes)} nodes, ${count(nodes * vmisPerNode)} VMIs and their launchers: ${megabytes(bytes)}`;
}
