import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivedId } from '../../../shared/events/derived-id.ts';
import { MAX_ID_LENGTH } from '../../../shared/events/event-attributes.ts';

const LONG = 'x'.repeat(600);
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 480, maxLength: 540 }));

describe('an id of ours that follows from somebody else’s', () => {
  it.each([
    [{ id: 'ask-1' }, 'a.ask-1'],
    [{ id: 'b.c%d é' }, 'a.b.c%d é'],
    [{ source: 'https://10.96.0.1:443', id: '7' }, 'a.https%3A%2F%2F10.96.0.1%3A443.7'],
    [{ source: 'b', id: 'c.d%e' }, 'a.b.c%2Ed%25e'],
    [{ source: '\ud800é😀', id: '7' }, 'a.%D800%C3%A9%F0%9F%98%80.7'],
  ])('of %j is %s', (of, expected) => {
    expect(derivedId('a', of)).toBe(expected);
  });

  it('that is too long keeps its beginning, and still differs from any other', () => {
    const [one, other] = ['1', '2'].map((end) => derivedId('a', { id: `${LONG}${end}` }));
    expect(one).toHaveLength(MAX_ID_LENGTH);
    expect(one).toMatch(/^a\.x{400,}\.[0-9a-f]{64}$/);
    expect(one).not.toBe(other);
    // Not even from one that somebody makes up to be the same.
    expect(derivedId('a', { id: one?.slice('a.'.length) ?? '' })).not.toBe(one);
  });

  it('is not cut through a character', () => {
    for (const text of ['😀'.repeat(300), `x${'😀'.repeat(300)}`])
      expect(derivedId('a', { id: text })).not.toMatch(/\p{Surrogate}/u);
  });

  it('is never too long', () => {
    fc.assert(
      fc.property(text, text, (source, id) => {
        expect(derivedId('a', { source, id }).length).toBeLessThanOrEqual(MAX_ID_LENGTH);
      }),
    );
  });

  it('is another wherever the source ends, and for another id', () => {
    const parts = fc.string({ unit: fc.constantFrom('.', '%', '2', 'E', 'D800', '\ud800'), maxLength: 8 });
    const cuts = fc.nat({ max: 8 });
    fc.assert(
      fc.property(parts, cuts, cuts, (whole, one, other) => {
        const ids = [one, other].map((at) =>
          derivedId('a', { source: whole.slice(0, at), id: whole.slice(at) }),
        );
        const isSame = Math.min(one, whole.length) === Math.min(other, whole.length);
        expect(ids[0] === ids[1]).toBe(isSame);
      }),
      { numRuns: 1_000 },
    );
  });
});
