import type * as z from 'zod';
import { notifySchema } from './notify-schema.ts';

/** A key of the notification file: a row of the README's table. */
export interface NotifyKey {
  /** Its path: `[]` is any item of a list, `*` any key, and a channel's type stands in its place. */
  readonly key: string;
  readonly unit: string;
  /** As it would be written; empty when it may be left out; `needed` when it may not. */
  readonly default: string;
  readonly allowed: string;
  readonly what: string;
}

/** Every key of the file, read from the schema that it is checked with, in its order. */
export function notifyReference(): readonly NotifyKey[] {
  const rows = keysOf(
    notifySchema(() => 'never read'),
    '',
  ).map((row) => [row.key, row] as const);
  return [...new Map(rows).values()];
}

function keysOf(schema: z.core.$ZodType, path: string): readonly NotifyKey[] {
  const meta = (schema as z.ZodType).meta?.();
  if (typeof meta?.['what'] === 'string') return [toKey(path, meta)];
  const { def } = schema._zod as { readonly def: z.core.$ZodTypeDef & Readonly<Record<string, unknown>> };
  switch (def.type) {
    case 'object':
      return Object.entries(def['shape'] as Readonly<Record<string, z.core.$ZodType>>).flatMap(([key, it]) =>
        keysOf(it, path === '' ? key : `${path}.${key}`),
      );
    case 'array':
      return keysOf(def['element'] as z.core.$ZodType, `${path}[]`);
    case 'record':
      return keysOf(def['valueType'] as z.core.$ZodType, `${path}.*`);
    case 'union':
      return (def['options'] as readonly z.core.$ZodType[]).flatMap((it) => keysOf(it, path));
    case 'optional':
      return keysOf(def['innerType'] as z.core.$ZodType, path);
    case 'pipe':
      return keysOf(def['in'] as z.core.$ZodType, path);
    default:
      return [];
  }
}

function toKey(key: string, meta: Readonly<Record<string, unknown>>): NotifyKey {
  const text = (name: string) => String(meta[name] ?? '');
  return {
    key,
    unit: text('unit'),
    default: meta['default'] === undefined ? 'needed' : text('default'),
    allowed: text('allowed'),
    what: text('what'),
  };
}
