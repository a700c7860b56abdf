// What a container runs: `node serve.mjs FUNCTION`, or with the variable FUNCTION. The same as `kubevirt-orphans serve`, without the rest of the command.
import { epochMs } from '../../shared/domain/units.ts';
import { FunctionError } from '../../shared/errors/errors.ts';
import { bugLine, EXIT_OF_BUG, endOnBug } from './last-resort.ts';
import { namedFunction } from './named-function.ts';
import { serveUntilStopped } from './serve-until-stopped.ts';

const PROGRAM = 'serve';
endOnBug(PROGRAM);
try {
  const clock = { now: () => epochMs(Date.now()) };
  const { env, stdout } = process;
  await serveUntilStopped(namedFunction(process.argv.slice(2), env), { env, clock, logTo: stdout });
} catch (error) {
  const isKnown = error instanceof FunctionError;
  process.stderr.write(isKnown ? `${PROGRAM}: ${error.message}. ${error.remedy}\n` : bugLine(PROGRAM, error));
  // As the command has it: 2 for what has to be corrected first. Nothing is read of a cluster before events come.
  process.exitCode = isKnown ? 2 : EXIT_OF_BUG;
}
// A connection that is kept alive would keep us.
process.exit();
