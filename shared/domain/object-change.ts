/** What happened to an object, as a watch tells it. */
export const CHANGE_VERBS = ['add', 'update', 'delete'] as const;
export type ChangeVerb = (typeof CHANGE_VERBS)[number];

/** What a raw event says: look here. Only a hint; the verdict comes from reading the cluster again. */
export interface ObjectChange {
  readonly verb: ChangeVerb;
  readonly kind: string;
  /** Empty for a cluster-scoped object. */
  readonly namespace: string;
  readonly name: string;
  /**
   * The object, its last state when it was deleted; `undefined` when only its name is known. What is in it was not
   * checked: read it with `fieldOf` and `textOf`, to which a wrong type is the same as nothing.
   */
  readonly object: unknown;
}

/**
 * What a change means. `matters` is all of the object that a judgement could depend on: while it stays the same, another
 * event about the object is noise. `every-node` is the smallest honest set where nothing tells the node.
 */
export type Concern =
  | { readonly kind: 'nothing'; readonly why: string }
  | { readonly kind: 'look-up' }
  | { readonly kind: 'nodes'; readonly nodes: readonly string[]; readonly matters: string }
  | { readonly kind: 'every-node'; readonly matters: string };

/** The value at a path of an object of unknown shape; `undefined` when there is none. */
export function fieldOf(object: unknown, ...path: readonly string[]): unknown {
  let value = object;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/** The text at a path of an object of unknown shape; empty when there is none. */
export function textOf(object: unknown, ...path: readonly string[]): string {
  const value = fieldOf(object, ...path);
  return typeof value === 'string' ? value : '';
}

/** The list at a path of an object of unknown shape; empty when there is none. */
export function listOf(object: unknown, ...path: readonly string[]): readonly unknown[] {
  const value = fieldOf(object, ...path);
  return Array.isArray(value) ? value : [];
}

/** One text of several values, the same for the same values. */
export function mattersOf(...values: readonly unknown[]): string {
  return JSON.stringify(values);
}

/** Status and time of the last change of a condition: a flap between two events leaves another time. */
export function conditionMark(object: unknown, type: string): readonly unknown[] {
  const condition = listOf(object, 'status', 'conditions').find((it) => fieldOf(it, 'type') === type);
  return [
    fieldOf(condition, 'status'),
    fieldOf(condition, 'lastTransitionTime'),
    fieldOf(condition, 'reason'),
  ];
}
