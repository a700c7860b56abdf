import fc from 'fast-check';
import { CORE_SCHEMA, type DumpOptions, dump, load, loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { aDocument, chunkSizes } from './arbitraries.ts';
import { readYaml } from './read-all.ts';
import { outcome, reference, referenceOfAll } from './reference.ts';

const aStyle: fc.Arbitrary<DumpOptions> = fc.record({
  indent: fc.integer({ min: 1, max: 5 }),
  noArrayIndent: fc.boolean(),
  lineWidth: fc.constantFrom(-1, 10, 20, 80),
  flowLevel: fc.constantFrom(-1, -1, -1, -1, 0, 1, 2, 3, 4, 5),
  quotingType: fc.constantFrom("'", '"'),
  forceQuotes: fc.boolean(),
  sortKeys: fc.boolean(),
  noRefs: fc.boolean(),
});
const OPTIONS = { schema: CORE_SCHEMA, json: true };

/** What js-yaml writes; but not its few texts in flow style that it cannot read back itself, such as `{a: (:]}`. */
function write(document: unknown, style: DumpOptions): string {
  const yaml = dump(document, { schema: CORE_SCHEMA, ...style });
  fc.pre(style.flowLevel === -1 || canRead(yaml));
  return yaml;
}

function canRead(yaml: string): boolean {
  try {
    load(yaml, OPTIONS);
    return true;
  } catch {
    return false;
  }
}

describe('createYamlObjectReader', () => {
  it('gives what js-yaml and a plain projection give for the whole text', () => {
    const newline = fc.constantFrom('\n', '\r\n');
    fc.assert(
      fc.property(aDocument, aStyle, newline, chunkSizes, (document, style, end, chunks) => {
        const yaml = write(document, style).replaceAll('\n', end);
        expect(outcome(() => readYaml(yaml, ...chunks))).toEqual(reference(load(yaml, OPTIONS)));
      }),
      { numRuns: 300 },
    );
  });

  it('reads several documents like each alone', () => {
    const separator = fc.constantFrom(
      '---\n',
      '--- # next\n',
      '...\n---\n',
      '\n---\n# comment\n\n',
      '---\r\n',
    );
    fc.assert(
      fc.property(fc.array(aDocument, { maxLength: 3 }), aStyle, separator, (documents, style, between) => {
        const yaml = `---\n${documents.map((document) => write(document, style)).join(between)}`;
        expect(outcome(() => readYaml(yaml))).toEqual(referenceOfAll(loadAll(yaml, null, OPTIONS)));
      }),
      { numRuns: 80 },
    );
  });

  it('reads JSON, indented or not', () => {
    fc.assert(
      fc.property(aDocument, fc.nat({ max: 4 }), (document, indent) => {
        const json = JSON.stringify(document, null, indent);
        expect(outcome(() => readYaml(json))).toEqual(reference(JSON.parse(json)));
      }),
      { numRuns: 80 },
    );
  });
});
