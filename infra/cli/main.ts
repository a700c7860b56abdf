import { setFlagsFromString } from 'node:v8';
import { epochMs } from '../../shared/domain/units.ts';
import { endOnBug } from '../server/last-resort.ts';
import { run } from './program.ts';

// Objects are read, cut to a few facts and forgotten: a large young generation would only hold 48 MiB of the forgotten.
setFlagsFromString('--semi-space-growth-factor=1');

endOnBug('kubevirt-orphans');
const { env, stdin, stdout, stderr } = process;
// A reader that has gone (`| head`) is no failure of ours; writeAll stops, and this keeps a late EPIPE from being thrown.
stdout.on('error', () => undefined);
const code = await run(
  process.argv.slice(2),
  { env, stdin, stdout, stderr },
  { now: () => epochMs(Date.now()) },
);
// All that was written has been taken. Ends at once: an unread pipe or a login command that hangs would keep us alive.
process.exit(code);
