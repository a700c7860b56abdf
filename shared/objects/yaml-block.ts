import { type Line, toLine } from './yaml-lines.ts';

/** The most that one object, or one document without its items, may take, in bytes. etcd takes 1.5 MiB. */
export const MAX_BLOCK_BYTES = 16 * 1024 * 1024;
const FIRST_CAPACITY = 1 << 12;
const LF = 0x0a;
const SPACE = 0x20;
const NOTHING = Buffer.alloc(0);

/** The lines of one object. Reused for the next one. */
export class YamlBlock {
  #bytes: Buffer = Buffer.alloc(FIRST_CAPACITY);
  #length = 0;
  /** Added but not copied yet: consecutive lines of a chunk are copied together. */
  #chunk: Buffer = NOTHING;
  #from = 0;
  #to = 0;
  /** Lines held, the number of the next one in the whole text if it follows, and where numbers jump: [index, number]. */
  #count = 0;
  #next = -1;
  #jumps: [number, number][] = [];
  #blanked = '';
  #blankedAt = 0;

  /** True while nothing was added. */
  get empty(): boolean {
    return this.#count === 0;
  }

  /** The number of the first line; 1 when there is none. */
  get firstLine(): number {
    return this.#jumps[0]?.[1] ?? 1;
  }

  /** Adds a line; its first `blanked` bytes behind the indentation become spaces. @returns false when it is too much */
  add({ bytes, start, end, indent, number }: Line, blanked: number): boolean {
    if (this.#length + this.#to - this.#from + end - start >= MAX_BLOCK_BYTES) return false;
    if (bytes !== this.#chunk || start !== this.#to) {
      this.flush();
      this.#chunk = bytes;
      this.#from = start;
    }
    this.#to = end + 1;
    if (number !== this.#next) this.#jumps.push([this.#count, number]);
    this.#count += 1;
    this.#next = number + 1;
    if (blanked > 0) {
      this.flush();
      const at = this.#length - (end - start) - 1 + indent;
      this.#blankedAt = at;
      this.#blanked = this.#bytes.toString('latin1', at, at + blanked);
      this.#bytes.fill(SPACE, at, at + blanked);
    }
    return true;
  }

  /** Copies what was added, so that the chunk may be reused. */
  flush(): void {
    const length = this.#length + this.#to - this.#from;
    if (length > this.#bytes.length) this.#grow(length);
    if (this.#to > this.#from) {
      this.#chunk.copy(this.#bytes, this.#length, this.#from, this.#to);
      // The last line of a text, or one that was cut off, has no newline of its own.
      this.#bytes[length - 1] = LF;
    }
    this.#length = length;
    this.#chunk = NOTHING;
    this.#from = 0;
    this.#to = 0;
  }

  /** Forgets all lines. */
  clear(): void {
    this.#length = 0;
    this.#chunk = NOTHING;
    this.#from = 0;
    this.#to = 0;
    this.#count = 0;
    this.#next = -1;
    this.#jumps = [];
    this.#blanked = '';
    this.#blankedAt = 0;
    if (this.#bytes.length > FIRST_CAPACITY << 6) this.#bytes = Buffer.alloc(FIRST_CAPACITY);
  }

  /** The number in the whole text of a line of this block; `index` counts from 0. */
  lineNumber(index: number): number {
    const [from, number] = this.#jumps.findLast(([first]) => first <= index) ?? [0, 1];
    return number + index - from;
  }

  /** Visits the lines, each with its index in the block as its number, until one is answered with false. */
  visit(visitor: (line: Line) => boolean): void {
    this.flush();
    const bytes = this.#bytes;
    let start = 0;
    for (let index = 0; index < this.#count; index += 1) {
      let end = start;
      while (bytes[end] !== LF) end += 1;
      if (!visitor(toLine(bytes, start, end, index))) return;
      start = end + 1;
    }
  }

  /** The whole text as it was, with what `add` made spaces. */
  original(): string {
    return `${this.text(0, this.#blankedAt)}${this.#blanked}${this.text(this.#blankedAt + this.#blanked.length)}`;
  }

  /** The text from byte `start` up to `end`. */
  text(start = 0, end = this.#length): string {
    return this.#bytes.toString('utf8', start, end);
  }

  #grow(needed: number): void {
    const larger = Buffer.alloc(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
