import type { ReadKind, ReadObject } from '../domain/evidence-objects.ts';
import { isObject } from './projection.ts';
import { SCHEMAS } from './schemas.ts';

type Path = readonly PropertyKey[];
interface Issue {
  readonly path: Path;
  readonly code: string;
  readonly message: string;
  readonly expected?: string;
}

/** A validated object, or one sentence about what is wrong with it. */
export type Validated = { readonly object: ReadObject } | { readonly wrong: string };

/** Checks a projected object against its kind's schema. */
export function validate(kind: ReadKind, value: Readonly<Record<string, unknown>>): Validated {
  const result = SCHEMAS[kind].safeParse({ ...value, kind });
  if (result.success) return { object: result.data };
  return { wrong: describe(result.error.issues[0] as Issue, value) };
}

/** Checks no more than the metadata. @returns one sentence about what is wrong; `undefined` when nothing is */
export function metadataProblem(
  kind: ReadKind,
  value: Readonly<Record<string, unknown>>,
): string | undefined {
  const result = SCHEMAS[kind].shape.metadata.safeParse(value['metadata']);
  if (result.success) return undefined;
  const [issue] = result.error.issues;
  return describe({ ...(issue as Issue), path: ['metadata', ...(issue?.path ?? [])] }, value);
}

function describe({ path, code, message, expected }: Issue, value: unknown): string {
  const where = pathText(path);
  const found = at(value, path);
  if (found === undefined || found === '') return `${where} is missing`;
  if (code !== 'invalid_type') return `${where}: ${message}`;
  return `${where} is ${typeText(found)}, not ${expectedText(expected)}`;
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (outer, key) => (outer as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
}

/** `status.conditions[3].type`, `metadata.labels["a/b"]`. */
function pathText(path: Path): string {
  const steps = path.map((key) => {
    if (typeof key === 'number') return `[${key}]`;
    return /^\w+$/.test(String(key)) ? `.${String(key)}` : `["${String(key)}"]`;
  });
  return steps.join('').replace(/^\./, '');
}

/** A value's JSON type, with its article. */
export function typeText(value: unknown): string {
  if (value == null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return isObject(value) ? 'an object' : `a ${typeof value}`;
}

function expectedText(expected: string | undefined): string {
  if (expected === 'record') return 'an object';
  return /^[aeiou]/.test(expected ?? '') ? `an ${expected}` : `a ${expected}`;
}
