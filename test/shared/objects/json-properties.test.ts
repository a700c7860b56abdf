import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aDocument, chunkSizes } from './arbitraries.ts';
import { messageOf, readJson } from './read-all.ts';
import { type Expected, outcome, reference, referenceOfAll } from './reference.ts';

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

/** Items without a kind of their own wait for the list's and come last. */
const sorted = (objects: Expected) =>
  objects === 'malformed' ? objects : objects.toSorted((a, b) => a.kind.localeCompare(b.kind));

/** The text with some bytes put, inserted or dropped. */
const aBrokenText = fc
  .array(
    fc.record({
      at: fc.nat(),
      byte: fc.integer({ min: 0, max: 255 }),
      way: fc.constantFrom('put', 'insert', 'drop'),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((changes) => {
    const bytes = [...Buffer.from(SMALL)];
    for (const { at, byte, way } of changes) {
      bytes.splice(at % bytes.length, way === 'insert' ? 0 : 1, ...(way === 'drop' ? [] : [byte]));
    }
    return Buffer.from(bytes);
  });

describe('createJsonObjectReader', () => {
  it('gives what JSON.parse and a plain projection give, however the text is written and cut', () => {
    const style = fc.record({ indent: fc.nat({ max: 4 }), every: fc.integer({ min: 1, max: 30 }) });
    fc.assert(
      fc.property(aDocument, style, chunkSizes, (document, { indent, every }, chunks) => {
        const json = escapeStrings(JSON.stringify(document, null, indent), every);
        expect(outcome(() => readJson(json, ...chunks))).toEqual(reference(JSON.parse(json)));
      }),
      { numRuns: 200 },
    );
  });

  it('reads several documents like each alone', () => {
    fc.assert(
      fc.property(fc.array(aDocument, { maxLength: 3 }), chunkSizes, (documents, chunks) => {
        const texts = documents.map((document) => JSON.stringify(document));
        const expected = referenceOfAll(texts.map((text) => JSON.parse(text)));
        expect(outcome(() => readJson(texts.join(''), ...chunks))).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a list that is cut off, wherever', () => {
    const bytes = Buffer.from(SMALL);
    for (let length = 1; length < bytes.length; length += 1) {
      expect(messageOf(() => readJson(bytes.subarray(0, length), 7))).toContain('ends in the middle of');
    }
  });

  it('accepts a broken text only when JSON.parse does, and then reads the same', () => {
    fc.assert(
      fc.property(aBrokenText, chunkSizes, (text, chunks) => {
        const documents = parseSeveral(text.toString('utf8').replace(/^\ufeff/, ''));
        const expected = documents === undefined ? 'malformed' : referenceOfAll(documents);
        expect(sorted(outcome(() => readJson(text, ...chunks)))).toEqual(sorted(expected));
      }),
      { numRuns: 300 },
    );
  });
});
