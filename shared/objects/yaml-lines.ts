import { TokenBytes } from './token-bytes.ts';

const LF = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;
const CR = 0x0d;
const HASH = 0x23;
const DASH = 0x2d;

/** One line: `bytes` from `start` up to `end`, without its newline; a carriage return may be left. */
export interface Line {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** Counts from 1. */
  readonly number: number;
  /** Leading spaces. */
  readonly indent: number;
}

/** Receives lines. After `flush` the bytes of the lines so far are no longer valid. */
export interface LineSink {
  line(line: Line): void;
  flush(): void;
}

/** Cuts chunks into lines. A line longer than the limit is cut off one byte behind it, so that nobody holds it. */
export class YamlLines {
  readonly #sink: LineSink;
  readonly #maxBytes: number;
  readonly #carry = new TokenBytes();
  #number = 0;

  constructor(sink: LineSink, maxBytes: number) {
    this.#sink = sink;
    this.#maxBytes = maxBytes;
  }

  /** Takes the next bytes, from `from` on. */
  write(bytes: Buffer, from: number): void {
    const length = bytes.length;
    let start = from;
    let end = from;
    for (;;) {
      // Lines are short: a loop here is faster than a call of indexOf for each.
      while (end < length && bytes[end] !== LF) end += 1;
      if (end === length) break;
      if (this.#carry.length > 0) this.#carried(bytes.subarray(start, end));
      else this.#line(bytes, start, Math.min(end, start + this.#maxBytes + 1));
      end += 1;
      start = end;
    }
    this.#hold(bytes.subarray(start));
    this.#sink.flush();
  }

  /** Gives the last line, which may lack its newline. */
  end(): void {
    if (this.#carry.length > 0) this.#carried(Buffer.alloc(0));
  }

  #carried(rest: Uint8Array): void {
    this.#hold(rest);
    const whole = this.#carry.take();
    this.#line(whole, 0, whole.length);
    this.#sink.flush();
  }

  #hold(bytes: Uint8Array): void {
    const free = this.#maxBytes + 1 - this.#carry.length;
    this.#carry.append(bytes.subarray(0, Math.max(0, free)));
  }

  #line(bytes: Buffer, start: number, end: number): void {
    this.#number += 1;
    this.#sink.line(toLine(bytes, start, end, this.#number));
  }
}

/** Measures a line. */
export function toLine(bytes: Buffer, start: number, end: number, number: number): Line {
  let at = start;
  while (at < end && bytes[at] === SPACE) at += 1;
  return { bytes, start, end, number, indent: at - start };
}

function isSpaceAt({ bytes, end }: Line, at: number): boolean {
  const byte = bytes[at];
  return at >= end || byte === SPACE || byte === TAB || byte === CR;
}

/** True for a line of spaces, or of spaces and a comment. */
export function isEmpty(line: Line): boolean {
  const { bytes, start, end, indent } = line;
  let at = start + indent;
  while (at < end && isSpaceAt(line, at)) at += 1;
  return at === end || bytes[at] === HASH;
}

/** True for an entry of a block sequence. */
export function isEntry(line: Line): boolean {
  const at = line.start + line.indent;
  return at < line.end && line.bytes[at] === DASH && isSpaceAt(line, at + 1);
}

/** True for `---` and `...` (three times `byte`), which end a document wherever they stand at the beginning of a line. */
export function isMarker(line: Line, byte: number): boolean {
  const { bytes, start, end } = line;
  if (line.indent > 0 || end - start < 3 || !isSpaceAt(line, start + 3)) return false;
  return bytes[start] === byte && bytes[start + 1] === byte && bytes[start + 2] === byte;
}

/** The text of a line behind its indentation. */
export function lineText({ bytes, start, end, indent }: Line): string {
  return bytes.toString('utf8', start + indent, end).trimEnd();
}
