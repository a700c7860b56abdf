import type { Environment } from '../../shared/config/config.ts';
import { TEXTS } from '../../shared/config/variables.ts';
import { UsageError } from '../../shared/errors/errors.ts';
import { FUNCTION_NAMES, type FunctionName } from './catalog.ts';

/**
 * The function that is to be served: the argument says which, or else `FUNCTION` does.
 *
 * @throws UsageError that lists them when none is named, or none of that name is there
 */
export function namedFunction(args: readonly string[], env: Environment): FunctionName {
  const variable = TEXTS.function.name;
  const isSaid = args.length > 0;
  const asked = isSaid ? args.join(' ') : env[variable] || undefined;
  const name = FUNCTION_NAMES.find((it) => it === asked);
  if (name !== undefined) return name;
  const what =
    asked === undefined
      ? 'no function is named'
      : `there is no function ${JSON.stringify(asked)}${isSaid ? '' : `, which ${variable} names`}`;
  throw new UsageError(
    what,
    `Name one, as the argument or in the variable ${variable}: ${FUNCTION_NAMES.join(', ')}.`,
  );
}
