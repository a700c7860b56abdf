/** FNV-1a of 64 bits: the offset basis, and what its prime (2^40 + PRIME_LOW) has below bit 40. */
const OFFSET_HIGH = 0xcbf29ce4;
const OFFSET_LOW = 0x84222325;
const PRIME_LOW = 0x1b3;
const TWO_32 = 2 ** 32;
/** Ends each part: no byte of UTF-8. */
const SEPARATOR = 0xff;

/**
 * A fingerprint of texts in their order, each as its UTF-8 bytes and a byte that ends it: FNV-1a of 64 bits. Not a
 * defence against forgery: two inputs with the same fingerprint can be made on purpose.
 *
 * @returns 16 hexadecimal digits
 * @see draft-eastlake-fnv
 */
export function fingerprintOf(parts: readonly Uint8Array[]): string {
  let [high, low] = [OFFSET_HIGH, OFFSET_LOW];
  for (const bytes of parts) {
    for (const byte of [...bytes, SEPARATOR]) {
      const mixed = ((low ^ byte) >>> 0) * PRIME_LOW;
      high = (high * PRIME_LOW + ((low ^ byte) >>> 0) * 256 + Math.floor(mixed / TWO_32)) % TWO_32;
      low = mixed % TWO_32;
    }
  }
  return `${hex(high)}${hex(low)}`;
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
