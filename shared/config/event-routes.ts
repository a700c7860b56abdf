import * as z from 'zod';
import { ConfigInvalidError } from '../errors/errors.ts';
import { closed, list, required, text } from './fields.ts';
import { tellMistakes, toMistake } from './mistakes.ts';
import { readYaml } from './yaml.ts';

/** What one function is sent: every event that passes one of its filters. */
export interface EventRoute {
  readonly function: string;
  readonly receives: readonly EventFilter[];
}

/** A type, and values of other attributes that have to be the same too. As a Knative Trigger's exact filter. */
export interface EventFilter {
  readonly type: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

const MAX_ROUTES = 200;
/** It becomes a part of a URL, and is the name of a Service: a DNS label. */
const FUNCTION = text(
  { unit: 'name', allowed: "a function's name: 1 to 63 of a-z, 0-9 and -", what: 'the function' },
  (it) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(it),
  true,
);
const TYPE = text(
  { unit: 'text', allowed: 'the type of an event, without blanks', what: 'the type' },
  (it) => /^\S{1,200}$/.test(it),
  true,
);
const VALUE = text(
  { unit: 'text', allowed: 'a text of 1 to 200 characters', what: 'what the attribute has to be' },
  (it) => it.length > 0 && it.length <= 200,
  true,
);
/** Source: CloudEvents 1.0.2, "Naming Conventions". */
const ATTRIBUTES = 'names of lower-case letters and digits, and what each has to be';
const attributes = z.record(z.string().regex(/^[a-z0-9]{1,40}$/), required(VALUE), {
  error: `is wrong (allowed: ${ATTRIBUTES})`,
});

const SCHEMA = closed({
  routes: list(
    closed({
      function: required(FUNCTION),
      receives: list(closed({ type: required(TYPE), attributes: attributes.optional() }), {
        max: MAX_ROUTES,
      }),
    }),
    { max: MAX_ROUTES },
  ),
});

/**
 * Reads the table of who is sent which event, all of it or nothing.
 *
 * @param file - what it is called in messages
 * @throws ConfigInvalidError that names every mistake with its place and what is allowed, in one line
 */
export function parseEventRoutes(content: string, file: string): readonly EventRoute[] {
  const read = readYaml(content);
  if (read.problem !== undefined) throw invalid(`${file} ${read.problem}`);
  const result = SCHEMA.safeParse(read.value);
  if (!result.success) throw invalid(tellMistakes(file, result.error.issues.map(toMistake)));
  const routes = result.data.routes.map(({ receives, ...route }) => ({
    ...route,
    receives: receives.map(({ type, attributes: wanted }) => ({
      type,
      ...(wanted && { attributes: wanted }),
    })),
  }));
  const twice = routes.findIndex(
    (route, index) => routes.findIndex((it) => it.function === route.function) < index,
  );
  if (twice < 0) return routes;
  const what = `is ${JSON.stringify(routes[twice]?.function)}, which has a route already: write all that it receives into that`;
  throw invalid(tellMistakes(file, [{ path: ['routes', twice, 'function'], what }]));
}

function invalid(message: string): ConfigInvalidError {
  return new ConfigInvalidError(
    message,
    'Correct the file and start again; the one for all functions is rendered into infra/deploy/openfaas.',
  );
}
