import { readdirSync, readFileSync } from 'node:fs';
import { CORE_SCHEMA, load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { readJson, readYaml } from './read-all.ts';
import { reference } from './reference.ts';

const CASES = new URL('./cases/', import.meta.url);
const files = readdirSync(CASES).filter((name) => name.endsWith('.yaml'));

describe('createYamlObjectReader reads real objects', () => {
  it('of which there are some', () => expect(files.length).toBeGreaterThan(5));

  it.each(files)('like js-yaml and a plain projection: %s', (file) => {
    const text = readFileSync(new URL(file, CASES), 'utf8');
    expect(readYaml(text, 50).objects).toEqual(reference(load(text, { schema: CORE_SCHEMA })));
  });

  it('in one list like alone, and like the same list as JSON', () => {
    const texts = files.map((file) => readFileSync(new URL(file, CASES), 'utf8'));
    const entries = texts.map((text) => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`).join('');
    const list = {
      apiVersion: 'v1',
      items: texts.map((text) => load(text, { schema: CORE_SCHEMA })),
      kind: 'List',
    };
    const expected = texts.flatMap((text) => readYaml(text).objects);
    expect(expected.length).toBeGreaterThan(4);
    expect(readYaml(`apiVersion: v1\nitems:\n${entries}kind: List\n`, 99).objects).toEqual(expected);
    expect(readJson(JSON.stringify(list, null, 4), 99).objects).toEqual(expected);
  });
});
