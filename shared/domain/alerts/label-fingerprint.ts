/** FNV-1a of 64 bits: the offset basis, and what its prime (2^40 + PRIME_LOW) has below bit 40. */
const OFFSET_HIGH = 0xcbf29ce4;
const OFFSET_LOW = 0x84222325;
const PRIME_LOW = 0x1b3;
const TWO_32 = 2 ** 32;
/** Ends each name and each value: no byte of UTF-8. */
const SEPARATOR = 0xff;

/**
 * The fingerprint that Prometheus and Alertmanager give a set of labels: FNV-1a over names and values in the order of the
 * names. For senders that leave it out; the same labels have the same fingerprint, whoever computes it.
 *
 * @returns 16 hexadecimal digits
 * @see prometheus/common `model/signature.go`, labelSetToFingerprint; draft-eastlake-fnv
 */
export function labelFingerprint(labels: Readonly<Record<string, string>>): string {
  const encoder = new TextEncoder();
  // Ordered by bytes, as Go does: code units of UTF-16 sort otherwise beyond the basic plane.
  const pairs = Object.entries(labels).map(([name, value]) => [encoder.encode(name), encoder.encode(value)]);
  pairs.sort(([a = EMPTY], [b = EMPTY]) => compareBytes(a, b));
  let [high, low] = [OFFSET_HIGH, OFFSET_LOW];
  for (const bytes of pairs.flat()) {
    for (const byte of [...bytes, SEPARATOR]) {
      const mixed = ((low ^ byte) >>> 0) * PRIME_LOW;
      high = (high * PRIME_LOW + ((low ^ byte) >>> 0) * 256 + Math.floor(mixed / TWO_32)) % TWO_32;
      low = mixed % TWO_32;
    }
  }
  return `${hex(high)}${hex(low)}`;
}

const EMPTY = new Uint8Array();

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
