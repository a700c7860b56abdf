import type { InputMalformedError } from '../errors/errors.ts';
import {
  AFTER_ELEMENT,
  AFTER_MEMBER,
  BROKEN,
  byteText,
  CLOSE,
  COLON,
  END_QUOTE,
  expectation,
  FIRST_ACTION,
  FIRST_KEY,
  FIRST_VALUE,
  KEY_QUOTE,
  LITERAL_END,
  LITERAL_VALUES,
  MINUS,
  mayEnd,
  middleOf,
  NEWLINE,
  NEXT,
  NUMBER_END,
  NUMBER_START,
  NUMBER_STATE,
  OPEN_ARRAY,
  OPEN_OBJECT,
  PLAIN,
  STRING,
  TOP,
  TOP_TIGHT,
  VALUE,
  VALUE_QUOTE,
} from './json-grammar.ts';
import { JsonTokens, MAX_KEY_BYTES, MAX_TEXT_BYTES } from './json-tokens.ts';
import type { JsonVisitor } from './json-visitor.ts';
import { brokenText, cutShort, type Position, tooLarge } from './malformed.ts';

const MAX_DEPTH = 1000;
const SPACE = 0x20;
/** Eight spaces, read as one number: a third of an indented text is indentation. */
const EIGHT_SPACES = new DataView(new Uint8Array(8).fill(SPACE).buffer).getFloat64(0);

/** Reads JSON as a push automaton over bytes: no recursion, no memory besides one wanted text and 1000 levels. */
export class JsonScanner {
  readonly #source: string;
  readonly #visitor: JsonVisitor;
  readonly #tokens = new JsonTokens();
  /** The state behind a value, for each open container; [0] is the top. */
  readonly #after = new Uint8Array(MAX_DEPTH + 1).fill(TOP_TIGHT, 0, 1);
  #state = TOP;
  #depth = 0;
  /** The depth at which skipping began; 0 when nothing is skipped. */
  #skipFrom = 0;
  /** The state behind the string that is being read. */
  #afterString = TOP;
  #capturing = false;
  /** Bytes before this chunk, the line, and where it starts. */
  #base = 0;
  #line = 1;
  #lineStart = 0;

  constructor(source: string, visitor: JsonVisitor) {
    this.#source = source;
    this.#visitor = visitor;
  }

  /** Takes the next bytes, from `from` on. */
  scan(bytes: Buffer, from: number): void {
    this.#run(bytes, from);
    this.#base += bytes.length;
  }

  /** Says that there is no more. */
  end(): void {
    const state = this.#state;
    if (this.#depth > 0 || !mayEnd(state)) throw cutShort(this.#source, this.#position(0), middleOf(state));
  }

  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the one hot loop, a flat dispatch on the next step
  // biome-ignore lint/complexity/noExcessiveLinesPerFunction: so that position, state and mode stay in registers
  #run(bytes: Buffer, from: number): void {
    const length = bytes.length;
    const after = this.#after;
    const visitor = this.#visitor;
    const table = NEXT;
    const plain = PLAIN;
    let state = this.#state;
    let behind = this.#afterString;
    let skipping = this.#skipFrom > 0;
    let start = this.#capturing ? from : -1;
    let i = from;
    const wide = new DataView(bytes.buffer, bytes.byteOffset, length);
    const last8 = length - 8;
    while (i < length) {
      if (state === STRING) {
        while (i < length && plain[bytes[i] as number] === 1) i += 1;
        if (i === length) break;
      }
      const next = table[(state << 8) | (bytes[i] as number)] as number;
      i += 1;
      if (next < FIRST_ACTION) {
        state = next;
      } else if (next === END_QUOTE) {
        state = behind;
        if (start >= 0 && behind === COLON)
          visitor.key(this.#tokens.text(bytes, start, i - 1, MAX_KEY_BYTES));
        else if (start >= 0) visitor.scalar(this.#wanted(bytes, start, i - 1));
        start = -1;
        // The same step as above, once more without the way around: mostly a colon or a comma.
        const follows = i + 1 < length ? (table[(state << 8) | (bytes[i] as number)] as number) : BROKEN;
        if (follows < FIRST_ACTION) {
          state = follows;
          i += state === VALUE && bytes[i + 1] === SPACE ? 2 : 1;
        }
      } else if (next === NEWLINE) {
        this.#line += 1;
        this.#lineStart = this.#base + i;
        if (state === TOP_TIGHT) state = TOP;
        while (i <= last8 && wide.getFloat64(i) === EIGHT_SPACES) i += 8;
        while (i < length && bytes[i] === SPACE) i += 1;
      } else if (next === KEY_QUOTE) {
        behind = COLON;
        if (!skipping) start = i;
        state = STRING;
      } else if (next === VALUE_QUOTE) {
        behind = after[this.#depth] as number;
        if (!skipping && visitor.wanted) start = i;
        state = STRING;
      } else if (next === CLOSE) {
        this.#close();
        skipping = this.#skipFrom > 0;
        state = after[this.#depth] as number;
      } else if (next === OPEN_OBJECT || next === OPEN_ARRAY) {
        this.#open(next === OPEN_ARRAY, i - 1);
        skipping = this.#skipFrom > 0;
        state = next === OPEN_ARRAY ? FIRST_VALUE : FIRST_KEY;
      } else if (next === NUMBER_START) {
        state = NUMBER_STATE[bytes[i - 1] as number] as number;
        if (!skipping && visitor.wanted) start = i - 1;
      } else if (next === NUMBER_END) {
        i -= 1;
        state = after[this.#depth] as number;
        if (start >= 0) visitor.scalar(Number(this.#wanted(bytes, start, i)));
        start = -1;
      } else if (next === LITERAL_END) {
        if (!skipping && visitor.wanted) visitor.scalar(LITERAL_VALUES.get(state) ?? null);
        state = after[this.#depth] as number;
      } else {
        throw this.#broken(state, bytes, i - 1);
      }
    }
    this.#state = state;
    this.#afterString = behind;
    this.#capturing = start >= 0;
    if (start >= 0) this.#keep(bytes, start);
  }

  #open(isArray: boolean, at: number): void {
    if (this.#depth === MAX_DEPTH) {
      throw brokenText(this.#source, this.#position(at), `nested deeper than ${MAX_DEPTH} levels`);
    }
    this.#depth += 1;
    this.#after[this.#depth] = isArray ? AFTER_ELEMENT : AFTER_MEMBER;
    const wanted = this.#skipFrom > 0 || this.#visitor.open(isArray, this.#position(at));
    if (!wanted) this.#skipFrom = this.#depth;
  }

  #close(): void {
    if (this.#skipFrom === 0) this.#visitor.close();
    else if (this.#skipFrom === this.#depth) this.#skipFrom = 0;
    this.#depth -= 1;
  }

  /** The wanted string or number that ends at `end`. */
  #wanted(bytes: Buffer, start: number, end: number): string {
    const text = this.#tokens.text(bytes, start, end, MAX_TEXT_BYTES);
    if (text === undefined) throw this.#tooLong(end);
    return text;
  }

  /** Keeps the beginning of a token for the next chunk; of a key only as much as can matter. */
  #keep(bytes: Buffer, start: number): void {
    const isKey = this.#state < MINUS && this.#afterString === COLON;
    if (isKey) this.#tokens.keep(bytes, start, MAX_KEY_BYTES);
    else if (!this.#tokens.keep(bytes, start, MAX_TEXT_BYTES)) throw this.#tooLong(bytes.length);
  }

  #broken(state: number, bytes: Buffer, at: number): InputMalformedError {
    const found = byteText(bytes[at] as number);
    return brokenText(this.#source, this.#position(at), `expected ${expectation(state)}, found ${found}`);
  }

  #tooLong(at: number): InputMalformedError {
    return tooLarge(this.#source, this.#position(at), `${this.#visitor.path()} is longer than 1 MiB`);
  }

  #position(at: number): Position {
    return { byte: this.#base + at, line: this.#line, column: this.#base + at - this.#lineStart + 1 };
  }
}
