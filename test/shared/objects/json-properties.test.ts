import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aDocument, chunkSizes } from './arbitraries.ts';
import { messageOf, readJson } from './read-all.ts';
import { type Expected, reference } from './reference.ts';

function outcome(text: string | Uint8Array, chunks: readonly number[]): Expected {
  try {
    return readJson(text, ...chunks).objects;
  } catch (error) {
    if (error instanceof Error && error.name === 'InputMalformedError') return 'malformed';
    throw error;
  }
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Several documents one behind the other, the one thing that we read and JSON.parse does not; bounded by the texts' size. */
function parseSeveral(text: string): unknown[] | undefined {
  if (text.trim() === '') return [];
  for (let end = 1; end <= text.length; end += 1) {
    const first = parse(text.slice(0, end));
    const rest = first === undefined ? undefined : parseSeveral(text.slice(end));
    if (first !== undefined && rest !== undefined) return [first.value, ...rest];
  }
  return undefined;
}

/** Writes characters as escapes, each a different way. */
const escaped = (json: string, every: number) => {
  let i = 0;
  return json.replaceAll(/[a-zé😀]/gu, (char) => {
    i += 1;
    if (i % every !== 0) return char;
    return [...Array(char.length).keys()]
      .map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join('');
  });
};
/** Only inside strings: literals and numbers cannot be escaped. */
const escapeStrings = (json: string, every: number) =>
  json.replaceAll(/"(?:[^"\\]|\\.)*"/gu, (string) =>
    string.includes('\\') ? string : escaped(string, every),
  );

const SMALL = JSON.stringify(
  {
    apiVersion: 'v1',
    items: [
      {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: 'né', labels: { a: 'b\n' } },
        x: [1.5e3, true, null, { y: '\u0001' }],
      },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p', namespace: 'a', labels: { 'kubevirt.io': 'virt-handler' } },
      },
    ],
    kind: 'List',
  },
  null,
  1,
);

describe('createJsonObjectReader', () => {
  it('gives what JSON.parse and a plain projection give, however the text is written and cut', () => {
    fc.assert(
      fc.property(
        aDocument,
        fc.nat({ max: 4 }),
        fc.integer({ min: 1, max: 30 }),
        chunkSizes,
        (document, indent, every, chunks) => {
          const json = escapeStrings(JSON.stringify(document, null, indent), every);
          expect(outcome(json, chunks)).toEqual(reference(JSON.parse(json)));
        },
      ),
      { numRuns: 1_500 },
    );
  });

  it('reads several documents like each alone', () => {
    fc.assert(
      fc.property(fc.array(aDocument, { maxLength: 3 }), chunkSizes, (documents, chunks) => {
        const each = documents.map((document) => reference(JSON.parse(JSON.stringify(document))));
        const expected = each.includes('malformed') ? 'malformed' : each.flat();
        expect(outcome(documents.map((one) => JSON.stringify(one)).join(''), chunks)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a list that is cut off, wherever', () => {
    const bytes = Buffer.from(SMALL);
    for (let length = 1; length < bytes.length; length += 1) {
      expect(messageOf(() => readJson(bytes.subarray(0, length), 7))).toContain('ends in the middle of');
    }
  });

  it('accepts a broken text only when JSON.parse does, and then reads the same', () => {
    const change = fc.record({
      at: fc.nat(),
      byte: fc.integer({ min: 0, max: 255 }),
      way: fc.constantFrom('put', 'insert', 'drop'),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), chunkSizes, (changes, chunks) => {
        const bytes = [...Buffer.from(SMALL)];
        for (const { at, byte, way } of changes) {
          bytes.splice(at % bytes.length, way === 'insert' ? 0 : 1, ...(way === 'drop' ? [] : [byte]));
        }
        const text = Buffer.from(bytes);
        const documents = parseSeveral(text.toString('utf8').replace(/^\ufeff/, ''));
        const each = documents?.map(reference) ?? ['malformed'];
        expect(outcome(text, chunks)).toEqual(each.includes('malformed') ? 'malformed' : each.flat());
      }),
      { numRuns: 1_500 },
    );
  });
});
