import type * as z from 'zod';

/** A key of a file: a row of the README's table. */
export interface FileKey {
  /** Its path: `[]` is any item of a list, `*` any key, `channels[slack]` a channel of that type. */
  readonly key: string;
  readonly unit: string;
  /** As it would be written; empty when it may be left out; `needed` when it may not. */
  readonly default: string;
  readonly allowed: string;
  readonly what: string;
}

type Node = z.core.$ZodType;
type Definition = Readonly<Record<string, unknown>>;

/** Every key of a file, read from the schema that it is checked with. */
export function keysOfFile(schema: z.ZodType): readonly FileKey[] {
  return keysOf(schema, '', true);
}

function keysOf(schema: Node, path: string, isNeeded: boolean): readonly FileKey[] {
  const meta = (schema as z.ZodType).meta?.();
  if (typeof meta?.['what'] === 'string') return [toKey(path, meta, isNeeded)];
  const def = schema._zod.def as unknown as Definition;
  const inner = (name: string) => def[name] as Node;
  switch (def['type']) {
    case 'object':
      return Object.entries(def['shape'] as Readonly<Record<string, Node>>).flatMap(([key, it]) =>
        keysOf(it, path === '' ? key : `${path}.${key}`, true),
      );
    case 'array':
      return keysOf(inner('element'), `${path}[]`, isNeeded);
    case 'record':
      return keysOf(inner('valueType'), `${path}.*`, isNeeded);
    case 'union':
      return keysOfTypes(def['options'] as readonly Node[], path);
    case 'optional':
      return keysOf(inner('innerType'), path, false);
    case 'pipe':
      return keysOf(inner('in'), path, isNeeded);
    default:
      return [];
  }
}

/** What all types have comes once, then what each has. */
function keysOfTypes(types: readonly Node[], path: string): readonly FileKey[] {
  const perType = types.map((type) => ({ name: typeOf(type), keys: keysOf(type, path, true) }));
  const isCommon = ({ key }: FileKey) => perType.every(({ keys }) => keys.some((it) => it.key === key));
  const own = perType.flatMap(({ name, keys }) =>
    keys
      .filter((it) => !isCommon(it))
      .map((it) => ({ ...it, key: it.key.replace(path, path.replace('[]', `[${name}]`)) })),
  );
  return [...(perType[0]?.keys ?? []).filter(isCommon), ...own];
}

function typeOf(schema: Node): string {
  const { shape } = schema._zod.def as unknown as { readonly shape: { readonly type: Node } };
  const { values } = shape.type._zod.def as unknown as { readonly values: readonly string[] };
  return values.join();
}

function toKey(key: string, meta: Definition, isNeeded: boolean): FileKey {
  const text = (name: string) => String(meta[name] ?? '');
  const usual = isNeeded && meta['default'] === undefined ? 'needed' : text('default');
  return { key, unit: text('unit'), default: usual, allowed: text('allowed'), what: text('what') };
}
