import { isSameJson } from '../../../../shared/domain/same-json.ts';
import { badRequest, patchRefused } from '../api/api-status.ts';
import { isObject } from '../api/kube-object.ts';

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

type Container = Record<string, unknown> | unknown[];

/**
 * Lays a JSON Patch (RFC 6902) on a value.
 *
 * @throws ApiStatusError 422 for an operation that does not fit, a `test` that fails too; 400 for what is no patch
 * Source: github.com/evanphx/json-patch as apiserver `pkg/endpoints/handlers/patch.go` uses it
 */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch))
    throw badRequest(`json: cannot unmarshal ${typeof patch} into Go value of type jsonpatch.Patch`);
  const root = { document: structuredClone(target) };
  for (const operation of patch as Operation[]) apply(root, operation);
  return root.document;
}

function apply(root: { document: unknown }, { op, path, from = '', value }: Operation): void {
  switch (op) {
    case 'test':
      if (!isSameJson(read(root, path) ?? null, value ?? null)) throw patchRefused();
      return;
    case 'add':
      write(root, path, { value, insert: true });
      return;
    case 'replace':
      if (read(root, path) === undefined) throw patchRefused();
      write(root, path, { value, insert: false });
      return;
    case 'remove':
      remove(root, path);
      return;
    case 'copy':
      write(root, path, { value: structuredClone(demand(read(root, from))), insert: true });
      return;
    case 'move': {
      const moved = demand(read(root, from));
      remove(root, from);
      write(root, path, { value: moved, insert: true });
      return;
    }
    default:
      throw patchRefused();
  }
}

function demand(value: unknown): unknown {
  if (value === undefined) throw patchRefused();
  return value;
}

function steps(path: string): readonly string[] {
  if (path === '') return [];
  if (!path.startsWith('/')) throw patchRefused();
  return path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(root: { document: unknown }, path: string): unknown {
  let value = root.document;
  for (const step of steps(path)) value = memberOf(value, step);
  return value;
}

function memberOf(value: unknown, step: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(step) ? value[Number(step)] : undefined;
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

/** The container that the last step is in: it has to be there. */
function parentOf(root: { document: unknown }, path: string): readonly [Container, string] {
  const way = steps(path);
  const last = way.at(-1);
  if (last === undefined) throw patchRefused();
  let parent = root.document;
  for (const step of way.slice(0, -1)) parent = memberOf(parent, step);
  if (!Array.isArray(parent) && !isObject(parent)) throw patchRefused();
  return [parent as Container, last];
}

function write(
  root: { document: unknown },
  path: string,
  { value, insert }: { readonly value: unknown; readonly insert: boolean },
): void {
  if (path === '') {
    root.document = value;
    return;
  }
  const [parent, last] = parentOf(root, path);
  if (!Array.isArray(parent)) {
    parent[last] = value;
    return;
  }
  const index = last === '-' ? parent.length : indexIn(parent, last, insert);
  parent.splice(index, insert ? 0 : 1, value);
}

function indexIn(list: readonly unknown[], step: string, insert: boolean): number {
  const index = /^\d+$/.test(step) ? Number(step) : Number.NaN;
  if (!(index < list.length + (insert ? 1 : 0))) throw patchRefused();
  return index;
}

function remove(root: { document: unknown }, path: string): void {
  if (read(root, path) === undefined) throw patchRefused();
  const [parent, last] = parentOf(root, path);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
}
