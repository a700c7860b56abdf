import { readFileSync } from 'node:fs';
import type { AlertAccessConfig } from '../../shared/config/config.ts';
import { ConfigInvalidError } from '../../shared/errors/errors.ts';
import type { AlertAccess } from '../../shared/http/alert-route.ts';

/**
 * Who may send alerts, as it was configured. Files are read now, so that a mistake is found at the start, and again whenever
 * secrets are asked for: Kubernetes replaces the file of a Secret in one step, and nothing has to be started again.
 *
 * @throws ConfigInvalidError when a file cannot be read or has no secret; so does what is returned
 */
export function alertAccess({ tokenFile, basicAuthFile, isInsecure }: AlertAccessConfig): AlertAccess {
  if (isInsecure) return 'anybody';
  if (tokenFile === undefined && basicAuthFile === undefined) return 'nobody';
  const read = () => ({ tokens: secretsOf(tokenFile), logins: loginsOf(basicAuthFile) });
  read();
  return read;
}

/** One a line; blanks around it and empty lines are none of it. */
function secretsOf(path: string | undefined): readonly string[] {
  if (path === undefined) return [];
  const secrets = textOf(path)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (secrets.length > 0) return secrets;
  throw new ConfigInvalidError(`the file ${path} has no secret in it`, 'Write one secret a line into it.');
}

function loginsOf(path: string | undefined): readonly string[] {
  const logins = secretsOf(path);
  if (logins.every((login) => login.includes(':'))) return logins;
  throw new ConfigInvalidError(
    `the file ${path} has a line without a colon in it`,
    'Write user:password into each line.',
  );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'it failed';
    throw new ConfigInvalidError(
      `the file of secrets ${path} cannot be read (${why})`,
      'Mount the secret there, or change the variable that names it.',
      { cause },
    );
  }
}
