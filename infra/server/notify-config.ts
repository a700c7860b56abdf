import { closeSync, openSync, readSync } from 'node:fs';
import {
  type NotifyConfig,
  type NotifyInput,
  parseNotifyConfig,
  usualNotifyConfig,
} from '../../shared/config/notify-config.ts';
import type { SecretSource } from '../../shared/config/secrets.ts';
import { ConfigInvalidError } from '../../shared/errors/errors.ts';

/** Larger than the largest file that is taken: what is longer need not be read to be refused. */
const MAX_BYTES = 2 * 1_048_576;

/** What is needed to read who is told. */
export interface NotifyFileOptions {
  readonly env: SecretSource['env'];
  /** Takes secrets that cannot be used now, a sentence each; without it they are mistakes. */
  readonly onUnusableSecret?: NotifyInput['onUnusableSecret'];
}

/**
 * Reads the file that says who is told of incidents, and checks that every secret is there. Secrets are read again whenever
 * they are used.
 *
 * @param file - `undefined`: there is none, and only the log is told
 * @throws ConfigInvalidError that names every mistake, and no secret
 */
export function readNotifyConfig(file: string | undefined, options: NotifyFileOptions): NotifyConfig {
  if (file === undefined) return usualNotifyConfig();
  const { env, onUnusableSecret } = options;
  return parseNotifyConfig(readText(file), {
    file,
    secrets: { readFile: readBounded, env },
    ...(onUnusableSecret !== undefined && { onUnusableSecret }),
  });
}

function readText(file: string): string {
  try {
    return readBounded(file);
  } catch (cause) {
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    throw new ConfigInvalidError(
      `${file} cannot be read (${code})`,
      'NOTIFY_CONFIG, or --config of route, names the file that says who is told.',
      { cause },
    );
  }
}

/** The text of a file, of which no more than MAX_BYTES are read: a device has no end. @throws Error of node:fs */
function readBounded(path: string): string {
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
