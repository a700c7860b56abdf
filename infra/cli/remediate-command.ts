import { type Command, Option } from 'commander';
import { patchFileOf } from '../../shared/domain/remediation/patch-file.ts';
import type { Clock } from '../../shared/domain/units.ts';
import { UsageError } from '../../shared/errors/errors.ts';
import { type PlanFindings, toRemediationPlan } from '../../shared/report/remediation-plan.ts';
import { toMetadata } from '../../shared/report/to-report.ts';
import { watchStopSignals } from '../server/stop-signal.ts';
import { type Applied, applyPlan } from './apply-plan.ts';
import { addInputOptions, type InputOptions, openCluster } from './cluster-input.ts';
import type { ExitCode } from './exit-code.ts';
import { findPlans, lookAtDump, lookLive, type PlanLook } from './find-plans.ts';
import { type Io, wantsColor, writeAll } from './io.ts';
import { closedGateLines, toPlanText } from './output/plan-text.ts';
import { toJson, toYaml } from './output/report-text.ts';
import { clean } from './output/table.ts';
import { openSession, policyOf, type SessionOptions } from './remediation-session.ts';

const FORMATS = ['text', 'json', 'yaml', 'patch'] as const;

interface RemediateOptions extends InputOptions, SessionOptions {
  readonly apply?: boolean;
  readonly output: (typeof FORMATS)[number];
}

const EXAMPLES = `
Examples:
  # what would bring virt-handler back to node02, exactly, and which gates are closed; reads only
  kubevirt-orphans remediate node02

  # do it, and wait until it succeeded, or failed and was taken back
  kubevirt-orphans remediate node02 --apply

  # by the rules of the file: its modes, budget, windows and pauses
  kubevirt-orphans remediate node02 --config remediate.yaml

  # the change as a patch for the Git repository that owns the object
  kubevirt-orphans remediate node02 -o patch > patch.yaml

  # from a dump, in which gates that need a live cluster are closed
  kubevirt-orphans remediate node02 -f dump.json

--apply is an approval, by you: without a file nothing is done that you did not ask for, and everything else is as usual (one
node at a time, 2 minutes after it was orphaned). With a file its modes hold: Observe is refused. All is kept in the
OrphanIncident, so its definition has to be installed; Ctrl-C only ends the waiting, and the same command goes on with it.
Events are published to $K_SINK; without it they wait in the record for the functions.
Exit codes: 0 nothing is to be done, or it was applied and virt-handler is back; 1 there is a plan, or it was refused, or failed, or
there is none; 2 wrong usage, configuration or no such node; 3 the cluster could not be read, or the node could not be judged;
130 stopped by Ctrl-C while a plan is under way.`;

/** Adds `remediate` to the program. `finish` receives the exit code. */
export function addRemediateCommand(
  program: Command,
  io: Io,
  clock: Clock,
  finish: (code: ExitCode) => void,
): void {
  const command = program
    .command('remediate')
    .argument('<node>', 'the name of the node')
    .summary('print what would bring virt-handler back, or do it')
    .description(
      'Prints the plans that would bring virt-handler back to a node, with every write and every gate; with --apply the first of them is carried out.',
    );
  addInputOptions(command)
    .option('--apply', 'carry the plan out, behind all gates, and wait for its end')
    .option('--config <path>', 'what may be done (default: $REMEDIATE_CONFIG, else all that you approve)')
    .addOption(new Option('-o, --output <format>', 'how to print the plans').choices(FORMATS).default('text'))
    .addHelpText('after', EXAMPLES)
    .action(async (node: string, options: RemediateOptions) => {
      if (options.apply !== true) return finish(await print(node, options, io, clock));
      refuseContradictions(options);
      return finish(await apply(node, options, io, clock));
    });
}

/** @throws UsageError */
function refuseContradictions({ file, output }: RemediateOptions): void {
  if (file !== undefined)
    throw new UsageError(
      '--apply cannot be combined with -f',
      'A dump cannot be changed: leave one of them out.',
    );
  if (output !== 'text')
    throw new UsageError('--apply cannot be combined with -o', 'Print the plan first, then apply it.');
}

async function print(node: string, options: RemediateOptions, io: Io, clock: Clock): Promise<ExitCode> {
  const policy = policyOf(options, io);
  const { look, identity } = await read(node, options, io, clock);
  const found = findPlans(look, policy);
  const { facts, now } = look.situation;
  await writeAll(io.stdout, render(found, { facts, now, identity, options, io }));
  return found.node.verdict === 'Unknown' ? 3 : exitOf(found);
}

function exitOf({ node, record }: PlanFindings): ExitCode {
  const { run } = record?.remediation ?? {};
  const isRunning = run !== undefined && run.phase !== 'Proposed';
  return node.verdict === 'Orphaned' || isRunning ? 1 : 0;
}

interface ReadCluster {
  readonly look: PlanLook;
  readonly identity: { readonly cluster: string; readonly source: string };
}

async function read(node: string, options: RemediateOptions, io: Io, clock: Clock): Promise<ReadCluster> {
  if (options.file !== undefined) {
    const { cluster, identity, close } = await openCluster(options, io, { clock, node, details: true });
    return { look: await lookAtDump(node, cluster, clock).finally(close), identity };
  }
  const session = await openSession(options, io, clock);
  const look = await lookLive(node, session).finally(session.world.close);
  return { look, identity: { cluster: session.config.clusterName, source: session.connection.server } };
}

interface Rendering extends Pick<PlanLook['situation'], 'facts' | 'now'>, Pick<ReadCluster, 'identity'> {
  readonly options: RemediateOptions;
  readonly io: Io;
}

function render(
  found: PlanFindings,
  { facts, now, identity, options: { output }, io }: Rendering,
): Iterable<string> {
  if (output === 'patch') return [patchOf(found)];
  const report = toRemediationPlan(found, toMetadata(facts, now, identity));
  if (output === 'json') return toJson(report);
  if (output === 'yaml') return toYaml(report);
  return toPlanText(report, wantsColor(io));
}

/** @throws UsageError when the plan patches nothing */
function patchOf({ node, plans }: PlanFindings): string {
  const chosen = plans.find(({ isChosen }) => isChosen)?.plan;
  const files = (chosen?.steps ?? []).flatMap((step) => patchFileOf(step) ?? []);
  if (files.length > 0) return files.join('---\n');
  throw new UsageError(
    `no plan for ${node.name} patches an object`,
    'See what it does instead with -o text.',
  );
}

async function apply(node: string, options: RemediateOptions, io: Io, clock: Clock): Promise<ExitCode> {
  const session = await openSession(options, io, clock);
  const { signal, release } = watchStopSignals();
  const say = (line: string): void => void io.stderr.write(`${clean(line)}\n`);
  try {
    const applied = await applyPlan(node, { session, say, signal });
    await writeAll(io.stdout, [
      `${[clean(sentenceOf(node, applied)), ...gatesOf(applied, io)].join('\n')}\n`,
    ]);
    return exitOfApplied(applied);
  } finally {
    release();
    await session.world.close();
  }
}

function sentenceOf(node: string, applied: Applied): string {
  if (applied.kind !== 'ended') return applied.message;
  const { outcome, steps, reason, isReverted } = applied.attempt;
  const left = isReverted ? '' : ` What was written stays: \`kubevirt-orphans undo ${node}\` shows it.`;
  return `${node}: ${steps} ${outcome.toLowerCase()}: ${reason.message}${left}`;
}

function gatesOf(applied: Applied, io: Io): readonly string[] {
  return applied.kind === 'closed' ? closedGateLines(applied.gates, wantsColor(io)) : [];
}

const EXITS = { nothing: 0, unknown: 3, refused: 1, closed: 1, stopped: 130 } as const;

function exitOfApplied(applied: Applied): ExitCode {
  if (applied.kind !== 'ended') return EXITS[applied.kind];
  const { outcome, reason } = applied.attempt;
  return outcome === 'Succeeded' || reason.code === 'NotOpen' ? 0 : 1;
}
