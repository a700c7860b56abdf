import * as z from 'zod';
import { nearest } from './nearest.ts';

/** A key of the file: the row of the README's table. */
export interface KeyRow {
  /** What its number counts, or what kind of value it is. */
  readonly unit: string;
  /** What is allowed, in words: also part of the message when it is not. */
  readonly allowed: string;
  readonly what: string;
  /** As it would be written; what is needed and has none lacks it, what may be left out has an empty one. */
  readonly default?: string;
}

/** What a key may hold: its type's reader answers `undefined` for everything else. */
export interface Leaf<T> {
  readonly row: KeyRow;
  readonly read: (value: unknown) => T | undefined;
  /** Whether a wrong value is shown: never where somebody may have put a secret by mistake. */
  readonly isShown: boolean | 'when short';
  /** The words that are allowed, if it is a word. */
  readonly words?: readonly string[];
}

/** As much of a wrong value is shown. */
const SHOWN_LENGTH = 80;
/** A key as somebody mistypes it; what looks otherwise may be a secret in the wrong place. */
const PLAIN_KEY = /^[A-Za-z]{1,30}$/;

/** A key that must be there. Adds a mistake of its own when it is missing or wrong. */
export function required<T>(leaf: Leaf<T>) {
  return reader(leaf).meta({ ...leaf.row });
}

/** A key that may be left out. */
export function optional<T>(leaf: Leaf<T>) {
  return reader(leaf)
    .optional()
    .meta({ ...leaf.row, default: '' });
}

/** A key that is as told when it is left out. */
export function withDefault<T>(leaf: Leaf<T>, value: T) {
  return reader(leaf)
    .optional()
    .transform((it): T => it ?? value)
    .meta({ ...leaf.row });
}

/** A list of values. `undefined` when it may be, and is, left out. */
export function list<T extends z.ZodType>(
  item: T,
  { min = 1, max }: { readonly min?: number; readonly max: number },
) {
  const size = min === max ? `${min}` : `${min} to ${max}`;
  const wrong = (given: string) => `${given} (allowed: a list of ${size})`;
  const error = (issue: { readonly input?: unknown }) =>
    wrong(issue.input === undefined ? 'is missing' : `is ${kindOf(issue.input)}`);
  return z
    .array(item, { error })
    .min(min, { error: () => wrong('is empty') })
    .max(max, { error: () => wrong('is too long') });
}

/** An object that has these keys and no others. */
export function closed<T extends z.ZodRawShape>(shape: T) {
  const keys = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, keys);
      const given = issue.input === undefined ? 'is missing' : `is ${kindOf(issue.input)}`;
      return `${given} (allowed: an object of ${keys.join(', ')})`;
    },
  });
}

/** One of some words. */
export function word<T extends string>(words: readonly T[], row: Omit<KeyRow, 'allowed' | 'unit'>): Leaf<T> {
  return {
    row: { unit: 'word', allowed: words.join(', '), ...row },
    read: (value) => words.find((it) => it === value),
    isShown: true,
    words,
  };
}

/** A text that a pattern describes. */
export function text(row: KeyRow, isRight: (text: string) => boolean, isShown: boolean): Leaf<string> {
  return {
    row,
    read: (value) => (typeof value === 'string' && isRight(value) ? value : undefined),
    isShown,
  };
}

/** A whole number within bounds. */
export function whole(
  unit: string,
  [fallback, min, max]: readonly [number, number, number],
  what: string,
): Leaf<number> {
  return {
    row: { unit, allowed: `whole number, ${min} to ${max}`, what, default: `${fallback}` },
    read: (value) =>
      Number.isInteger(value) && min <= Number(value) && Number(value) <= max ? Number(value) : undefined,
    isShown: 'when short',
  };
}

/** Yes or no. */
export function flag(fallback: boolean | undefined, what: string): Leaf<boolean> {
  return {
    row: { unit: 'flag', allowed: 'true, false', what, default: `${fallback ?? ''}` },
    read: (value) => (typeof value === 'boolean' ? value : undefined),
    isShown: 'when short',
  };
}

/** What is wrong with a value, without its path. */
export function wrongValue({ row, isShown, words }: Leaf<unknown>, value: unknown): string {
  const allowed = `(allowed: ${row.allowed})`;
  if (value === undefined) return `is missing ${allowed}`;
  const meant = typeof value === 'string' ? nearest(value, words ?? []) : undefined;
  const hint = meant === undefined ? '' : `, did you mean ${meant}?`;
  return `${isShown === true || (isShown !== false && isShort(value)) ? `${shown(value)} is not allowed` : 'is wrong'}${hint} ${allowed}`;
}

/** A number, or a text such as `1h` or `yes`: too short for a secret. */
function isShort(value: unknown): boolean {
  return typeof value !== 'string' || /^[A-Za-z0-9.]{1,6}$/.test(value);
}

/** A value in as few characters as tell which it is. */
export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return kindOf(value);
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > SHOWN_LENGTH ? `${json.slice(0, SHOWN_LENGTH)}…` : json;
}

function reader<T>(leaf: Leaf<T>) {
  return z.unknown().transform((value, context): T => {
    const read = leaf.read(value);
    if (read !== undefined) return read;
    context.issues.push({ code: 'custom', message: wrongValue(leaf, value), input: undefined });
    return z.NEVER;
  });
}

function unknownKeys(found: readonly string[], known: readonly string[]): string {
  return found
    .map((key) => {
      const meant = nearest(key, known);
      const hint = meant === undefined ? '' : `, did you mean ${meant}?`;
      return `unknown key ${PLAIN_KEY.test(key) ? key : '(not shown)'}${hint} (allowed: ${known.join(', ')})`;
    })
    .join(', ');
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
