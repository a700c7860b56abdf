import { describe, expect, it } from 'vitest';
import { aLauncher, aNode, messageOf, readJson } from './read-all.ts';

const list = (...items: unknown[]) => JSON.stringify({ apiVersion: 'v1', items, kind: 'List' });
const node = (json: string) => `{"apiVersion":"v1","kind":"Node","metadata":{"name":"n"},"x":${json}}`;
const launcher = (more: object) => list(aNode('n'), aLauncher('web-1', more));

describe('createJsonObjectReader refuses broken text', () => {
  it.each([
    ['{"a":1,}', 'dump, byte 7 (line 1, column 8): expected a key, found "}"'],
    ['{\n  "a" 1}', 'dump, byte 8 (line 2, column 7): expected a colon, found "1"'],
    ['[1 2]', 'dump, byte 3 (line 1, column 4): expected a comma or "]", found "2"'],
    ['[1,]', 'expected a value, found "]"'],
    ['[}', 'expected a value or "]", found "}"'],
    ['{"a":[1}', 'expected a comma or "]", found "}"'],
    ['{"a":1]', 'expected a comma or "}", found "]"'],
    ['{]', 'expected a key or "}", found "]"'],
    ['{} x', 'expected a JSON document, found "x"'],
    ['{}}', 'expected the end of the text, or another JSON document, found "}"'],
    ['{}1', 'expected the end of the text, or another JSON document, found "1"'],
    [node('tru}'), 'expected true, false or null, found "}"'],
    [node('01'), 'expected a number, found "1"'],
    [node('1.'), 'expected a number, found "}"'],
    [node('-'), 'expected a number, found "}"'],
    [node('1e+'), 'expected a number'],
    [node('"\\x"'), 'expected an escape sequence, found "x"'],
    [node('"\\u12g4"'), 'expected an escape sequence, found "g"'],
    [node('"a\nb"'), 'expected a string without control characters, found byte 0x0a'],
    ["{'a':1}", `expected a key or "}", found "'"`],
    ['<html>', 'expected a JSON document, found "<"'],
    ['apiVersion: v1', 'expected a JSON document, found "a"'],
    [node(`${'['.repeat(1000)}${']'.repeat(1000)}`), 'nested deeper than 1000 levels'],
    [
      list({ ...aNode('n'), kind: undefined }).replace(
        '"v1","metadata"',
        '"v1","apiVersion":"v2","metadata"',
      ),
      'apiVersion is given twice, first as "v1"',
    ],
  ])('%s', (text, message) => {
    for (const size of [1, 3, 10_000]) expect(messageOf(() => readJson(text, size))).toContain(message);
  });

  it.each([
    ['{"a":"b', 'ends in the middle of a string, at byte 7'],
    ['{"a":[1', 'ends in the middle of a number'],
    ['{"a":[tr', 'ends in the middle of a literal'],
    ['{"a":[1,2', 'ends in the middle of a number'],
    ['{"a":[', 'ends in the middle of an array'],
    ['{"a":[]', 'ends in the middle of an object'],
    ['{\n', 'dump ends in the middle of an object, at byte 2 (line 2, column 1)'],
  ])('that is cut off: %s', (text, message) => {
    expect(messageOf(() => readJson(text))).toContain(message);
  });

  it('of another encoding', () => {
    expect(messageOf(() => readJson(Buffer.from('\ufeff{}', 'utf16le')))).toBe('dump is UTF-16, not UTF-8');
    expect(messageOf(() => readJson(Buffer.from([0xfe, 0xff])))).toBe('dump is UTF-16, not UTF-8');
  });

  it('with a wanted text of more than 1 MiB, and names the text', () => {
    const at = (length: number) =>
      list(aNode('n'), aLauncher('l', { status: { message: 'x'.repeat(length) } }));
    expect(readJson(at(1 << 20), 1 << 16).objects).toHaveLength(2);
    for (const chunks of [[], [1 << 16]]) {
      const message = messageOf(() => readJson(at((1 << 20) + 1), ...chunks));
      expect(message).toContain('items[1].status.message is longer than 1 MiB');
    }
    const number = `{"apiVersion":"v1","kind":"Node","metadata":{"generation":${'1'.repeat(2 << 20)}}}`;
    expect(messageOf(() => readJson(number))).toContain('metadata.generation is longer than 1 MiB');
  });

  it('but not with a long key, which nobody wants', () => {
    const text = JSON.stringify({ ...aNode('n'), ['k'.repeat(9_000)]: 1, spec: { unschedulable: true } });
    for (const size of [1, 100, 5_000, 20_000]) {
      expect(readJson(text, size).objects).toMatchObject([{ spec: { unschedulable: true } }]);
    }
  });
});

describe('createJsonObjectReader refuses wrong objects', () => {
  it.each([
    [
      launcher({ spec: { nodeName: 7 } }),
      'Pod tenant-a/web-1 (items[1]): spec.nodeName is a number, not a string',
    ],
    [launcher({ spec: { nodeName: { a: 1 } } }), 'spec.nodeName is an object, not a string'],
    [launcher({ spec: { nodeName: ['a'] } }), 'spec.nodeName is an array, not a string'],
    [launcher({ spec: [] }), 'spec is an array, not an object'],
    [launcher({ spec: 'x' }), 'spec is a string, not an object'],
    [launcher({ spec: { tolerations: {} } }), 'spec.tolerations is an object, not an array'],
    [
      launcher({ spec: { tolerations: [{ key: true }] } }),
      'spec.tolerations[0].key is a boolean, not a string',
    ],
    [
      launcher({ spec: { nodeSelector: { 'a/b': 1 } } }),
      'spec.nodeSelector["a/b"] is a number, not a string',
    ],
    [launcher({ spec: { nodeSelector: 1 } }), 'spec.nodeSelector is a number, not an object'],
    [launcher({ status: { conditions: [{ type: 'Ready' }] } }), 'status.conditions[0].status is missing'],
    [
      launcher({ metadata: { labels: { 'kubevirt.io': 'virt-launcher' }, namespace: 'a' } }),
      'Pod a (items[1]): metadata.name is missing',
    ],
    [
      launcher({ metadata: { labels: { 'kubevirt.io': 'virt-launcher' }, name: 'p' } }),
      'Pod p (items[1]): metadata.namespace is missing',
    ],
    [
      list({ apiVersion: 'v1', kind: 'Node' }),
      'dump, byte 28 (line 1, column 29): Node (items[0]): metadata is missing',
    ],
    [list({ apiVersion: 'v1', kind: 'Node', metadata: 'x' }), 'metadata is a string, not an object'],
    [list({ apiVersion: 'v1', kind: 'Pod' }), 'Pod (items[0]): metadata is missing'],
    [
      list({ ...aNode('n'), metadata: { name: 'n', generation: '1' } }),
      'metadata.generation is a string, not a number',
    ],
    [
      '{"apiVersion":"v1","kind":"PodList","items":{}}',
      'dump, byte 0 (line 1, column 1): PodList: items is an object, not an array',
    ],
    ['{"apiVersion":"v1","items":"x","kind":"List"}', 'List: items is a string, not an array'],
    [`{} ${launcher({ spec: 1 })}`, '(document 2 (line 1), items[1]): spec is a number'],
    [
      '{"items":[{"metadata":{"name":1}}],"apiVersion":"v1","kind":"NodeList"}',
      'Node (items[0]): metadata.name is a number',
    ],
    ['{"apiVersion":"v1","kind":"Node","metadata":{"name":"n","generation":1e999}}', 'metadata.generation'],
  ])('%s', (text, message) => {
    expect(messageOf(() => readJson(text))).toContain(message);
  });
});
