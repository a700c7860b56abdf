import { closeSync, openSync, readSync } from 'node:fs';
import { ConfigInvalidError } from '../../shared/errors/errors.ts';

/** Larger than the largest file that is taken: what is longer need not be read to be refused. */
const MAX_BYTES = 2 * 1_048_576;

/** The text of a file of configuration. @param hint - where its name comes from. @throws ConfigInvalidError when it cannot be read */
export function readConfigFile(file: string, hint: string): string {
  try {
    return readBounded(file);
  } catch (cause) {
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    throw new ConfigInvalidError(`${file} cannot be read (${code})`, hint, { cause });
  }
}

/** The text of a file, of which no more than MAX_BYTES are read: a device has no end. @throws Error of node:fs */
export function readBounded(path: string): string {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(MAX_BYTES);
    let size = 0;
    for (let read = -1; read !== 0 && size < MAX_BYTES; size += read)
      read = readSync(file, buffer, size, MAX_BYTES - size, null);
    return buffer.toString('utf8', 0, size);
  } finally {
    closeSync(file);
  }
}
