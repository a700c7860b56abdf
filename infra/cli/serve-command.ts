import { Argument, type Command } from 'commander';
import type { Clock } from '../../shared/domain/units.ts';
import { FUNCTION_NAMES, type FunctionName } from '../server/catalog.ts';
import { namedFunction } from '../server/named-function.ts';
import type { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';

const EXAMPLES = `
Examples:
  # what a container of Knative runs, and one of OpenFaaS, which gets no arguments
  K_SINK=http://broker-ingress.knative-eventing.svc/ns/default kubevirt-orphans serve node-changed
  K_SINK=http://event-source.kubevirt-orphans FUNCTION=node-changed kubevirt-orphans serve

  # by hand, on another port, with another grace period
  PORT=8081 GRACE_SECONDS=60 K_SINK=http://localhost:9000 kubevirt-orphans serve audit
  curl -i localhost:8081 -H 'ce-specversion: 1.0' -H 'ce-type: dev.kubevirt-orphans.audit.requested.v1' \\
    -H 'ce-id: 1' -H 'ce-source: /me' -H 'content-type: application/json' -d '{"scope":"all"}'

POST / takes CloudEvents; GET /health/liveness, /health/readiness, /_/health, /_/ready and /metrics answer too.
Configuration is environment: see the README. SIGTERM finishes what runs.

Exit codes: 0 stopped by a signal; 2 wrong usage or configuration; 3 the cluster cannot be reached as configured.`;

/** Adds `serve` to the program. `finish` receives the exit code. */
export function addServeCommand(
  program: Command,
  io: Io,
  clock: Clock,
  finish: (code: ExitCode) => void,
): void {
  program
    .command('serve')
    .addArgument(
      new Argument('[function]', 'which function (default: what $FUNCTION names)').choices(FUNCTION_NAMES),
    )
    .summary('serve one function behind HTTP on $PORT: what a container runs')
    .description('Serves one function behind HTTP: it takes CloudEvents and publishes its own to $K_SINK.')
    .addHelpText('after', EXAMPLES)
    .action(async (named: FunctionName | undefined) => {
      const name = namedFunction(named === undefined ? [] : [named], io.env);
      const { serveUntilStopped } = await import('../server/serve-until-stopped.ts');
      await serveUntilStopped(name, { env: io.env, clock, logTo: io.stdout });
      finish(0);
    });
}
