import { matchesGlob } from '../domain/glob.ts';

/** A `match` as the file has it, which may be wrong. */
export type LooseMatch = Readonly<Record<string, unknown>>;

/**
 * Tells whether all that `later` matches is surely matched by `earlier` too: each condition of `earlier` is one of `later` as
 * well, and allows all that `later` allows. Says no when it cannot be told.
 */
export function coversAll(earlier: LooseMatch, later: LooseMatch): boolean {
  return Object.entries(earlier).every(([field, values]) => {
    if (field === 'nodeLabels') return coversLabels(values, later[field]);
    if (field === 'nodes' && Array.isArray(values) && values.includes('*')) return true;
    return coversValues(values, later[field]);
  });
}

function coversLabels(earlier: unknown, later: unknown): boolean {
  if (!isObject(earlier) || !isObject(later)) return false;
  return Object.entries(earlier).every(
    ([key, values]) => Object.hasOwn(later, key) && (values === '*' || coversValues(values, later[key])),
  );
}

function coversValues(earlier: unknown, later: unknown): boolean {
  if (!Array.isArray(earlier) || !Array.isArray(later) || later.length === 0) return false;
  return later.every((value) => earlier.some((pattern) => coversValue(pattern, value)));
}

/** A pattern with wildcards is covered by the same one, or by a plain prefix of it: `edge-*` covers `edge-1*`. */
function coversValue(pattern: unknown, value: unknown): boolean {
  if (pattern === value) return true;
  if (typeof pattern !== 'string' || typeof value !== 'string') return false;
  // A `?` of the earlier one would take the `*` of the later one for one character.
  return (!/[*?]/.test(value) || !pattern.includes('?')) && matchesGlob(pattern, value);
}

function isObject(value: unknown): value is LooseMatch {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
