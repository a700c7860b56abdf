import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SizeBudget } from '../../../shared/events/size-budget.ts';

describe('a budget of bytes', () => {
  it('takes the first items that fit, and then what fits into the rest', () => {
    const budget = new SizeBudget(12);
    expect(budget.takeFirst(['aaa', 'bbb', 'c'])).toEqual(['aaa', 'bbb']); // 2 × (5 + 1)
    expect(budget.takeFirst(['', ''])).toEqual([]);
  });

  it('takes the last items that fit, in their order', () => {
    expect(new SizeBudget(8).takeLast(['aaa', 'b', 'c'])).toEqual(['b', 'c']);
  });

  it('counts bytes, not characters', () => {
    expect(new SizeBudget(7).takeFirst(['💥'])).toEqual(['💥']);
    expect(new SizeBudget(6).takeFirst(['💥'])).toEqual([]);
  });

  it('never takes more than there is, and all that comes first', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.nat({ max: 500 }), (items, bytes) => {
        const taken = new SizeBudget(bytes).takeFirst(items);
        expect(items.slice(0, taken.length)).toEqual(taken);
        expect(
          taken.reduce((sum, it) => sum + Buffer.byteLength(JSON.stringify(it)) + 1, 0),
        ).toBeLessThanOrEqual(bytes);
      }),
    );
  });
});
