import { isMap, isSameJson } from '../same-json.ts';
import type { Addition, ClusterChange } from './cluster-change.ts';
import { PatchDraft, type PatchOperation, type Path, pointer } from './json-patch.ts';

/** A patch, as far as it is only additions: what a program may write. */
export type AdditivePatch = Pick<Extract<ClusterChange, { readonly action: 'patch' }>, 'operations'> & {
  readonly additions: readonly Addition[];
};

/** The operations that an object needs as it is now, or why there are none. */
export type Rebased =
  | { readonly kind: 'operations'; readonly operations: readonly PatchOperation[] }
  /** What the change was judged by is not there any more. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * A list that excludes everything when it is empty, and nothing when it is missing: an item of it is neither put where
 * the list is gone, nor taken out as the last one. Source: k8s.io/component-helpers nodeaffinity, NewNodeSelector.
 */
const EXCLUDING_LIST = 'nodeSelectorTerms';

/** How much of what is added is in an object. */
export function presenceOf(additions: readonly Addition[], object: object): 'made' | 'absent' | 'partly' {
  const draft = new PatchDraft(object);
  const there = additions.filter((addition) => isThere(draft, addition)).length;
  if (there === additions.length) return 'made';
  return there === 0 ? 'absent' : 'partly';
}

/**
 * The operations that put what is missing of a change into an object as it is now. Parents may have been made meanwhile and
 * lists may have grown, so they are not those of the change. A member that has another value by now is somebody's.
 */
export function operationsToAdd(object: object, change: AdditivePatch): Rebased {
  const draft = new PatchDraft(object);
  for (const addition of change.additions) {
    if (isThere(draft, addition)) continue;
    const obstacle = obstacleTo(draft, addition);
    if (obstacle !== undefined) return { kind: 'refused', message: obstacle };
    if (lostItsList(draft, addition, change)) return { kind: 'conflict' };
    if (addition.kind === 'item') draft.append(addition.path, [addition.value]);
    else draft.set(addition.path, addition.value);
  }
  return { kind: 'operations', operations: draft.operations };
}

/**
 * The operations that take out of an object what is still there as the change put it in, and the parents that the change
 * made, when nothing else is in them. What others changed or took out stays as they left it.
 */
export function operationsToRemove(object: object, change: AdditivePatch): Rebased {
  const draft = new PatchDraft(object);
  for (const addition of change.additions.toReversed()) {
    if (!isThere(draft, addition)) continue;
    draft.removeTested(wayTo(draft, addition));
    removeEmptyParents(draft, addition, change.operations);
    if (excludesAll(draft, addition))
      return {
        kind: 'refused',
        message: `${pointer(addition.path)} would have no item left, which matches no node`,
      };
  }
  return { kind: 'operations', operations: draft.operations };
}

/** Of the parents, only those that the change made. */
function removeEmptyParents(
  draft: PatchDraft,
  addition: Addition,
  operations: readonly PatchOperation[],
): void {
  const { path, kind } = addition;
  const outermost = depthOfMade(addition, operations);
  for (let depth = kind === 'item' ? path.length : path.length - 1; depth >= outermost; depth -= 1) {
    const parent = path.slice(0, depth);
    if (!isEmpty(draft.read(parent))) return;
    draft.removeTested(parent);
  }
}

function isThere(draft: PatchDraft, { path, kind, value }: Addition): boolean {
  const found = draft.read(path);
  if (kind === 'member') return isSameJson(found, value);
  return Array.isArray(found) && found.some((item) => isSameJson(item, value));
}

/** The way to an addition that is there. Of equal items the last one: ours was put behind those of others. */
function wayTo(draft: PatchDraft, { path, kind, value }: Addition): Path {
  if (kind === 'member') return path;
  const list = draft.read(path) as readonly unknown[];
  return [...path, list.findLastIndex((item) => isSameJson(item, value))];
}

/** What is where the addition is to be, and is not ours to change. */
function obstacleTo(draft: PatchDraft, { path, kind }: Addition): string | undefined {
  const parents = path.slice(1).map((_, index) => path.slice(0, index + 1));
  const odd = parents.find((parent) => !isMap(draft.read(parent) ?? {}));
  if (odd !== undefined) return `${pointer(odd)} is no map`;
  const found = draft.read(path);
  if (found === undefined || (kind === 'item' && Array.isArray(found))) return undefined;
  return kind === 'item' ? `${pointer(path)} is no list` : `${pointer(path)} has another value by now`;
}

/** Whether the list had items when the change was judged, has none now, and an item of ours would exclude all others. */
function lostItsList(draft: PatchDraft, { path, kind }: Addition, { operations }: AdditivePatch): boolean {
  if (kind !== 'item' || path.at(-1) !== EXCLUDING_LIST || !isEmpty(draft.read(path) ?? [])) return false;
  const appended = pointer([...path, '-']);
  return operations.some((operation) => operation.path === appended);
}

function excludesAll(draft: PatchDraft, { path }: Addition): boolean {
  const left = draft.read(path);
  return path.at(-1) === EXCLUDING_LIST && Array.isArray(left) && left.length === 0;
}

/** How many steps lead to the outermost parent that the change made; more than there are when it made none. */
function depthOfMade({ path }: Addition, operations: readonly PatchOperation[]): number {
  const added = new Set(operations.filter(({ op }) => op === 'add').map((operation) => operation.path));
  const depths = path.map((_, index) => index + 1);
  return depths.find((depth) => added.has(pointer(path.slice(0, depth)))) ?? path.length + 1;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
