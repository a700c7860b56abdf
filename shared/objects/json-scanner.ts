import type { InputMalformedError } from '../errors/errors.ts';
import {
  AFTER_ELEMENT,
  AFTER_MEMBER,
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
  VALUE_QUOTE,
} from './json-grammar.ts';
import type { JsonVisitor } from './json-visitor.ts';
import { brokenText, cutShort, type Position, tooLarge } from './malformed.ts';
import { StringTable } from './string-table.ts';
import { TokenBytes } from './token-bytes.ts';

const MAX_DEPTH = 1000;
/** Longest text that is kept, in bytes: an etcd object is limited to 1.5 MiB, a wanted field to a few KiB. */
const MAX_TEXT_BYTES = 1 << 20;
/** Longest key that is looked at: a label's key has at most 317 characters, each at most six bytes as an escape. */
const MAX_KEY_BYTES = 4096;

/** Reads JSON as a push automaton over bytes: no recursion, no memory besides one wanted text and 1000 levels. */
export class JsonScanner {
  readonly #source: string;
  readonly #visitor: JsonVisitor;
  readonly #strings = new StringTable();
  readonly #carry = new TokenBytes();
  /** The state behind a value, for each open container; [0] is the top. */
  readonly #after = new Uint8Array(MAX_DEPTH + 1).fill(TOP_TIGHT, 0, 1);
  #state = TOP;
  #depth = 0;
  /** The depth at which skipping began; 0 when nothing is skipped. */
  #skipFrom = 0;
  /** The state behind the string that is being read. */
  #afterString = TOP;
  #capturing = false;
  /** Bytes before this chunk, newlines so far, and the byte behind the last one. */
  #base = 0;
  #line = 1;
  #lineStart = 0;

  constructor(source: string, visitor: JsonVisitor) {
    this.#source = source;
    this.#visitor = visitor;
  }

  /** Takes the next bytes, from `from` on. */
  scan(bytes: Buffer, from = 0): void {
    this.#run(bytes, from);
    this.#base += bytes.length;
  }

  /** Says that there is no more. */
  end(): void {
    if (this.#depth === 0 && mayEnd(this.#state)) return;
    throw cutShort(this.#source, this.#position(0), middleOf(this.#state));
  }

  // One loop on purpose: state, position and mode stay in registers. Split into methods it was 1.9 times slower.
  // biome-ignore lint/complexity: the hot loop, a dispatch over twelve actions
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
        if (start >= 0) this.#string(bytes, start, i - 1, behind === COLON);
        start = -1;
      } else if (next === NEWLINE) {
        this.#line += 1;
        this.#lineStart = this.#base + i;
        if (state === TOP_TIGHT) state = TOP;
        while (i < length && bytes[i] === 0x20) i += 1;
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
        if (start >= 0) this.#number(bytes, start, i);
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
    if (start >= 0) this.#keep(bytes, start, length);
  }

  #open(isArray: boolean, at: number): void {
    if (this.#depth === MAX_DEPTH) {
      throw brokenText(this.#source, this.#position(at), `nested deeper than ${MAX_DEPTH} levels`);
    }
    this.#depth += 1;
    this.#after[this.#depth] = isArray ? AFTER_ELEMENT : AFTER_MEMBER;
    if (this.#skipFrom === 0 && !this.#visitor.open(isArray, this.#position(at)))
      this.#skipFrom = this.#depth;
  }

  #close(): void {
    if (this.#skipFrom === 0) this.#visitor.close();
    else if (this.#skipFrom === this.#depth) this.#skipFrom = 0;
    this.#depth -= 1;
  }

  #string(bytes: Buffer, start: number, end: number, isKey: boolean): void {
    const length = this.#carry.length + end - start;
    if (isKey && length > MAX_KEY_BYTES) {
      this.#carry.take();
      this.#visitor.key(undefined);
      return;
    }
    if (length > MAX_TEXT_BYTES) throw this.#tooLong(end);
    const text = this.#text(bytes, start, end);
    if (isKey) this.#visitor.key(text);
    else this.#visitor.scalar(text);
  }

  #number(bytes: Buffer, start: number, end: number): void {
    if (this.#carry.length + end - start > MAX_TEXT_BYTES) throw this.#tooLong(end);
    this.#visitor.scalar(Number(this.#text(bytes, start, end)));
  }

  #text(bytes: Buffer, start: number, end: number): string {
    if (this.#carry.length === 0) return this.#strings.text(bytes, start, end);
    this.#carry.append(bytes.subarray(start, end));
    const whole = this.#carry.take();
    return this.#strings.text(whole, 0, whole.length);
  }

  /** Keeps the beginning of a token for the next chunk, as much of it as can matter. */
  #keep(bytes: Buffer, start: number, end: number): void {
    const isKey = this.#state < MINUS && this.#afterString === COLON;
    const free = (isKey ? MAX_KEY_BYTES : MAX_TEXT_BYTES) + 1 - this.#carry.length;
    if (!isKey && end - start > free) throw this.#tooLong(end);
    if (free > 0) this.#carry.append(bytes.subarray(start, Math.min(end, start + free)));
  }

  #broken(state: number, bytes: Buffer, at: number): InputMalformedError {
    const byte = bytes[at] as number;
    const found =
      byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `byte 0x${byte.toString(16)}`;
    return brokenText(
      this.#source,
      this.#position(at),
      `expected ${expectation(state)}, found ${found}`,
    );
  }

  #tooLong(at: number): InputMalformedError {
    return tooLarge(this.#source, this.#position(at), `${this.#visitor.path()} is longer than 1 MiB`);
  }

  #position(at: number): Position {
    const byte = this.#base + at;
    return { byte, line: this.#line, column: byte - this.#lineStart + 1 };
  }
}
