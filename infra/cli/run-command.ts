import { type Command, Option } from 'commander';
import { readConfig } from '../../shared/config/config.ts';
import type { Clock } from '../../shared/domain/units.ts';
import { UsageError } from '../../shared/errors/errors.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
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
  kubectl apply -f infra/deploy/kubernetes/orphan-incident-crd.yaml
  kubevirt-orphans run

  # a story on a cluster of its own, in this process: half a minute, nothing else is touched
  kubevirt-orphans run --simulate

  # the same, and then the cluster stays: look at it with kubectl
  kubevirt-orphans run --simulate --keep

  # every event as a line of JSON, for a program
  kubevirt-orphans run -o json

Events go to stdout, the log to stderr. Configuration is environment: see the README.
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
      'Watches a cluster with all functions in one process. It writes OrphanIncident records and nothing else.',
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
      if (options.keep === true && options.simulate !== true)
        throw new UsageError(
          '--keep is for --simulate',
          'Leave it out: without --simulate it runs until it is stopped.',
        );
      await (options.simulate === true ? simulate(options, io, clock) : watch(options, io, clock));
      finish(0);
    });
}

/** Says what happens as it happens, and counts it. */
function printer({ output }: RunOptions, io: Io) {
  const tally = new EventTally();
  const color = wantsColor(io);
  const print = (event: ProductEvent): void => {
    if (!tally.add(event)) return;
    io.stdout.write(output === 'json' ? `${JSON.stringify(event)}\n` : toEventLine(event, color));
  };
  const say = (line: string): void => void (output === 'json' ? io.stderr : io.stdout).write(`${line}\n`);
  return { tally, print, say };
}

async function watch(options: RunOptions, io: Io, clock: Clock): Promise<void> {
  const config = readConfig(io.env);
  const { runLive } = await import('../local/run-live.ts');
  const { print, say, tally } = printer(options, io);
  const { kubeconfig, context } = options;
  await runLive({
    config,
    env: io.env,
    clock,
    logTo: io.stderr,
    onEvent: print,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  });
  say(tally.summary());
}

async function simulate(options: RunOptions, io: Io, clock: Clock): Promise<void> {
  const { runSimulated, STORY_ENVIRONMENT } = await import('../local/run-simulated.ts');
  const config = readConfig({ ...STORY_ENVIRONMENT, ...io.env });
  const { print, say, tally } = printer(options, io);
  await runSimulated({
    config,
    clock,
    logTo: io.stderr,
    onEvent: print,
    say,
    keep: options.keep === true,
    isSettled: () => tally.unresolved === 0 && tally.opened > 0,
  });
  say(tally.summary());
}
