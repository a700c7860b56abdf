import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, isPlainLine, plainLine } from '../../../../shared/domain/notifications/plain-line.ts';

describe('a plain line', () => {
  it.each([
    ['a\r\nb\tc', 'a b c'],
    ['  a   b  ', 'a b'],
    ['a\u0000\u001B[31mb\u0085c\u2028d', 'a [31mb c d'],
    ['invoice\u202Egnp.exe', 'invoice gnp.exe'],
    ['a\u2066b\u200Bc\uFEFF', 'a b c'],
    ['half \uD83D here', 'half here'],
    ['whole \u{1F600}', 'whole \u{1F600}'],
    ['\n', ''],
  ])('of %j is %j', (text, expected) => {
    expect(plainLine(text, 100)).toBe(expected);
  });

  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['ab\u{1F600}d', 4, 'ab…'],
    ['ab\u{1F600}d', 5, 'ab\u{1F600}d'],
    ['ab', 1, '…'],
  ])('of %j with room for %i ends where a character does', (text, room, expected) => {
    expect(clip(text, room)).toBe(expected);
  });

  it('is one, whatever it was made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 50 }), (text, room) => {
        const line = plainLine(text, room);
        expect(line.length).toBeLessThanOrEqual(room);
        expect(isPlainLine(line)).toBe(true);
      }),
    );
  });

  it.each(['a\nb', '\u202E', '\uD800'])('is not %j', (text) => {
    expect(isPlainLine(text)).toBe(false);
  });
});
