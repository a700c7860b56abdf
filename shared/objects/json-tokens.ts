import { StringTable } from './string-table.ts';
import { TokenBytes } from './token-bytes.ts';

/** Longest text that is kept, in bytes: an etcd object is limited to 1.5 MiB, a wanted field needs a few KiB. */
export const MAX_TEXT_BYTES = 1 << 20;
/** Longest key that is looked at: a label's key has at most 317 characters, each at most six bytes as an escape. */
export const MAX_KEY_BYTES = 4096;

/** Decodes the wanted strings and numbers, also those that go across chunks. */
export class JsonTokens {
  readonly #strings = new StringTable();
  /** The beginning of the token that goes on in the next chunk; at most one byte more than its limit. */
  readonly #carry = new TokenBytes();

  /** The token that ends at `end`, and began at `start` or in an earlier chunk; `undefined` when it is longer than `max` bytes. */
  text(bytes: Buffer, start: number, end: number, max: number): string | undefined {
    const carried = this.#carry.length;
    if (carried === 0) return end - start > max ? undefined : this.#strings.text(bytes, start, end);
    this.#carry.append(bytes.subarray(start, Math.min(end, start + max + 1 - carried)));
    const whole = this.#carry.take();
    return whole.length > max ? undefined : this.#strings.text(whole, 0, whole.length);
  }

  /** Keeps the beginning of a token, from `start` to the end of the chunk. @returns false when it is longer than `max` bytes */
  keep(bytes: Buffer, start: number, max: number): boolean {
    const free = max + 1 - this.#carry.length;
    this.#carry.append(bytes.subarray(start, start + free));
    return this.#carry.length <= max;
  }
}
