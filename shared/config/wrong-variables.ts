import { ConfigInvalidError } from '../errors/errors.ts';
import { TEXTS, type Variable } from './variables.ts';

/** As much of a wrong value is shown. */
const SHOWN_LENGTH = 80;

/** Names every variable that is wrong, with its value and what is allowed, in one line. */
export function wrongVariables(
  variables: readonly Variable[],
  env: Readonly<Record<string, string | undefined>>,
): ConfigInvalidError {
  const each = variables.map(({ name, bounds }) => {
    const value = env[name] ?? '';
    const what = value === '' ? `${name} is not set` : `${name}=${shown(name, value)}`;
    return `${what} (allowed: ${bounds})`;
  });
  return new ConfigInvalidError(
    `the configuration has ${each.length === 1 ? 'a mistake' : `${each.length} mistakes`}: ${each.join('; ')}`,
    'Correct these environment variables and start again.',
  );
}

/** Never a secret: the credentials of a URL, and what may hold some and is long besides. */
function shown(name: string, value: string): string {
  if (name === TEXTS.ceOverrides.name || name === TEXTS.caCerts.name) return '(not shown)';
  const safe = name === TEXTS.sink.name ? withoutSecrets(value) : value;
  return JSON.stringify(safe.length > SHOWN_LENGTH ? `${safe.slice(0, SHOWN_LENGTH)}…` : safe);
}

function withoutSecrets(url: string): string {
  return url.replace(/^([^/]*\/\/)?.*@/s, '$1…@').replace(/[?#].*$/s, '?…');
}
