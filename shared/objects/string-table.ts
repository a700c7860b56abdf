const MAX_BYTES = 64;
/** Numbers of slots: few for a small file, more once they do not do. Powers of two. */
const SIZES: readonly number[] = [128, 1024, 8192];

/**
 * Turns the bytes between two quotes of checked JSON into a string, and gives the same string for the same short
 * bytes again: without decoding (most strings of a dump repeat), and shared by all objects that hold it.
 *
 * Bounded: 8192 strings of up to 64 bytes, about 1 MiB. A string that is hit in between survives one collision.
 */
export class StringTable {
  #slots = 0;
  #strings: string[] = [];
  #bytes = new Uint8Array(0);
  #lengths = new Uint8Array(0);
  #used = new Uint8Array(0);
  /** Strings that may still be decoded until the table grows. */
  #room = 0;

  /** The string of `bytes` from `start` up to `end`, which are the positions behind and at its quotes. */
  text(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length > MAX_BYTES) return decode(bytes, start, end);
    if (length === 0) return '';
    const slot = hash(bytes, start, end) & (this.#slots - 1);
    if (this.#lengths[slot] === length && this.#holds(slot, bytes, start)) {
      this.#used[slot] = 1;
      return this.#strings[slot] as string;
    }
    const text = decode(bytes, start, end);
    this.#room -= 1;
    if (this.#room < 0) this.#grow();
    else if (this.#used[slot] === 1) this.#used[slot] = 0;
    else this.#keep(slot, bytes.subarray(start, end), text);
    return text;
  }

  /** Begins anew with more slots, as long as there are more. */
  #grow(): void {
    const slots = SIZES.find((size) => size > this.#slots);
    this.#room = Number.POSITIVE_INFINITY;
    if (slots === undefined) return;
    this.#slots = slots;
    this.#strings = new Array<string>(slots).fill('');
    this.#bytes = new Uint8Array(slots * MAX_BYTES);
    this.#lengths = new Uint8Array(slots);
    this.#used = new Uint8Array(slots);
    this.#room = 2 * slots;
  }

  #holds(slot: number, bytes: Buffer, start: number): boolean {
    const kept = this.#bytes;
    const base = slot * MAX_BYTES;
    const length = this.#lengths[slot] as number;
    for (let i = 0; i < length; i += 1) if (kept[base + i] !== bytes[start + i]) return false;
    return true;
  }

  #keep(slot: number, bytes: Uint8Array, text: string): void {
    this.#bytes.set(bytes, slot * MAX_BYTES);
    this.#lengths[slot] = bytes.length;
    this.#strings[slot] = text;
  }
}

function hash(bytes: Buffer, start: number, end: number): number {
  let value = end - start;
  for (let i = start; i < end; i += 1) value = Math.imul(value ^ (bytes[i] as number), 0x01000193);
  return value ^ (value >>> 15);
}

function decode(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  return text.includes('\\') ? JSON.parse(`"${text}"`) : text;
}
