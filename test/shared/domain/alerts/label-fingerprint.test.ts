import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelFingerprint } from '../../../../shared/domain/alerts/label-fingerprint.ts';

/** The definition, with whole numbers of any size. */
function byDefinition(labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  let hash = 0xcbf29ce484222325n;
  for (const byte of sorted.flatMap(([name, value]) => [
    ...Buffer.from(name),
    0xff,
    ...Buffer.from(value),
    0xff,
  ]))
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, '0');
}

describe('labelFingerprint', () => {
  it('of no labels is the offset basis of FNV-1a', () => {
    expect(labelFingerprint({})).toBe('cbf29ce484222325');
  });

  it('is FNV-1a of 64 bits over names and values, whatever they are and in whatever order', () => {
    const labels = fc.dictionary(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(labels, (any) => {
        expect(labelFingerprint(any)).toBe(byDefinition(any));
        expect(labelFingerprint(Object.fromEntries(Object.entries(any).reverse()))).toBe(
          labelFingerprint(any),
        );
      }),
    );
  });
});
