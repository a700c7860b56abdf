import type { Readable, Writable } from 'node:stream';

/** What the command touches of its process; tests bring their own. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined };
  readonly stdout: Writable & { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined };
  readonly stderr: Writable & { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined };
}

/** Colour only on a terminal, never with NO_COLOR (https://no-color.org: set and not empty) or a dumb terminal. */
export function wantsColor({ env, stdout }: Io): boolean {
  return stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

/**
 * Writes a text piece by piece, waiting whenever the reader is slower.
 *
 * A reader that has gone (`| head`) is no error: `false` says so, and the rest is not made.
 */
export async function writeAll(stream: Writable, pieces: Iterable<string>): Promise<boolean> {
  let broken: NodeJS.ErrnoException | undefined;
  const onError = (error: NodeJS.ErrnoException) => {
    broken = error;
  };
  stream.on('error', onError);
  try {
    for (const piece of pieces) {
      await new Promise<void>((resolve) => void stream.write(piece, () => resolve()));
      if (broken !== undefined) break;
    }
  } finally {
    stream.off('error', onError);
  }
  if (broken === undefined) return true;
  if (broken.code === 'EPIPE' || broken.code === 'ERR_STREAM_DESTROYED') return false;
  throw broken;
}
