import * as z from 'zod';
import { wantedKeys } from './schema-parts.ts';

/** Which part of a value is kept: a whole scalar, some fields, some keys of a map, or that of every element. */
export type Projection =
  | { readonly type: 'scalar' }
  | { readonly type: 'object'; readonly fields: ReadonlyMap<string, Projection> }
  | { readonly type: 'map'; readonly wants: (key: string) => boolean }
  | { readonly type: 'array'; readonly element: Projection };

const SCALAR: Projection = { type: 'scalar' };

/** Makes an object projection from its fields. */
export function fieldsOf(fields: Readonly<Record<string, Projection>>): Projection {
  return { type: 'object', fields: new Map(Object.entries(fields)) };
}

/** Derives from a schema what must be kept for it. Maps have scalar values; anything unknown counts as a scalar. */
export function projectionOf(schema: unknown): Projection {
  if (schema instanceof z.ZodOptional) return projectionOf(schema.unwrap());
  if (schema instanceof z.ZodArray) return { type: 'array', element: projectionOf(schema.element) };
  if (schema instanceof z.ZodRecord)
    return { type: 'map', wants: wantedKeys.get(schema)?.wants ?? (() => true) };
  if (!(schema instanceof z.ZodObject)) return SCALAR;
  const fields = Object.entries(schema.shape).map(([name, field]) => [name, projectionOf(field)] as const);
  return { type: 'object', fields: new Map(fields) };
}

/** Keeps what either keeps. @throws TypeError when the two disagree about the type of a field */
export function eitherOf(a: Projection, b: Projection): Projection {
  if (a.type === 'object' && b.type === 'object')
    return { type: 'object', fields: mergeFields(a.fields, b.fields) };
  if (a.type === 'array' && b.type === 'array')
    return { type: 'array', element: eitherOf(a.element, b.element) };
  if (a.type === 'map' && b.type === 'map') {
    return { type: 'map', wants: (key) => a.wants(key) || b.wants(key) };
  }
  if (a.type !== b.type) throw new TypeError(`a field is ${a.type} in one kind and ${b.type} in another`);
  return a;
}

function mergeFields(
  a: ReadonlyMap<string, Projection>,
  b: ReadonlyMap<string, Projection>,
): ReadonlyMap<string, Projection> {
  const merged = new Map(a);
  for (const [name, field] of b) {
    const known = merged.get(name);
    merged.set(name, known === undefined ? field : eitherOf(known, field));
  }
  return merged;
}

/** What is kept of the value below `key`; `undefined` when nothing is. */
export function childOf(projection: Projection, key: string): Projection | undefined {
  if (projection.type === 'object') return projection.fields.get(key);
  if (projection.type === 'map') return key !== '__proto__' && projection.wants(key) ? SCALAR : undefined;
  return undefined;
}

/** True when the value is a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Cuts a value. `null` becomes absent, in objects and in arrays. A container where a scalar or another container
 * is expected becomes an empty one, so that validation names the wrong type without anyone reading the content.
 *
 * @param share - what to do with every string that is kept
 */
export function project(
  value: unknown,
  projection: Projection,
  share = (text: string): string => text,
): unknown {
  if (typeof value === 'string') return share(value);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  if (!Array.isArray(value)) return projectFields(value, projection, share);
  if (projection.type !== 'array') return [];
  return value
    .filter((element) => element != null)
    .map((element) => project(element, projection.element, share));
}

function projectFields(value: object, projection: Projection, share: (text: string) => string): unknown {
  const kept: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const child = childOf(projection, key);
    if (child !== undefined && member != null) kept[share(key)] = project(member, child, share);
  }
  return kept;
}
