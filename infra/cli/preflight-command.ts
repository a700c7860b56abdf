import type { Command } from 'commander';
import {
  describeChange,
  namedNodes,
  type PlannedChange,
  type PlannedLabel,
  type PlannedTaint,
} from '../../shared/domain/preflight/planned-change.ts';
import { type PreflightFinding, preflight } from '../../shared/domain/preflight/preflight.ts';
import type { Clock } from '../../shared/domain/units.ts';
import { UsageError } from '../../shared/errors/errors.ts';
import { type PreflightReport, toPreflightReport } from '../../shared/report/preflight-report.ts';
import { toMetadata } from '../../shared/report/to-report.ts';
import {
  addInputOptions,
  type ClusterInput,
  type InputOptions,
  type OutputFormat,
  openCluster,
  outputOption,
} from './cluster-input.ts';
import type { ExitCode } from './exit-code.ts';
import { type Io, wantsColor, writeAll } from './io.ts';
import { toPreflightTable } from './output/preflight-table.ts';
import { toJson, toYaml } from './output/report-text.ts';
import { readPlacement } from './placement-file.ts';
import { parseLabel, parseTaint } from './planned-change.ts';

interface PreflightOptions extends InputOptions {
  readonly taint?: readonly PlannedTaint[];
  readonly label?: readonly PlannedLabel[];
  readonly placement?: readonly string[];
  readonly drainHandler?: readonly string[];
  readonly output: OutputFormat;
}

const EXIT_OF_PREFLIGHT: Readonly<Record<PreflightFinding, ExitCode>> = { harm: 1, unknown: 3, none: 0 };

const EXAMPLES = `
Examples:
  # before a node is tainted, labelled, or loses a label
  kubevirt-orphans preflight --taint node01=maintenance:NoExecute
  kubevirt-orphans preflight --label node01=zone=b --label node02=node-role.kubernetes.io/virt-

  # before a placement policy is applied: a KubeVirt or HyperConverged resource, or a nodePlacement
  kubevirt-orphans preflight --placement kubevirt.yaml && kubectl apply -f kubevirt.yaml

  # before a virt-handler pod is deleted: would another one be made?
  kubevirt-orphans preflight --drain-handler node03

  # all of it together, on a dump, for a program
  kubevirt-orphans preflight -f dump.json --placement kubevirt.yaml --label node02=zone=b -o json

Exit codes: 0 no node gets worse; 1 a node would be orphaned or at risk that is not now;
2 wrong usage, an unknown node or a placement that the API server would refuse;
3 the cluster could not be read, or it cannot be told for a node that the change reaches.`;

/** Adds `preflight` to the program. `finish` receives the exit code. */
export function addPreflightCommand(
  program: Command,
  io: Io,
  clock: Clock,
  finish: (code: ExitCode) => void,
): void {
  const command = program
    .command('preflight')
    .summary('tell what a change that has not been made would orphan')
    .description(
      'Tells which nodes would be orphaned or at risk by a change that has not been made yet.\nReads only: nothing is changed.',
    );
  addInputOptions(command)
    .option(
      '--taint <node=key[=value]:effect>',
      'a taint that a node would get (repeatable)',
      list(parseTaint),
    )
    .option(
      '--label <node=key=value>',
      'a label that a node would get, or lose: NODE=KEY- (repeatable)',
      list(parseLabel),
    )
    .option('--placement <path>', 'a file with the placement policy that would be in force', list(String))
    .option(
      '--drain-handler <node>',
      'a node whose virt-handler pod would be deleted (repeatable)',
      list(String),
    )
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES)
    .action(async (options: PreflightOptions) => {
      finish(await run(options, io, clock));
    });
}

function list<T>(parse: (text: string) => T) {
  return (text: string, known: readonly T[] = []): readonly T[] => [...known, parse(text)];
}

async function run(options: PreflightOptions, io: Io, clock: Clock): Promise<ExitCode> {
  const change = await plannedChange(options);
  const input = await openCluster(options, io, { clock });
  const { report, finding } = await preflightReport(change, input, clock).finally(input.close);
  await writeAll(io.stdout, render(report, options, io));
  return EXIT_OF_PREFLIGHT[finding];
}

async function plannedChange(options: PreflightOptions): Promise<PlannedChange> {
  const { taint: taints = [], label: labels = [], placement = [], drainHandler = [] } = options;
  if ([taints, labels, placement, drainHandler].every(({ length }) => length === 0)) {
    const remedy = 'Give --taint, --label, --placement or --drain-handler: see preflight --help.';
    throw new UsageError('preflight needs a change to try', remedy);
  }
  const [file, second] = placement;
  if (second !== undefined) {
    const remedy = 'A cluster has one placement policy: give the file that would be in force in the end.';
    throw new UsageError(`--placement names two files, ${file} and ${second}`, remedy);
  }
  const change = { taints, labels, drainedHandlers: [...new Set(drainHandler)] };
  return file === undefined ? change : { ...change, placement: await readPlacement(file) };
}

async function preflightReport(
  change: PlannedChange,
  { cluster, identity }: ClusterInput,
  clock: Clock,
): Promise<{ readonly report: PreflightReport; readonly finding: PreflightFinding }> {
  const facts = await cluster.read();
  const missing = namedNodes(change).find((name) => !facts.nodes.has(name));
  if (missing !== undefined && !facts.unread.has('Node')) {
    const remedy = `Check the name, for instance with: kubectl get nodes (${facts.nodes.size} were read).`;
    throw new UsageError(`no node "${missing}" in ${identity.source}`, remedy);
  }
  const outcome = preflight(facts, change);
  const metadata = toMetadata(facts, clock.now(), identity);
  return { report: toPreflightReport(outcome, describeChange(change), metadata), finding: outcome.finding };
}

function render(report: PreflightReport, { output }: PreflightOptions, io: Io): Iterable<string> {
  if (output === 'json') return toJson(report);
  if (output === 'yaml') return toYaml(report);
  return toPreflightTable(report, wantsColor(io));
}
