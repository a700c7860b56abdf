import type { Command } from 'commander';
import { handle } from '../../functions/audit/handler.ts';
import { manifest } from '../../functions/audit/manifest.ts';
import type { Clock } from '../../shared/domain/units.ts';
import type { StreamedReport } from '../../shared/report/to-report.ts';
import {
  addInputOptions,
  type InputOptions,
  type OutputFormat,
  openCluster,
  outputOption,
} from './cluster-input.ts';
import { EXIT_OF_FINDING, type ExitCode } from './exit-code.ts';
import { type Io, wantsColor, writeAll } from './io.ts';
import { toJson, toYaml } from './output/report-text.ts';
import { toTable } from './output/table.ts';

interface AuditOptions extends InputOptions {
  readonly output: OutputFormat;
  readonly node?: string;
  readonly all?: boolean;
  readonly exitZero?: boolean;
}

const EXAMPLES = `
Examples:
  # the cluster of the current kubeconfig context
  kubevirt-orphans audit

  # another cluster, for a program
  kubevirt-orphans audit --context prod -o json

  # a dump that somebody sent: kubectl's output, a must-gather folder or its .tar.gz
  kubectl get nodes,pods,daemonsets,vmis,kubevirts -A -o json > dump.json
  kubevirt-orphans audit -f dump.json
  kubevirt-orphans audit -f must-gather.tar.gz
  kubectl get nodes,pods,daemonsets,vmis,kubevirts -A -o json | kubevirt-orphans audit -f -

  # one node, whatever its state
  kubevirt-orphans audit --node node02

Exit codes: 0 no orphan; 1 orphans found; 2 wrong usage or unreadable input;
3 the cluster could not be read, or a node could not be judged and no orphan was seen.`;

/** Adds `audit` to the program. `finish` receives the exit code. */
export function addAuditCommand(
  program: Command,
  io: Io,
  clock: Clock,
  finish: (code: ExitCode) => void,
): void {
  const command = program
    .command('audit')
    .summary('list the orphaned VMIs of a cluster, live or from a dump')
    .description(
      `${manifest.summary}\nReads only. What cannot be read is named, and never taken for healthy.`,
    );
  addInputOptions(command)
    .addOption(outputOption())
    .option('--node <name>', 'report this node only')
    .option('--all', 'show healthy nodes in the table as well')
    .option('--exit-zero', 'exit with 0 also when orphans or unknown nodes are found')
    .addHelpText('after', EXAMPLES)
    .action(async (options: AuditOptions) => {
      finish(await audit(options, io, clock));
    });
}

async function audit(options: AuditOptions, io: Io, clock: Clock): Promise<ExitCode> {
  const input = await openCluster(options, io, { clock, node: options.node });
  const { report, finding } = await handle({ node: options.node }, { ...input, clock }).finally(input.close);
  await writeAll(io.stdout, render(report, options, io));
  return options.exitZero === true ? 0 : EXIT_OF_FINDING[finding];
}

function render(report: StreamedReport, { output, all, node }: AuditOptions, io: Io): Iterable<string> {
  if (output === 'json') return toJson(report);
  if (output === 'yaml') return toYaml(report);
  return toTable(report, { color: wantsColor(io), all: all === true || node !== undefined });
}
