import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  labelKeyError,
  labelValueError,
  parseInt64,
  subdomainError,
} from '../../../../shared/domain/placement/label-syntax.ts';

describe('parseInt64', () => {
  it.each([
    ['5', 5],
    ['+5', 5],
    ['-5', -5],
    ['007', 7],
    ['0', 0],
    ['9007199254740993', 9007199254740993n],
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    ['00000000000000000000005', 5n],
  ])('reads %j as ParseInt(text, 10, 64) does', (text, expected) => {
    expect(parseInt64(text)).toEqual(expected);
  });

  it.each([
    '',
    ' 5',
    '5 ',
    '5.0',
    '1e3',
    '0x10',
    '1_000',
    'five',
    '+',
    '--5',
    '9223372036854775808',
    '-9223372036854775809',
    '٥',
  ])('does not read %j', (text) => {
    expect(parseInt64(text)).toBeUndefined();
  });

  it('keeps the order of any two 64-bit integers', () => {
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(int64, int64, (left, right) => {
        const [a, b] = [parseInt64(`${left}`), parseInt64(`${right}`)];
        if (a === undefined || b === undefined) return false;
        return a < b === left < right && a > b === left > right;
      }),
    );
  });
});

describe('label syntax', () => {
  it.each([
    'a',
    'A1',
    'a-b_c.d',
    'x'.repeat(63),
    'example.com/a',
    'kubernetes.io/os',
    `${'a.'.repeat(126)}b/c`,
    '1/2',
  ])('takes the key %j', (key) => {
    expect(labelKeyError(key)).toBeUndefined();
  });

  it.each([
    '',
    '/',
    'a/',
    '/a',
    '-a',
    'a-',
    'a b',
    'ä',
    'a/b/c',
    'Example.com/a',
    'a..b/c',
    'x'.repeat(64),
    `${'a.'.repeat(127)}b/c`,
  ])('refuses the key %j', (key) => {
    expect(labelKeyError(key)).toBe(`'${key}' is not a label key`);
  });

  it.each(['', 'a', '0', 'a.b-c_d', 'x'.repeat(63)])('takes the value %j', (value) => {
    expect(labelValueError(value)).toBeUndefined();
  });

  it.each(['-1', '+1', 'a.', 'a/b', ' ', 'a\n', 'ä'])('refuses the value %j', (value) => {
    expect(labelValueError(value)).toBe(`'${value}' is not a label value`);
  });

  it('refuses a value of more than 63 characters', () => {
    expect(labelValueError('x'.repeat(64))).toBe('must be no more than 63 characters');
  });

  it.each([
    ['node-1.example', undefined],
    ['a'.repeat(253), undefined],
    ['a'.repeat(254), 'must be no more than 253 characters'],
    ['Node', "'Node' is not a lowercase DNS name"],
    ['', "'' is not a lowercase DNS name"],
    ['a.-b', "'a.-b' is not a lowercase DNS name"],
  ])('judges the name %j', (name, expected) => {
    expect(subdomainError(name)).toBe(expected);
  });
});
