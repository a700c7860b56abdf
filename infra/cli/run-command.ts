import { type Command, Option } from 'commander';
import { readConfig } from '../../shared/config/config.ts';
import type { Clock } from '../../shared/domain/units.ts';
import { UsageError } from '../../shared/errors/errors.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import type { LogTarget } from '../../shared/observability/logger.ts';
import { watchStopSignals } from '../server/stop-signal.ts';
import type { ExitCode } from './exit-code.ts';
import { type Io, wantsColor } from './io.ts';
import { toEventLine } from './output/event-line.ts';
import { EventTally } from './output/event-tally.ts';

interface RunOptions {
  readonly simulate?: boolean;
  readonly keep?: boolean;
  readonly output: 'text' | 'json';
  readonly kubeconfig?: string;
  readonly context?: string;
}

const EXAMPLES = `
Examples:
  # watch the cluster of the current context; the records need their definition first
  kubectl apply -f infra/deploy/records/orphan-incident-crd.yaml
  kubevirt-orphans run

  # a story on a cluster of its own, in this process: half a minute, nothing else is touched
  kubevirt-orphans run --simulate

  # the same, and then the cluster stays: look at it with kubectl
  kubevirt-orphans run --simulate --keep

  # and tell people: the file says whom
  NOTIFY_CONFIG=notify.yaml kubevirt-orphans run

  # every event as a line of JSON, for a program
  kubevirt-orphans run -o json

Events go to stdout, the log to stderr. Without NOTIFY_CONFIG only the log is told of incidents; --simulate never reads it.
GET /metrics, POST / (CloudEvents) and POST /alerts (Alertmanager's webhook) are at $PORT. Configuration is environment: see the README.
Exit codes: 0 stopped by a signal, or the story is over; 2 wrong usage or configuration; 3 the cluster could not be read.`;

/** Adds `run` to the program. `finish` receives the exit code. */
export function addRunCommand(
  program: Command,
  io: Io,
  clock: Clock,
  finish: (code: ExitCode) => void,
): void {
  program
    .command('run')
    .summary('all functions in one process, with broker, event source and timers')
    .description(
      'Watches a cluster with all functions in one process. It writes OrphanIncident records, and Events where the file of NOTIFY_CONFIG asks for them; nothing else.',
    )
    .option('--simulate', 'on a simulated cluster of its own, where a story is played')
    .option('--keep', 'with --simulate: stay when the story is over')
    .option(
      '--kubeconfig <path>',
      'kubeconfig file (default: $KUBECONFIG, ~/.kube/config, or the pod it runs in)',
    )
    .option('--context <name>', 'context of the kubeconfig (default: its current context)')
    .addOption(
      new Option('-o, --output <format>', 'how to print events').choices(['text', 'json']).default('text'),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (options: RunOptions) => {
      refuseContradictions(options);
      const run = options.simulate === true ? simulate : watch;
      await printing(options, io, clock, (running) => run(options, io, running));
      finish(0);
    });
}

/** @throws UsageError */
function refuseContradictions({ simulate: isSimulated, keep, kubeconfig, context }: RunOptions): void {
  if (keep === true && isSimulated !== true)
    throw new UsageError(
      '--keep is for --simulate',
      'Leave it out: without --simulate it runs until it is stopped.',
    );
  if (isSimulated === true && (kubeconfig !== undefined || context !== undefined))
    throw new UsageError(
      '--simulate cannot be combined with --kubeconfig or --context',
      'Leave --simulate out for a live cluster; a simulated one is made anew each time.',
    );
}

/** What both ways to run have in common. */
interface Running {
  readonly clock: Clock;
  readonly logTo: LogTarget;
  readonly onEvent: (event: ProductEvent) => void;
  /** Prints a line for people, which is never among events for a program. */
  readonly say: (line: string) => void;
  readonly tally: EventTally;
  readonly signal: AbortSignal;
}

/** Says what happens as it happens, until a signal comes or the reader of stdout has gone, and sums it up. */
async function printing(
  { output }: RunOptions,
  io: Io,
  clock: Clock,
  run: (running: Running) => Promise<void>,
): Promise<void> {
  const { signal, stop, release } = watchStopSignals();
  const tally = new EventTally();
  const color = wantsColor(io);
  const lineOf = (event: ProductEvent): string =>
    output === 'json' ? `${JSON.stringify(event)}\n` : toEventLine(event, color);
  const onEvent = (event: ProductEvent): void => {
    if (tally.add(event)) io.stdout.write(lineOf(event));
  };
  const say = (line: string): void => void (output === 'json' ? io.stderr : io.stdout).write(`${line}\n`);
  io.stdout.once('error', stop);
  try {
    await run({ clock, logTo: io.stderr, onEvent, say, tally, signal });
    if (!io.stdout.destroyed) say(tally.summary());
  } finally {
    io.stdout.off('error', stop);
    release();
  }
}

async function watch({ kubeconfig, context }: RunOptions, io: Io, running: Running): Promise<void> {
  const config = readConfig(io.env);
  const { runLive } = await import('../local/run-live.ts');
  await runLive({ ...running, config, env: io.env, cluster: { kubeconfig, context } });
}

async function simulate({ keep = false }: RunOptions, io: Io, running: Running): Promise<void> {
  const { runSimulated, STORY_ENVIRONMENT } = await import('../local/run-simulated.ts');
  const config = readConfig({ ...STORY_ENVIRONMENT, ...io.env });
  const { tally } = running;
  const isSettled = (): boolean => tally.unresolved === 0 && tally.opened > 0;
  await runSimulated({ ...running, config, keep, isSettled });
}
