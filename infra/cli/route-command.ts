import type { Command } from 'commander';
import { routeIncident } from '../../shared/domain/notifications/routing.ts';
import { routingWarnings } from '../../shared/domain/notifications/routing-warnings.ts';
import type { Clock, EpochMs } from '../../shared/domain/units.ts';
import { UsageError } from '../../shared/errors/errors.ts';
import { type RouteReport, toRouteReport } from '../../shared/report/route-report.ts';
import { readNotifyConfig } from '../server/notify-config.ts';
import { type OutputFormat, outputOption } from './cluster-input.ts';
import type { ExitCode } from './exit-code.ts';
import { type Io, wantsColor, writeAll } from './io.ts';
import { toJson, toYaml } from './output/report-text.ts';
import { toRouteText } from './output/route-text.ts';
import { clean } from './output/table.ts';
import {
  parseCause,
  parseNamespace,
  parseNode,
  parseNodeLabel,
  parseSeverity,
  parseState,
  parseTime,
  type SubjectOptions,
  toSubject,
} from './route-subject.ts';

interface RouteOptions extends SubjectOptions {
  readonly config?: string;
  readonly explain?: boolean;
  readonly at?: EpochMs;
  readonly output: OutputFormat;
}

const EXAMPLES = `
Examples:
  # is the file right? All its mistakes are named; secrets need not be here
  kubevirt-orphans route --config notify.yaml

  # who would be told of a critical incident on a node, and why
  kubevirt-orphans route --config notify.yaml --explain --severity critical --node edge-1 \\
    --node-label zone=a --cause TaintNotTolerated --vmi-namespace shop

  # at night
  kubevirt-orphans route --config notify.yaml --explain --at 2026-11-30T23:00:00+01:00

  # for a program
  NOTIFY_CONFIG=notify.yaml kubevirt-orphans route --state Resolved -o json

Exit codes: 0 somebody would be told now; 1 nobody; 2 wrong usage, or mistakes in the file.`;

/** Adds `route` to the program. `finish` receives the exit code. */
export function addRouteCommand(
  program: Command,
  io: Io,
  clock: Clock,
  finish: (code: ExitCode) => void,
): void {
  program
    .command('route')
    .summary('tell who would be told of an incident')
    .description(
      'Checks the notification file, and tells which channels would be told of an incident like the one described.\nReads only the file: no cluster is asked, and nobody is told.',
    )
    .option('--config <path>', 'the notification file (default: $NOTIFY_CONFIG)')
    .option('--explain', 'say of every route why it matches or does not')
    .option('--node <name>', 'the node', parseNode, 'node01')
    .option('--node-label <key=value>', 'a label of the node (repeatable)', parseNodeLabel)
    .option('--severity <word>', "how severe it is (default: the state's usual)", parseSeverity)
    .option('--state <word>', 'the state of the incident', parseState, 'Open')
    .option('--cause <code>', 'a cause, the primary one first (repeatable; default: Unknown)', parseCause)
    .option('--vmi-namespace <name>', 'a namespace with a VMI on the node (repeatable)', parseNamespace)
    .option('--at <time>', 'when, as RFC 3339 (default: now)', parseTime)
    .addOption(outputOption())
    .addHelpText('after', EXAMPLES)
    .action(async (options: RouteOptions) => {
      finish(await run(options, io, clock));
    });
}

async function run(options: RouteOptions, io: Io, clock: Clock): Promise<ExitCode> {
  const file = options.config ?? (io.env['NOTIFY_CONFIG'] || undefined);
  if (file === undefined)
    throw new UsageError('route needs a notification file', 'Give --config FILE, or set NOTIFY_CONFIG.');
  const report = routeReport(file, options, { io, clock });
  await writeAll(
    io.stderr,
    report.warnings.map((warning) => `kubevirt-orphans: warning: ${clean(warning)}\n`),
  );
  await writeAll(io.stdout, render(report, options, io));
  return report.channels.some(({ told }) => told) ? 0 : 1;
}

function routeReport(
  file: string,
  options: RouteOptions,
  { io, clock }: { readonly io: Io; readonly clock: Clock },
): RouteReport {
  const unusable = new Set<string>();
  const { routing } = readNotifyConfig(file, {
    env: io.env,
    onUnusableSecret: (problem) => unusable.add(problem),
  });
  const at = options.at ?? clock.now();
  const subject = toSubject(options);
  const secrets = unusable.size === 0 ? [] : [`secrets cannot be used here: ${[...unusable].join('; ')}`];
  const warnings = [...secrets, ...routingWarnings(routing, at)];
  return toRouteReport(routeIncident(subject, routing, at), { file, at, subject, warnings });
}

function render(report: RouteReport, { output, explain = false }: RouteOptions, io: Io): Iterable<string> {
  if (output === 'json') return toJson(report);
  if (output === 'yaml') return toYaml(report);
  return toRouteText(report, { color: wantsColor(io), explain });
}
