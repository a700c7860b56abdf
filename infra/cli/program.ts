import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import type { Clock } from '../../shared/domain/units.ts';
import { FunctionError } from '../../shared/errors/errors.ts';
import { bugLine, EXIT_OF_BUG } from '../server/last-resort.ts';
import { addApproveCommand } from './approve-command.ts';
import { addAuditCommand } from './audit-command.ts';
import { addDiagnoseCommand } from './diagnose-command.ts';
import { addEventSourceCommand } from './event-source-command.ts';
import { EXIT_OF_ERROR, type ExitCode } from './exit-code.ts';
import { type Io, writeAll } from './io.ts';
import { addPreflightCommand } from './preflight-command.ts';
import { addRemediateCommand } from './remediate-command.ts';
import { addRouteCommand } from './route-command.ts';
import { addRunCommand } from './run-command.ts';
import { addServeCommand } from './serve-command.ts';
import { addUndoCommand } from './undo-command.ts';

const HELP = `
Examples:
  kubevirt-orphans audit                      the cluster of the current kubeconfig context
  kubevirt-orphans audit -f must-gather.tar.gz
  kubectl orphans audit --context prod        the same as a kubectl plugin
  kubevirt-orphans diagnose node02            why, and what would help
  kubevirt-orphans remediate node02           the exact change, and its gates; --apply makes it
  kubevirt-orphans undo node02                what that left in the cluster; --apply takes it back
  kubevirt-orphans preflight --taint node01=maintenance:NoExecute   before it is done
  kubevirt-orphans route --config notify.yaml --severity critical   who would be told
  kubevirt-orphans run --simulate             watch a story on a cluster of its own

Every command explains itself: kubevirt-orphans audit --help`;

/**
 * Runs the command line and answers the exit code. Data goes to stdout; an expected failure is one line on stderr,
 * and then nothing was printed on stdout.
 */
export async function run(args: readonly string[], io: Io, clock: Clock): Promise<number> {
  let exitCode: ExitCode = 0;
  const program = new Command('kubevirt-orphans')
    .description(packageJson.description)
    .version(packageJson.version)
    .addHelpText('after', HELP)
    .showHelpAfterError('(--help shows all commands, flags and examples)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    });
  const finish = (code: ExitCode) => {
    exitCode = code;
  };
  addAuditCommand(program, io, clock, finish);
  addDiagnoseCommand(program, io, clock, finish);
  addPreflightCommand(program, io, clock, finish);
  addRouteCommand(program, io, clock, finish);
  addRemediateCommand(program, io, clock, finish);
  addApproveCommand(program, io, clock, { finish });
  addUndoCommand(program, io, clock, finish);
  addServeCommand(program, io, clock, finish);
  addRunCommand(program, io, clock, finish);
  addEventSourceCommand(program, io, clock, finish);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return await report(error, io);
  }
}

async function report(error: unknown, io: Io): Promise<number> {
  // commander has printed its own line by now; 0 is --help and --version
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_OF_ERROR.USAGE;
  if (error instanceof FunctionError) {
    await writeAll(io.stderr, [`kubevirt-orphans: ${error.message}. ${error.remedy}\n`]);
    return EXIT_OF_ERROR[error.code];
  }
  const trace = io.env['KUBEVIRT_ORPHANS_DEBUG'] && error instanceof Error ? `${error.stack}\n` : '';
  await writeAll(io.stderr, [`${bugLine('kubevirt-orphans', error)}${trace}`]);
  return EXIT_OF_BUG;
}
