import { epochMs } from '../../shared/domain/units.ts';
import { run } from './program.ts';

const { env, stdin, stdout, stderr } = process;
// A reader that has gone (`| head`) is no failure of ours; writeAll stops, and this keeps a late EPIPE from being thrown.
stdout.on('error', () => undefined);
process.exitCode = await run(
  process.argv.slice(2),
  { env, stdin, stdout, stderr },
  { now: () => epochMs(Date.now()) },
);
// An unread pipe on stdin would keep the process alive.
stdin.destroy();
