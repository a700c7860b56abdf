import { type Command, InvalidArgumentError, Option } from 'commander';
import { readConfig } from '../../shared/config/config.ts';
import { parseEventRoutes } from '../../shared/config/event-routes.ts';
import type { Clock } from '../../shared/domain/units.ts';
import { readConfigFile } from '../server/config-file.ts';
import { watchStopSignals } from '../server/stop-signal.ts';
import type { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';

interface EventSourceOptions {
  readonly routes: string;
  readonly gateway: URL;
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Source: docs.openfaas.com/reference/async, "Making an asynchronous call from another function". */
const GATEWAY = 'http://gateway.openfaas.svc.cluster.local:8080';

const EXAMPLES = `
Examples:
  # what the deployment in infra/deploy/openfaas runs
  kubevirt-orphans event-source --routes /etc/kubevirt-orphans/routes/routes.yaml

  # by hand, with a table of one's own, on another port
  printf 'routes: [{function: audit, receives: [{type: dev.kubevirt-orphans.audit.requested.v1}]}]' > routes.yaml
  PORT=8081 kubevirt-orphans event-source --routes routes.yaml --gateway http://localhost:8080

A change in the cluster, and an event that is posted to POST /, go to POST /async-function/NAME of the gateway, for every
function of which a filter fits. POST / answers 204 when the gateway has it for each of them, else 503: send it again then.
What exists when it starts is left to an audit, which it asks for.
GET /health/liveness, /health/readiness and /metrics answer too. Configuration is environment: see the README.
SIGTERM finishes what runs.

Exit codes: 0 stopped by a signal; 2 wrong usage or configuration.`;

/** Adds `event-source` to the program. `finish` receives the exit code. */
export function addEventSourceCommand(
  program: Command,
  io: Io,
  clock: Clock,
  finish: (code: ExitCode) => void,
): void {
  program
    .command('event-source')
    .summary('tell functions behind a gateway of OpenFaaS what changes in the cluster, and what is published')
    .description(
      'Watches a cluster and posts what changes to the asynchronous functions of a gateway, by a table of who gets what.\nOn OpenFaaS it is $K_SINK of the functions as well. It only reads the cluster.',
    )
    .requiredOption('--routes <path>', 'the table: which function gets which events')
    .addOption(
      new Option('--gateway <url>', 'where functions are called')
        .argParser(parseGateway)
        .default(new URL(GATEWAY), GATEWAY),
    )
    .option(
      '--kubeconfig <path>',
      'kubeconfig file (default: $KUBECONFIG, ~/.kube/config, or the pod it runs in)',
    )
    .option('--context <name>', 'context of the kubeconfig (default: its current context)')
    .addHelpText('after', EXAMPLES)
    .action(async (options: EventSourceOptions) => {
      await watch(options, io, clock);
      finish(0);
    });
}

async function watch(
  { routes: file, gateway, kubeconfig, context }: EventSourceOptions,
  { env, stdout }: Io,
  clock: Clock,
): Promise<void> {
  const config = readConfig(env);
  const routes = parseEventRoutes(readConfigFile(file, '--routes names it.'), file);
  const { signal, release } = watchStopSignals();
  try {
    const { serveEventSource } = await import('../local/event-source/serve-event-source.ts');
    const cluster = { kubeconfig, context };
    await serveEventSource({ routes, gateway, config, env, cluster, clock, logTo: stdout, signal });
  } finally {
    release();
  }
}

/** Credentials in it would end up in logs of whoever takes them, and OpenFaaS asks for none to call a function. */
function parseGateway(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isRight =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    `${url.username}${url.password}${url.search}${url.hash}` === '';
  if (!isRight)
    throw new InvalidArgumentError('It has to be http://HOST[:PORT] or https://, without credentials.');
  return url;
}
