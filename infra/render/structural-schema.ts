import * as z from 'zod';

type Schema = Readonly<Record<string, unknown>>;

/** What the API server does not know in a schema, or refuses: in `apiextensions.k8s.io/v1` it has to be structural. */
const UNKNOWN_KEYWORDS: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '~standard',
  'additionalProperties',
]);

/**
 * A zod schema as the structural OpenAPI v3 schema of a CustomResourceDefinition. Objects prune what they do not
 * name, but a loose object keeps all of it, and says only that it is an object: its fields are not ours to check there.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function toStructuralSchema(schema: z.ZodType): Schema {
  const json = z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', reused: 'inline' });
  return structural(json as Schema);
}

function structural(schema: Schema): Schema {
  if (isLoose(schema)) return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const kept = Object.entries(schema).filter(([key]) => !UNKNOWN_KEYWORDS.has(key));
  return simplified(Object.fromEntries(kept.map(([key, value]) => [key, below(key, value)])));
}

/** zod writes `additionalProperties: {}` for an object that keeps what it does not name. */
function isLoose({ additionalProperties: others }: Schema): boolean {
  return typeof others === 'object' && others !== null && Object.keys(others).length === 0;
}

function below(key: string, value: unknown): unknown {
  if (key === 'items') return structural(value as Schema);
  if (key !== 'properties') return value;
  return Object.fromEntries(
    Object.entries(value as Schema).map(([name, it]) => [name, structural(it as Schema)]),
  );
}

/** Says in the API server's own words what zod says in patterns and in the bounds of a JavaScript number. */
function simplified(schema: Schema): Schema {
  if (schema['format'] === 'date-time') {
    const { pattern: _, ...rest } = schema;
    return rest;
  }
  if (schema['type'] !== 'integer') return schema;
  const { maximum: _, ...rest } = schema;
  return { ...rest, format: 'int64' };
}
