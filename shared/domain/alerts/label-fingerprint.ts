import { fingerprintOf } from '../fingerprint.ts';

/**
 * The fingerprint that Prometheus and Alertmanager give a set of labels: FNV-1a over names and values in the order of the
 * names. For senders that leave it out; the same labels have the same fingerprint, whoever computes it.
 *
 * @returns 16 hexadecimal digits
 * @see prometheus/common `model/signature.go`, labelSetToFingerprint
 */
export function labelFingerprint(labels: Readonly<Record<string, string>>): string {
  const encoder = new TextEncoder();
  // Ordered by bytes, as Go does: code units of UTF-16 sort otherwise beyond the basic plane.
  const pairs = Object.entries(labels).map(([name, value]) => [encoder.encode(name), encoder.encode(value)]);
  pairs.sort(([a = EMPTY], [b = EMPTY]) => compareBytes(a, b));
  return fingerprintOf(pairs.flat());
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
