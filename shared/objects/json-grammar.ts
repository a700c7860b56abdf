/**
 * JSON as a table: state and byte give the next state, or an action for the scanner. All of RFC 8259 is in it,
 * so that what is skipped is checked as strictly as what is kept.
 */

/** Between documents; behind a document without a space; and what may come next inside one. */
export const TOP = 0;
export const TOP_TIGHT = 1;
export const VALUE = 2;
export const FIRST_VALUE = 3;
export const FIRST_KEY = 4;
export const KEY = 5;
export const COLON = 6;
export const AFTER_MEMBER = 7;
export const AFTER_ELEMENT = 8;
/** Inside a string; the five states behind it are inside an escape. */
export const STRING = 9;
const ESCAPE = 10;
const HEX = 11;
/** Inside a number: these and the states up to `EXPONENT_DIGITS`. */
export const MINUS = 15;
const ZERO = 16;
const INTEGER = 17;
const DOT = 18;
const FRACTION = 19;
const EXPONENT = 20;
const EXPONENT_SIGN = 21;
const EXPONENT_DIGITS = 22;
/** Inside `true`, `false` and `null`: one state for each character that is still to come. */
const LITERALS = ['true', 'false', 'null'] as const;
const LITERAL = 23;

/** Everything from here on is an action, not a state. */
export const FIRST_ACTION = 40;
export const NEWLINE = 40;
export const KEY_QUOTE = 41;
export const VALUE_QUOTE = 42;
export const END_QUOTE = 43;
export const OPEN_OBJECT = 44;
export const OPEN_ARRAY = 45;
export const CLOSE = 46;
export const NUMBER_START = 47;
export const NUMBER_END = 48;
/** `true`, `false` and `null` end: their last character was read. */
export const LITERAL_END = 49;
export const BROKEN = 63;

/** The values that end at `LITERAL_END`, by the state they end in. */
export const LITERAL_VALUES: ReadonlyMap<number, boolean | null> = new Map([
  [LITERAL + 2, true],
  [LITERAL + 6, false],
  [LITERAL + 9, null],
]);

/** `NEXT[(state << 8) | byte]`. */
export const NEXT = buildTable();
/** 1 for the bytes of a string that need no look: neither quote, backslash nor control character. */
export const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte >= 0x20 && byte !== 0x22 && byte !== 0x5c),
);
/** The first state of a number, by its first byte. */
export const NUMBER_STATE = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0x2d) return MINUS;
  return byte === 0x30 ? ZERO : INTEGER;
});

function buildTable(): Uint8Array {
  const table = new Uint8Array(FIRST_ACTION << 8).fill(BROKEN);
  const on = (state: number, bytes: string, next: number): void => {
    for (const byte of bytes) table[(state << 8) | byte.charCodeAt(0)] = next;
  };
  for (let state = TOP; state <= AFTER_ELEMENT; state += 1) {
    on(state, ' \t\r', state === TOP_TIGHT ? TOP : state);
    on(state, '\n', NEWLINE);
  }
  for (const state of [TOP, TOP_TIGHT, VALUE, FIRST_VALUE]) {
    on(state, '{', OPEN_OBJECT);
    on(state, '[', OPEN_ARRAY);
  }
  for (const state of [TOP, VALUE, FIRST_VALUE]) {
    on(state, '"', VALUE_QUOTE);
    on(state, '-0123456789', NUMBER_START);
    on(state, 't', LITERAL);
    on(state, 'f', LITERAL + 3);
    on(state, 'n', LITERAL + 7);
  }
  on(FIRST_VALUE, ']', CLOSE);
  on(FIRST_KEY, '}', CLOSE);
  on(FIRST_KEY, '"', KEY_QUOTE);
  on(KEY, '"', KEY_QUOTE);
  on(COLON, ':', VALUE);
  on(AFTER_MEMBER, ',', KEY);
  on(AFTER_MEMBER, '}', CLOSE);
  on(AFTER_ELEMENT, ',', VALUE);
  on(AFTER_ELEMENT, ']', CLOSE);
  addStrings(table, on);
  addNumbers(on);
  addLiterals(on);
  return table;
}

type On = (state: number, bytes: string, next: number) => void;

function addStrings(table: Uint8Array, on: On): void {
  table.fill(STRING, (STRING << 8) | 0x20, (STRING + 1) << 8);
  on(STRING, '"', END_QUOTE);
  on(STRING, '\\', ESCAPE);
  on(ESCAPE, '"\\/bfnrt', STRING);
  on(ESCAPE, 'u', HEX);
  for (let digit = 0; digit < 4; digit += 1) {
    on(HEX + digit, '0123456789abcdefABCDEF', digit === 3 ? STRING : HEX + digit + 1);
  }
}

function addNumbers(on: On): void {
  const digits = '0123456789';
  for (const state of [ZERO, INTEGER, FRACTION, EXPONENT_DIGITS]) on(state, ' \t\r\n,]}', NUMBER_END);
  on(MINUS, '0', ZERO);
  on(MINUS, '123456789', INTEGER);
  on(INTEGER, digits, INTEGER);
  for (const state of [ZERO, INTEGER]) on(state, '.', DOT);
  for (const state of [DOT, FRACTION]) on(state, digits, FRACTION);
  for (const state of [ZERO, INTEGER, FRACTION]) on(state, 'eE', EXPONENT);
  on(EXPONENT, '+-', EXPONENT_SIGN);
  for (const state of [EXPONENT, EXPONENT_SIGN, EXPONENT_DIGITS]) on(state, digits, EXPONENT_DIGITS);
}

function addLiterals(on: On): void {
  let state = LITERAL;
  for (const literal of LITERALS) {
    for (const letter of literal.slice(1, -1)) {
      on(state, letter, state + 1);
      state += 1;
    }
    on(state, literal.slice(-1), LITERAL_END);
    state += 1;
  }
}

/** True when a text may end in this state, outside of everything: a number needs no end of its own. */
export function mayEnd(state: number): boolean {
  return state === TOP || state === TOP_TIGHT || [ZERO, INTEGER, FRACTION, EXPONENT_DIGITS].includes(state);
}

/** What is expected in a state, for an error message. */
export function expectation(state: number): string {
  if (state >= LITERAL) return 'true, false or null';
  if (state >= MINUS) return 'a number';
  if (state >= ESCAPE) return 'an escape sequence';
  return EXPECTED[state] ?? 'JSON';
}

const EXPECTED: readonly string[] = [
  'a JSON document',
  'the end of the text, or another JSON document',
  'a value',
  'a value or "]"',
  'a key or "}"',
  'a key',
  'a colon',
  'a comma or "}"',
  'a comma or "]"',
  'a string without control characters',
];

/** What a text that ends in this state ends in the middle of. */
export function middleOf(state: number): string {
  if (state >= LITERAL) return 'a literal';
  if (state >= MINUS) return 'a number';
  if (state >= STRING) return 'a string';
  return state === FIRST_VALUE || state === AFTER_ELEMENT ? 'an array' : 'an object';
}

/** A byte as an error shows it. */
export function byteText(byte: number): string {
  return byte > 0x20 && byte < 0x7f
    ? `"${String.fromCharCode(byte)}"`
    : `byte 0x${byte.toString(16).padStart(2, '0')}`;
}
