import type { Command } from 'commander';
import { handle } from '../../functions/diagnose/handler.ts';
import { manifest } from '../../functions/diagnose/manifest.ts';
import type { Verdict } from '../../shared/domain/judge-node.ts';
import type { Clock } from '../../shared/domain/units.ts';
import type { NodeDiagnosis } from '../../shared/report/node-diagnosis.ts';
import {
  addInputOptions,
  type InputOptions,
  type OutputFormat,
  openCluster,
  outputOption,
} from './cluster-input.ts';
import type { ExitCode } from './exit-code.ts';
import { type Io, wantsColor, writeAll } from './io.ts';
import { toDiagnosisText } from './output/diagnosis-text.ts';
import { toJson, toYaml } from './output/report-text.ts';

interface DiagnoseOptions extends InputOptions {
  readonly output: OutputFormat;
}

const EXIT_OF_VERDICT: Readonly<Record<Verdict, ExitCode>> = {
  Orphaned: 1,
  Unknown: 3,
  AtRisk: 0,
  Managed: 0,
  NoWorkload: 0,
};

const EXAMPLES = `
Examples:
  # why has node02 no virt-handler, and what would help?
  kubevirt-orphans diagnose node02

  # from a dump; the more kinds are in it, the more can be told
  kubectl get nodes,pods,daemonsets,vmis,vms,kubevirts,namespaces,events -A -o json > dump.json
  kubevirt-orphans diagnose node02 -f dump.json

  # the commands that would help, for a program
  kubevirt-orphans diagnose node02 -o json | jq -r '.node.causes[].mitigations[].command'

Exit codes: 0 the node is not orphaned; 1 it is orphaned; 2 wrong usage, unreadable input or no such node;
3 the cluster could not be read, or the node could not be judged.`;

/** Adds `diagnose` to the program. `finish` receives the exit code. */
export function addDiagnoseCommand(
  program: Command,
  io: Io,
  clock: Clock,
  finish: (code: ExitCode) => void,
): void {
  const command = program
    .command('diagnose')
    .argument('<node>', 'the name of the node')
    .summary('say why a node has no virt-handler, and what would help')
    .description(`${manifest.summary}\nReads only: the commands that would help are printed, not run.`);
  addInputOptions(command)
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES)
    .action(async (node: string, options: DiagnoseOptions) => {
      finish(await diagnose(node, options, io, clock));
    });
}

async function diagnose(node: string, options: DiagnoseOptions, io: Io, clock: Clock): Promise<ExitCode> {
  const input = await openCluster(options, io, { clock, node, details: true });
  const { diagnosis, verdict } = await handle({ node }, { ...input, clock }).finally(input.close);
  await writeAll(io.stdout, render(diagnosis, options, io));
  return EXIT_OF_VERDICT[verdict];
}

function render(diagnosis: NodeDiagnosis, { output }: DiagnoseOptions, io: Io): Iterable<string> {
  if (output === 'json') return toJson(diagnosis);
  if (output === 'yaml') return toYaml(diagnosis);
  return toDiagnosisText(diagnosis, wantsColor(io));
}
