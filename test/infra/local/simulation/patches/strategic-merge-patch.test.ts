import { expect, it } from 'vitest';
import { strategicMergePatch } from '../../../../../infra/local/simulation/patches/strategic-merge-patch.ts';

it.each<[string, object, object, object]>([
  [
    'merges items by their key',
    { containers: [{ name: 'a', image: '1', tty: true }] },
    { containers: [{ name: 'a', image: '2' }, { name: 'b' }] },
    { containers: [{ name: 'a', image: '2', tty: true }, { name: 'b' }] },
  ],
  [
    'replaces a list without a key',
    { tolerations: [{ key: 'a' }] },
    { tolerations: [{ key: 'b' }] },
    { tolerations: [{ key: 'b' }] },
  ],
  [
    'unites finalizers',
    { finalizers: ['a', 'b'] },
    { finalizers: ['b', 'c'] },
    { finalizers: ['a', 'b', 'c'] },
  ],
  [
    'deletes from a list of plain values',
    { finalizers: ['a', 'b'] },
    { '$deleteFromPrimitiveList/finalizers': ['a'] },
    { finalizers: ['b'] },
  ],
  [
    'orders as it is told',
    { env: [{ name: 'a' }, { name: 'b' }] },
    { '$setElementOrder/env': [{ name: 'c' }, { name: 'b' }], env: [{ name: 'c' }] },
    { env: [{ name: 'c' }, { name: 'b' }, { name: 'a' }] },
  ],
  [
    'removes by null and by directive',
    { a: 1, b: { c: 1 }, d: 2 },
    { a: null, b: { $patch: 'delete' } },
    { d: 2 },
  ],
  ['replaces a whole object', { a: { b: 1 } }, { a: { $patch: 'replace', c: 2 } }, { a: { c: 2 } }],
  [
    'retains only what it names',
    { strategy: { type: 'A', rolling: {} } },
    { strategy: { $retainKeys: ['type'], type: 'B' } },
    { strategy: { type: 'B' } },
  ],
])('%s', (_, target, patch, expected) => {
  const before = structuredClone(target);
  expect(strategicMergePatch(target, patch)).toEqual(expected);
  expect(target).toEqual(before);
});
