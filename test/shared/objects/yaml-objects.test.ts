import { describe, expect, it } from 'vitest';
import { aLauncher, messageOf, readYaml } from './read-all.ts';

const node = (name: string) => `apiVersion: v1\nkind: Node\nmetadata:\n  name: ${name}\n`;
const items = (...names: string[]) =>
  names.map((name) => `- apiVersion: v1\n  kind: Node\n  metadata: {name: ${name}}\n`).join('');
const names = (text: string, ...chunks: number[]) =>
  readYaml(text, ...chunks).objects.map(({ metadata }) => metadata.name);

describe('createYamlObjectReader finds objects', () => {
  it.each([
    ['one document', node('a'), ['a'], ['document 1']],
    ['no newline at the end', node('a').trimEnd(), ['a'], ['document 1']],
    [
      'several documents',
      `---\n${node('a')}--- # next\n${node('b')}...\n`,
      ['a', 'b'],
      ['document 1', 'document 2 (line 7)'],
    ],
    [
      'empty documents between',
      `# hi\n---\n---\n\n# only a comment\n---\n${node('a')}`,
      ['a'],
      ['document 1'],
    ],
    ['a directive', `%YAML 1.2\n---\n${node('a')}`, ['a'], ['document 1']],
    ['a byte order mark', `\ufeff${node('a')}`, ['a'], ['document 1']],
    ['Windows newlines', node('a').replaceAll('\n', '\r\n'), ['a'], ['document 1']],
    [
      'a list',
      `apiVersion: v1\nitems:\n${items('a', 'b')}kind: List\n`,
      ['a', 'b'],
      ['items[0]', 'items[1]'],
    ],
    [
      'a list with its kind first',
      `kind: List\napiVersion: v1\nitems: # two\n\n  # here\n${items('a', 'b').replaceAll(/^/gm, '  ')}`,
      ['a', 'b'],
      ['items[0]', 'items[1]'],
    ],
    [
      'a list in the second document',
      `x: 1\n---\nitems:\n${items('a')}kind: List\napiVersion: v1`,
      ['a'],
      ['document 2 (line 3), items[0]'],
    ],
    ['an empty list', 'apiVersion: v1\nitems: []\nkind: List\n', [], []],
    ['a list of nothing', 'apiVersion: v1\nitems:\nkind: List\n', [], []],
    [
      'entries that are no objects',
      `apiVersion: v1\nitems:\n- 5\n-\n- - x\n- |\n text\n- >1-\n   more\n${items('a')}kind: List\n`,
      ['a'],
      ['items[5]'],
    ],
    [
      'an entry that begins below its dash',
      'kind: List\napiVersion: v1\nitems:\n-\n  kind: Node\n  apiVersion: v1\n  metadata:\n    name: a\n',
      ['a'],
      ['items[0]'],
    ],
    [
      'a list in flow style',
      'apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Node, metadata: {name: a}}]\n',
      ['a'],
      ['items[0]'],
    ],
    [
      'a list in flow style on further lines',
      'apiVersion: v1\nkind: List\nitems:\n  [{apiVersion: v1, kind: Node, metadata: {name: a}}]\n',
      ['a'],
      ['items[0]'],
    ],
    ['JSON', '{"apiVersion":"v1",\n"kind":"Node",\n"metadata":{"name":"a"}}', ['a'], ['document 1']],
    [
      'JSON behind ---',
      '--- {"apiVersion":"v1","kind":"Node","metadata":{"name":"a"}}',
      ['a'],
      ['document 1'],
    ],
    ['anchors', 'apiVersion: v1\nx: &n a\nkind: Node\nmetadata:\n  name: *n\n', ['a'], ['document 1']],
    [
      'tags and quoted keys',
      '"apiVersion": v1\n\'kind\': !!str Node\n"metadata":\n  name: a\n',
      ['a'],
      ['document 1'],
    ],
    [
      'other kinds',
      `apiVersion: v1\nkind: Secret\nitems:\n${items('x')}---\n${node('a')}`,
      ['a'],
      ['document 2 (line 8)'],
    ],
    [
      'typed lists of other kinds',
      `apiVersion: v1\nkind: SecretList\nitems:\n${items('x')}---\n${node('a')}`,
      ['a'],
      ['document 2 (line 8)'],
    ],
    ['text that is nothing', 'just a text\nof two lines\n', [], []],
    ['nothing', '', [], []],
  ])('in %s', (_, text, expected, where) => {
    for (const size of [1, 7, 1_000]) expect(readYaml(text, size)).toMatchObject({ where });
    expect(names(text)).toEqual(expected);
  });

  it('gives the items of a typed list its kind, before or behind the items', () => {
    const list = 'items:\n- metadata:\n    name: a\n  spec:\n    unschedulable: true\n';
    const expected = [{ kind: 'Node', metadata: { name: 'a' }, spec: { unschedulable: true } }];
    expect(readYaml(`kind: NodeList\napiVersion: v1\n${list}`).objects).toEqual(expected);
    expect(readYaml(`${list}kind: NodeList\napiVersion: v1\nmetadata:\n  continue: c\n`)).toMatchObject({
      objects: expected,
      kinds: ['Node'],
      lists: [{ kind: 'NodeList', continueToken: 'c' }],
    });
  });

  it('keeps scalars of every style, and drops what stands between', () => {
    const text = `apiVersion: kubevirt.io/v1
kind: KubeVirt
metadata:
  finalizers:
  - text: |
      name: wrong
    more:
      f:metadata: {}
  annotations:
    kubevirt.io/heartbeat: '2026-08-22T10:05:00Z'
    last-applied: >-
      {"name":
        # no comment
      "x"}
    kubevirt.io/domain: "a \\
      b"
  # a comment
  name: kubevirt # and another

  namespace: kubevirt
  creationTimestamp: 2026-08-22T10:05:00Z
unwanted:
  - anything
status:
  conditions:
  - type: Available
    status: "True"
    message: |
      one
        # two

      three
    reason: plain text
      on two lines
  phase: Deployed
`;
    for (const size of [1, 1_000]) {
      expect(readYaml(text, size).objects).toEqual([
        {
          kind: 'KubeVirt',
          metadata: {
            name: 'kubevirt',
            namespace: 'kubevirt',
            creationTimestamp: '2026-08-22T10:05:00Z',
            annotations: { 'kubevirt.io/heartbeat': '2026-08-22T10:05:00Z', 'kubevirt.io/domain': 'a b' },
          },
          status: {
            phase: 'Deployed',
            conditions: [
              {
                type: 'Available',
                status: 'True',
                message: 'one\n  # two\n\nthree\n',
                reason: 'plain text on two lines',
              },
            ],
          },
        },
      ]);
    }
  });

  it.each([
    ['plain', 'kubevirt.io: virt-launcher'],
    ['in quotes', '"kubevirt.io": "virt-launcher"'],
    ['folded', 'kubevirt.io: >-\n      virt-launcher'],
    ['tagged', 'kubevirt.io: !!str virt-launcher'],
  ])('tells a launcher by its label, %s', (_, label) => {
    const text = (labels: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata:\n  labels:${labels}\n  name: l\n  namespace: a\nspec:\n  nodeName: n\n`;
    expect(readYaml(text(`\n    ${label}`)).objects).toMatchObject([
      { kind: 'Pod', spec: { nodeName: 'n' } },
    ]);
    expect(readYaml(text(' {kubevirt.io: virt-launcher}')).objects).toMatchObject([
      { spec: { nodeName: 'n' } },
    ]);
    const other = readYaml(text('\n    kubevirt.io: hotplug-disk').replace('nodeName: n', 'nodeName: 5'));
    expect(other).toMatchObject({ objects: [], kinds: ['Pod'] });
  });

  it('tells an empty mapping from an absent one', () => {
    expect(readYaml(`${node('a')}spec:\n  podCIDR: 10.0.0.0/24\nstatus:\n`).objects).toEqual([
      { kind: 'Node', metadata: { name: 'a' }, spec: {} },
    ]);
  });

  it('skips a large object of a kind that is not read, and a large value in a list of nothing', () => {
    const large = `    x: ${'y'.repeat(1 << 20)}\n`.repeat(20);
    const text = `apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Secret\n  data:\n${large}${items('a')}kind: List\n`;
    expect(names(text, 1 << 16)).toEqual(['a']);
    expect(names(`apiVersion: v1\nkind: ConfigMap\ndata:\n${large}---\n${node('b')}`, 1 << 16)).toEqual([
      'b',
    ]);
    expect(messageOf(() => readYaml(`${node('c')}${large}`))).toBe(
      'dump, line 1: an object or document larger than 16 MiB begins here',
    );
    expect(messageOf(() => readYaml('x'.repeat(17 << 20), 1 << 20))).toContain('larger than 16 MiB');
  });
});

describe('createYamlObjectReader refuses', () => {
  it.each([
    ['a tab', `${node('a')}spec:\n\ttaints: []\n`, 'dump, line 6, column '],
    [
      'bad indentation',
      `apiVersion: v1\nkind: Node\nmetadata:\n    name: a\n  uid: b\n`,
      'dump, line 5, column 3: bad indentation of a mapping entry',
    ],
    [
      'an unclosed text in an item',
      `kind: List\napiVersion: v1\nitems:\n${items('a')}- metadata:\n    name: "b\n  kind: Node\n`,
      'dump, line ',
    ],
    [
      'a list with a crooked item',
      `items:\n  - a: 1\n - b: 2\n`,
      'dump, line 3: bad indentation of a list item',
    ],
    [
      'a list with a crooked key',
      `items:\n  - a: 1\n kind: List\n`,
      'dump, line 3: bad indentation of a list item',
    ],
    ['an unknown alias', `${node('a')}spec: *x\n`, 'dump, line 5, column 9: unidentified alias "x"'],
    [
      'items that are no list',
      'apiVersion: v1\nkind: List\nitems:\n  a: 1\n',
      'dump, line 1: List: items is an object, not an array',
    ],
    [
      'an object without metadata',
      'x: 1\n---\napiVersion: v1\nkind: Node\n',
      'dump, line 3: Node (document 2 (line 3)): metadata is missing',
    ],
    [
      'a number for a text',
      `kind: List\napiVersion: v1\nitems:\n${items('a', '7')}`,
      'dump, line 7: Node (items[1]): metadata.name is a number, not a string',
    ],
    ['control characters', `${node('"a\u0001"')}`, 'dump, line '],
  ])('%s', (_, text, message) => {
    for (const size of [1, 1_000]) expect(messageOf(() => readYaml(text, size))).toContain(message);
  });

  it('another encoding', () => {
    expect(messageOf(() => readYaml(Buffer.from(`\ufeff${node('a')}`, 'utf16le')))).toBe(
      'dump is UTF-16, not UTF-8',
    );
  });

  it('wrong types like the JSON reader does', () => {
    const json = JSON.stringify(aLauncher('l', { spec: { tolerations: 'x' } }));
    expect(messageOf(() => readYaml(json))).toContain(
      'Pod tenant-a/l (document 1): spec.tolerations is a string, not an array',
    );
  });
});
