import {
  type NotifyConfig,
  type NotifyInput,
  parseNotifyConfig,
  usualNotifyConfig,
} from '../../shared/config/notify-config.ts';
import type { SecretSource } from '../../shared/config/secrets.ts';
import { readBounded, readConfigFile } from './config-file.ts';

const HINT = 'NOTIFY_CONFIG, or --config of route, names the file that says who is told.';

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
  return parseNotifyConfig(readConfigFile(file, HINT), {
    file,
    secrets: { readFile: readBounded, env },
    ...(onUnusableSecret !== undefined && { onUnusableSecret }),
  });
}
