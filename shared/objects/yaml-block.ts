import { type Line, toLine } from './yaml-lines.ts';

/** The most that one object, or one document without its items, may take, in bytes. etcd takes 1.5 MiB. */
export const MAX_BLOCK_BYTES = 16 * 1024 * 1024;
const FIRST_CAPACITY = 1 << 14;
const LF = 0x0a;
const SPACE = 0x20;

/** The lines of one object. Reused for the next one. */
export class YamlBlock {
  #bytes: Buffer = Buffer.alloc(FIRST_CAPACITY);
  #length = 0;
  /** Number of lines held, and where a run of consecutive lines begins: [index in the block, number in the text]. */
  #count = 0;
  #runs: [number, number][] = [];

  /** True while nothing was added. */
  get empty(): boolean {
    return this.#count === 0;
  }

  /** The number of the first line; 1 when there is none. */
  get firstLine(): number {
    return this.#runs[0]?.[1] ?? 1;
  }

  /** Adds a line, with its first `blanked` bytes behind the indentation made spaces. @returns false when it is too much */
  add({ bytes, start, end, indent, number }: Line, blanked = 0): boolean {
    const needed = this.#length + end - start + 1;
    if (needed > MAX_BLOCK_BYTES) return false;
    if (needed > this.#bytes.length) this.#grow(needed);
    bytes.copy(this.#bytes, this.#length, start, end);
    this.#bytes.fill(SPACE, this.#length + indent, this.#length + indent + blanked);
    this.#bytes[needed - 1] = LF;
    this.#length = needed;
    if (number !== this.lineNumber(this.#count)) this.#runs.push([this.#count, number]);
    this.#count += 1;
    return true;
  }

  /** Forgets all lines. */
  clear(): void {
    this.#length = 0;
    this.#count = 0;
    this.#runs = [];
    if (this.#bytes.length > FIRST_CAPACITY << 4) this.#bytes = Buffer.alloc(FIRST_CAPACITY);
  }

  /** The number in the whole text of a line of this block; `index` counts from 0. */
  lineNumber(index: number): number {
    const [from, number] = this.#runs.findLast(([first]) => first <= index) ?? [index, 0];
    return number + index - from;
  }

  /** The lines, each with its index in the block as its number. */
  *lines(): Generator<Line> {
    let start = 0;
    for (let index = 0; index < this.#count; index += 1) {
      const end = this.#bytes.indexOf(LF, start);
      yield toLine(this.#bytes, start, end, index);
      start = end + 1;
    }
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
