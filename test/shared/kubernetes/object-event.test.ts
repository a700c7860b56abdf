import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutBytes, microTime, toEventResource } from '../../../shared/kubernetes/object-event.ts';
import { at } from '../../support/incidents.ts';

const NODE = { apiVersion: 'v1', kind: 'Node', namespace: '', name: 'node02', uid: '' };
const bytes = (text: string): number => Buffer.byteLength(text);

describe('an Event', () => {
  it('is within the limits of the API, whatever it says', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 2_000, size: 'max' });
    fc.assert(
      fc.property(anyText, (text) => {
        const resource = toEventResource(
          {
            name: 'a',
            regarding: NODE,
            related: undefined,
            type: 'Normal',
            reason: text,
            action: text,
            note: text,
            at: at('2026-08-22T10:00:00Z'),
          },
          'default',
          { controller: 'kubevirt-orphans.dev/notify', instance: text },
        ) as Record<string, string>;
        expect(bytes(resource['note'] ?? '')).toBeLessThanOrEqual(1_024);
        for (const field of ['reason', 'action', 'reportingInstance']) {
          expect(bytes(resource[field] ?? '')).toBeLessThanOrEqual(128);
          expect(bytes(resource[field] ?? '')).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('has a time with six digits', () => {
    expect(microTime(at('2026-08-22T10:00:00.5Z'))).toBe('2026-08-22T10:00:00.500000Z');
  });
});

describe('cutBytes', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abc…'],
    ['ééééé', 10, 'ééééé'],
    ['éééééé', 10, 'ééé…'],
    ['a😀😀', 8, 'a😀…'],
    ['😀😀', 6, '…'],
  ])('cuts %s to %i bytes: %s', (text, limit, expected) => {
    expect(cutBytes(text, limit)).toBe(expected);
    expect(bytes(cutBytes(text, limit))).toBeLessThanOrEqual(limit);
  });

  it('never cuts within a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 3, max: 40 }), (text, limit) => {
        const cut = cutBytes(text, limit);
        expect(bytes(cut)).toBeLessThanOrEqual(limit);
        expect(text.startsWith(cut.replace(/…$/, '')) || cut === text).toBe(true);
      }),
    );
  });
});
