import { describe, expect, it } from 'vitest';
import { createJsonObjectReader } from '../../../shared/objects/json-objects.ts';
import { aLauncher, aNode, messageOf, readJson } from './read-all.ts';

const names = (text: string | Uint8Array, ...chunks: number[]) =>
  readJson(text, ...chunks).objects.map(({ metadata }) => metadata.name);
const list = (items: unknown, more: object = {}) =>
  JSON.stringify({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' }, ...more });

describe('createJsonObjectReader finds objects', () => {
  it.each([
    ['a single object', JSON.stringify(aNode('n1')), ['n1'], ['document 1']],
    [
      'a list whose kind comes last',
      list([aNode('n1'), aNode('n2')]),
      ['n1', 'n2'],
      ['items[0]', 'items[1]'],
    ],
    [
      'documents one behind the other',
      `${JSON.stringify(aNode('n1'))}${list([aNode('n2')])}`,
      ['n1', 'n2'],
      ['document 1', 'document 2 (line 1), items[0]'],
    ],
    [
      'documents on lines of their own',
      `${JSON.stringify(aNode('n1'))}\n${JSON.stringify(aNode('n2'))}\n`,
      ['n1', 'n2'],
      ['document 1', 'document 2 (line 2)'],
    ],
    ['text behind a byte order mark', `\ufeff${JSON.stringify(aNode('n1'))}`, ['n1'], ['document 1']],
    ['a list with null items', '{"kind":"List","apiVersion":"v1","items":null}', [], []],
    ['elements that are no objects', list([null, 5, 'x', [[]], aNode('n1')]), ['n1'], ['items[4]']],
    [
      'objects of other kinds',
      list([{ apiVersion: 'v1', kind: 'Secret', metadata: 7 }, aNode('n1')]),
      ['n1'],
      ['items[1]'],
    ],
    ['an object of another group', list([{ ...aNode('n1'), apiVersion: 'metrics.k8s.io/v1' }]), [], []],
    ['documents that are no objects', '1 "a" [{"kind":"Node"}] true null {} {"a":{}}', [], []],
    ['a status', '{"kind":"Status","apiVersion":"v1","metadata":{},"code":403}', [], []],
    ['nothing', '', [], []],
    ['spaces', ' \n\t\r', [], []],
  ])('in %s', (_, text, expected, where) => {
    for (const size of [1, 2, 7, 1_000]) {
      expect(names(text, size)).toEqual(expected);
      expect(readJson(text, size).where).toEqual(where);
    }
  });

  it('gives the items of a typed list its kind, before or behind the items', () => {
    const items = [{ metadata: { name: 'n1' }, spec: { unschedulable: true } }];
    const expected = [{ kind: 'Node', metadata: { name: 'n1' }, spec: { unschedulable: true } }];
    const before = readJson(JSON.stringify({ kind: 'NodeList', apiVersion: 'v1', items }));
    const behind = readJson(JSON.stringify({ items, apiVersion: 'v1', kind: 'NodeList' }));
    const between = readJson(JSON.stringify({ kind: 'NodeList', items, apiVersion: 'v1' }));
    expect(before.objects).toEqual(expected);
    expect(behind.objects).toEqual(expected);
    expect(between.objects).toEqual(expected);
    expect(before.kinds).toEqual(['Node']);
  });

  it('skips items without a kind in a list that gives them none', () => {
    expect(names('{"items":[{"metadata":{}}],"kind":"List","apiVersion":"v1"}')).toEqual([]);
    expect(names('{"kind":"List","apiVersion":"v1","items":[{"metadata":{}}]}')).toEqual([]);
    expect(names('{"kind":"SecretList","apiVersion":"v1","items":[{"metadata":{}}]}')).toEqual([]);
  });

  it('tells the paging of a list and the kind of an empty one', () => {
    const text = JSON.stringify({
      kind: 'VirtualMachineInstanceList',
      apiVersion: 'kubevirt.io/v1',
      metadata: { continue: 'abc', resourceVersion: '77' },
      items: [],
    });
    expect(readJson(text)).toMatchObject({
      kinds: ['VirtualMachineInstance'],
      lists: [{ kind: 'VirtualMachineInstanceList', continueToken: 'abc', resourceVersion: '77' }],
    });
    expect(readJson(list([])).lists).toEqual([
      { kind: 'List', continueToken: undefined, resourceVersion: undefined },
    ]);
  });

  it('hands over only pods of KubeVirt, and reads no more of others than their metadata', () => {
    const other = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'a' },
      spec: { nodeName: 5 },
    };
    const { objects, kinds } = readJson(list([other, aLauncher('l1'), other]));
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['l1']);
    expect(kinds).toEqual(['Pod']);
    expect(messageOf(() => readJson(list([{ ...other, metadata: { name: 5 } }])))).toContain(
      'metadata.name is a number',
    );
  });

  it('keeps labels and annotations that rules read', () => {
    const metadata = {
      name: 'l1',
      namespace: 'a',
      labels: { 'kubevirt.io': 'virt-launcher', app: 'web', 'controller-revision-hash': 'x' },
      annotations: {
        'kubevirt.io/domain': 'd',
        'argocd.argoproj.io/tracking-id': 'app',
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
      },
      managedFields: [{ manager: 'm' }],
    };
    expect(readJson(JSON.stringify({ ...aLauncher('l1'), metadata })).objects[0]?.metadata).toEqual({
      name: 'l1',
      namespace: 'a',
      labels: { 'kubevirt.io': 'virt-launcher', 'controller-revision-hash': 'x' },
      annotations: { 'kubevirt.io/domain': 'd', 'argocd.argoproj.io/tracking-id': 'app' },
    });
    const node = { ...aNode('n1'), metadata: { name: 'n1', labels: { app: 'x', __proto__x: 'y' } } };
    expect(readJson(JSON.stringify(node)).objects[0]?.metadata.labels).toEqual({ app: 'x', __proto__x: 'y' });
  });

  it('treats null as absent, and lets the last of two equal keys win', () => {
    const text =
      '{"spec":{"unschedulable":true},"metadata":{"name":"a","uid":null,"name":"b","uid":"u","uid":null},' +
      '"spec":{"taints":[null]},"status":null,"apiVersion":"v1","kind":"Node"}';
    expect(readJson(text).objects).toEqual([{ kind: 'Node', metadata: { name: 'b' }, spec: { taints: [] } }]);
  });

  it('keeps __proto__ out of every object', () => {
    const text =
      '{"apiVersion":"v1","kind":"Node","__proto__":{"x":1},"metadata":{"name":"n","__proto__":{"x":1},"labels":{"__proto__":"y","a":"b"}}}';
    const [node] = readJson(text).objects;
    expect(Object.keys(node?.metadata.labels ?? {})).toEqual(['a']);
    expect(({} as { x?: number }).x).toBeUndefined();
    expect((node?.metadata as { x?: number } | undefined)?.x).toBeUndefined();
  });

  it.each([
    ['"\\u00e9\\ud83d\\ude00\\n\\"\\\\\\/"', 'é😀\n"\\/'],
    ['"é😀"', 'é😀'],
    [`"${'long é '.repeat(30)}"`, 'long é '.repeat(30)],
    ['"\\ud83d"', '\ud83d'],
  ])('decodes %s wherever a chunk ends', (json, expected) => {
    const text = `{"apiVersion":"v1","kind":"Node","metadata":{"name":"n","uid":${json}}}`;
    for (const size of [1, 2, 3, 5, 64]) expect(readJson(text, size).objects[0]?.metadata.uid).toBe(expected);
  });

  it('reads numbers like JSON.parse', () => {
    for (const number of ['0', '-0', '12', '1.5e3', '1E-2', '-7.25']) {
      const text = `{"apiVersion":"v1","kind":"Node","metadata":{"name":"n","generation":${number}}}`;
      for (const size of [1, 1_000])
        expect(readJson(text, size).objects[0]?.metadata.generation).toBe(JSON.parse(number));
    }
  });

  it('reads a list of 400 MB in the memory of a chunk, whatever is skipped', () => {
    const filler = Buffer.alloc(1 << 20, 'x');
    const before = process.memoryUsage().rss;
    let found = 0;
    const sink = { object: () => (found += 1), kindSeen: () => undefined };
    const reader = createJsonObjectReader('dump', sink);
    reader.write(
      Buffer.from('{"kind":"List","apiVersion":"v1","items":[{"kind":"Node","apiVersion":"v1","x":"'),
    );
    for (let i = 0; i < 200; i += 1) reader.write(filler);
    reader.write(Buffer.from('","metadata":{"name":"n"},"'));
    for (let i = 0; i < 200; i += 1) reader.write(filler);
    reader.write(Buffer.from('":1}]}'));
    reader.end();
    expect(found).toBe(1);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20);
  });
});
