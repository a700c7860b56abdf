import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from '../../../shared/domain/glob.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 6 });

describe('a pattern', () => {
  it.each([
    ['edge-*', 'edge-1', true],
    ['edge-*', 'edge-', true],
    ['edge-*', 'core-1', false],
    ['edge-?', 'edge-1', true],
    ['edge-?', 'edge-12', false],
    ['edge-?', 'edge-', false],
    ['*.example.test', 'a.b.example.test', true],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a.b', 'axb', false],
    ['*a*b', 'aab', true],
    ['*a*b', 'aba', false],
  ])('%j of %j: %j', (glob, name, expected) => {
    expect(matchesGlob(glob, name)).toBe(expected);
  });

  it('is what a regular expression says that is written for it', () => {
    fc.assert(
      fc.property(pattern, text, (glob, name) => {
        const source = glob.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        expect(matchesGlob(glob, name)).toBe(new RegExp(`^${source}$`).test(name));
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes no longer for being malicious', () => {
    expect(matchesGlob(`${'*a'.repeat(120)}b`, 'a'.repeat(253))).toBe(false);
  });
});
