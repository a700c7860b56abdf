// What a container runs: `node serve.mjs FUNCTION`. The same as `kubevirt-orphans serve`, without the rest of the command.
import { epochMs } from '../../shared/domain/units.ts';
import { FunctionError, UsageError } from '../../shared/errors/errors.ts';
import { FUNCTION_NAMES, type FunctionName } from './catalog.ts';
import { bugLine, EXIT_OF_BUG, endOnBug } from './last-resort.ts';
import { serveUntilStopped } from './serve-until-stopped.ts';

const PROGRAM = 'serve';
endOnBug(PROGRAM);
try {
  const clock = { now: () => epochMs(Date.now()) };
  const { env, stdout } = process;
  await serveUntilStopped(functionNamed(process.argv.slice(2)), { env, clock, logTo: stdout });
} catch (error) {
  const isKnown = error instanceof FunctionError;
  process.stderr.write(isKnown ? `${PROGRAM}: ${error.message}. ${error.remedy}\n` : bugLine(PROGRAM, error));
  // As the command has it: 2 for what has to be corrected first. Nothing is read of a cluster before events come.
  process.exitCode = isKnown ? 2 : EXIT_OF_BUG;
}
// A connection that is kept alive would keep us.
process.exit();

/** @throws UsageError that lists them when there is none of that name */
function functionNamed([asked, ...more]: readonly string[]): FunctionName {
  const name = FUNCTION_NAMES.find((it) => it === asked);
  if (name !== undefined && more.length === 0) return name;
  throw new UsageError(
    asked === undefined
      ? 'no function is named'
      : `there is no function ${JSON.stringify([asked, ...more].join(' '))}`,
    `Name one of: ${FUNCTION_NAMES.join(', ')}.`,
  );
}
