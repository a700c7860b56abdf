import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHeaderValue, encodeHeaderValue } from '../../../shared/http/header-value.ts';

describe('the value of a header', () => {
  it.each([
    ['', ''],
    ['plain text', 'plain text'],
    ['Euro%20%E2%82%AC%20%F0%9F%98%80', 'Euro € 😀'],
    ['unnecessarily%2Dencoded', 'unnecessarily-encoded'],
    ['%2520', '%20'],
    ['"quoted \\"text\\""', 'quoted "text"'],
    ['"', '"'],
  ])('%j is the attribute %j', (value, attribute) => {
    expect(decodeHeaderValue('ce-x', value)).toBe(attribute);
  });

  it.each(['%C0%A0', '%ED%A0%80', '%', '%zz', 'ü', '\t', '\u007f'])('%j is refused', (value) => {
    expect(() => decodeHeaderValue('ce-x', value)).toThrow(
      expect.objectContaining({ code: 'EVENT_INVALID' }),
    );
  });

  it('comes back as the text that was written, and is printable ASCII without spaces', () => {
    const wholeText = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(wholeText, (text) => {
        const value = encodeHeaderValue('x', text);
        expect(value).toMatch(/^[\x21\x23-\x7e]*$/);
        expect(decodeHeaderValue('x', value)).toBe(text);
      }),
    );
  });

  it('is not written for half of a surrogate pair', () => {
    expect(() => encodeHeaderValue('x', '\ud800')).toThrow(
      expect.objectContaining({ code: 'EVENT_INVALID' }),
    );
  });
});
