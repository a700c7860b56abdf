/** One operation of a JSON Patch (RFC 6902). */
export interface PatchOperation {
  readonly op: 'test' | 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/** The way to a value: member names and indices. */
export type Path = readonly (string | number)[];

export type Container = Record<string | number, unknown>;

/** The value at a path of a document; `undefined` when it is missing or `null`. */
export function valueAt(document: unknown, path: Path): unknown {
  let value = document;
  for (const step of path) {
    if (!isContainer(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value ?? undefined;
}

/** Writes a path as a JSON Pointer (RFC 6901): `~` and `/` in a step are escaped. */
export function pointer(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Whether it is a map or a list. */
export function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

/** Whether two values of JSON are the same, in whatever order the members of a map are. */
export function isSameValue(left: unknown, right: unknown): boolean {
  if (!isContainer(left) || !isContainer(right)) return left === right;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isSameValue(left[key], right[key]))
  );
}

/** What a JSON Patch makes of a document, which is not changed; `undefined` where it does not apply or a test fails. */
export function patched<T extends object>(document: T, operations: readonly PatchOperation[]): T | undefined {
  const copy = structuredClone(document);
  return operations.every((operation) => apply(copy, operation)) ? copy : undefined;
}

function apply(document: object, { op, path, value }: PatchOperation): boolean {
  const steps = path.split('/').slice(1).map(unescaped);
  const last = steps.pop();
  const parent = valueAt(document, steps);
  if (last === undefined || !isContainer(parent)) return false;
  const isThere = Object.hasOwn(parent, last);
  if (op === 'test') return isThere && isSameValue(parent[last], value);
  if (op !== 'add' && !isThere) return false;
  if (Array.isArray(parent)) return applyToList(parent, op, last, value);
  if (op === 'remove') delete parent[last];
  else parent[last] = structuredClone(value);
  return true;
}

function applyToList(list: unknown[], op: PatchOperation['op'], last: string, value: unknown): boolean {
  const index = last === '-' ? list.length : Number(last);
  if (!Number.isInteger(index) || index > list.length) return false;
  const items = op === 'remove' ? [] : [structuredClone(value)];
  list.splice(index, op === 'add' ? 0 : 1, ...items);
  return true;
}

function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
