import { Readable, Writable } from 'node:stream';
import { run } from '../../infra/cli/program.ts';
import { type Clock, epochMs } from '../../shared/domain/units.ts';

export interface InProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array | string;
  /** Whether stdin, stdout and stderr are a terminal. */
  readonly terminal?: boolean;
}

export interface InProcessOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The time of every run in this process. */
export const CLOCK = { now: () => epochMs(Date.UTC(2026, 7, 22, 11, 30)) };

/** Runs the command line inside the test's process: the same program, with streams of its own. */
export async function runInProcess(
  args: readonly string[],
  options: InProcessOptions = {},
): Promise<InProcessOutcome> {
  return runWithClock(args, CLOCK, options);
}

/** The same by another clock: on a cluster that lives, the real one. */
export async function runWithClock(
  args: readonly string[],
  clock: Clock,
  options: InProcessOptions = {},
): Promise<InProcessOutcome> {
  const [stdout, stderr] = [collect(), collect()];
  const isTTY = options.terminal ?? false;
  const io = {
    env: options.env ?? {},
    stdin: Object.assign(Readable.from([Buffer.from(options.stdin ?? '')]), { isTTY }),
    stdout: Object.assign(stdout.stream, { isTTY }),
    stderr: Object.assign(stderr.stream, { isTTY, columns: 120 }),
  };
  const code = await run(args, io, clock);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function collect(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}
