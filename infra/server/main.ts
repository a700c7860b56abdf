// What a container runs: `node serve.mjs FUNCTION`. The same as `kubevirt-orphans serve`, without the rest of the command.
import { epochMs } from '../../shared/domain/units.ts';
import { FunctionError } from '../../shared/errors/errors.ts';
import { FUNCTION_NAMES } from './catalog.ts';
import { serveUntilStopped } from './serve-until-stopped.ts';

const [asked] = process.argv.slice(2);
const name = FUNCTION_NAMES.find((it) => it === asked);
try {
  if (name === undefined) {
    process.stderr.write(`usage: serve FUNCTION. Name one of: ${FUNCTION_NAMES.join(', ')}.\n`);
    process.exitCode = 2;
  } else {
    const clock = { now: () => epochMs(Date.now()) };
    await serveUntilStopped(name, { env: process.env, clock, logTo: process.stdout });
    process.exitCode = 0;
  }
} catch (error) {
  if (!(error instanceof FunctionError)) throw error;
  process.stderr.write(`${error.message}. ${error.remedy}\n`);
  process.exitCode = error.disposition === 'reject' ? 2 : 3;
}
// A connection that is kept alive would keep us.
process.exit();
