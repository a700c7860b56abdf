import { describe, expect, it } from 'vitest';
import { isSameValue, patched } from '../../../../shared/domain/mitigations/json-patch.ts';
import { PatchDraft } from '../../../../shared/domain/mitigations/patch-draft.ts';
import { takeOut } from '../../../../shared/domain/mitigations/take-out.ts';
import { applyPatch } from './run-command.ts';

const OURS = { key: 'ours' };
const THEIRS = { key: 'theirs' };
const TOLERATIONS = ['spec', 'workloads', 'nodePlacement', 'tolerations'];
const placed = (tolerations: unknown, more: object = {}) => ({
  spec: { workloads: { nodePlacement: { tolerations, ...more } } },
});

/** What is left of a document, after ours was put in and somebody changed it, once ours is taken out. */
function leftOf(before: object, change: (after: object) => object = (after) => after) {
  const draft = new PatchDraft(before);
  draft.append(TOLERATIONS, [OURS]);
  const now = change(applyPatch(before, draft.operations));
  return applyPatch(now, takeOut(now, draft.additions ?? []));
}

describe('what was put in is taken out', () => {
  it.each<[string, object]>([
    ['with every parent', { spec: {} }],
    ['with the parent', { spec: { workloads: { nodePlacement: {} } } }],
    ['of an empty list', placed([])],
    ['of a list with others', placed([THEIRS])],
    ['of a list that had the same before', placed([OURS, THEIRS])],
  ])('%s', (_, before) => {
    expect(leftOf(before)).toEqual(before);
  });

  it.each<[string, (after: object) => object, object]>([
    ['an item before it', () => placed([THEIRS, OURS]), placed([THEIRS])],
    ['an item behind it', () => placed([OURS, THEIRS]), placed([THEIRS])],
    [
      'a member beside it',
      () => placed([OURS], { nodeSelector: { a: 'b' } }),
      { spec: { workloads: { nodePlacement: { nodeSelector: { a: 'b' } } } } },
    ],
    ['its members in another order', () => placed([{ ...OURS }]), { spec: {} }],
  ])('and what somebody added stays: %s', (_, change, expected) => {
    expect(leftOf({ spec: {} }, change)).toEqual(expected);
  });

  it.each<[string, object]>([
    ['changed', placed([{ ...OURS, tolerationSeconds: 5 }])],
    ['taken out', placed([])],
    ['taken out with its parent', { spec: { workloads: {} } }],
    ['replaced by something else', placed('none')],
    ['replaced with everything', { spec: null }],
  ])('but not what somebody has %s', (_, now) => {
    expect(leftOf({ spec: {} }, () => now)).toEqual(now);
  });

  it('in the order that lets each find its place', () => {
    const draft = new PatchDraft({ metadata: {} });
    draft.set(['metadata', 'labels', 'a'], '1');
    draft.set(['metadata', 'labels', 'b'], '2');
    const now = applyPatch({ metadata: {} }, draft.operations);
    expect(applyPatch(now, takeOut(now, draft.additions ?? []))).toEqual({ metadata: {} });
  });
});

describe('a draft', () => {
  const document = { list: [1], map: { a: 'x' } };
  const edits: readonly [string, (draft: PatchDraft) => void, boolean][] = [
    ['adds a member', (draft) => draft.set(['new', 'deep'], 1), true],
    ['adds an item', (draft) => draft.append(['list'], [2, 3]), true],
    ['replaces', (draft) => draft.set(['map', 'a'], 'y'), false],
    ['removes', (draft) => draft.removeTested(['list', 0]), false],
  ];

  it.each(edits)('that %s has an inverse, and additions only if it does no more', (_, edit, isAddition) => {
    const draft = new PatchDraft(document);
    edit(draft);
    expect(applyPatch(applyPatch(document, draft.operations), draft.inverse)).toEqual(document);
    expect(draft.additions !== undefined).toBe(isAddition);
  });

  it('has no additions any more once it has done more, whatever follows', () => {
    const draft = new PatchDraft(document);
    for (const [, edit] of [...edits].reverse()) edit(draft);
    expect(draft.additions).toBeUndefined();
  });
});

describe('patched', () => {
  const document = { list: [1, 2], map: { 'a/b': { x: 1, y: 2 } } };

  it('is what the operations make of it, without touching it', () => {
    const operations = [
      { op: 'test', path: '/map/a~1b', value: { y: 2, x: 1 } },
      { op: 'add', path: '/list/-', value: 3 },
      { op: 'add', path: '/list/0', value: 0 },
      { op: 'replace', path: '/list/1', value: 9 },
      { op: 'remove', path: '/list/2' },
      { op: 'remove', path: '/map/a~1b/x' },
      { op: 'add', path: '/map/new', value: {} },
    ] as const;
    expect(patched(document, operations)).toEqual({ list: [0, 9, 3], map: { 'a/b': { y: 2 }, new: {} } });
    expect(document.list).toEqual([1, 2]);
  });

  it.each([
    { op: 'test', path: '/list/0', value: 2 },
    { op: 'test', path: '/list/-', value: undefined },
    { op: 'remove', path: '/list/7' },
    { op: 'add', path: '/list/7', value: 1 },
    { op: 'add', path: '/list/x', value: 1 },
    { op: 'replace', path: '/map/constructor', value: 1 },
    { op: 'add', path: '/nothing/here', value: 1 },
    { op: 'remove', path: '' },
  ] as const)('is nothing where an operation does not apply: $op $path', (operation) => {
    expect(patched(document, [operation])).toBeUndefined();
  });
});

it.each([
  [{ a: [1, { b: null }] }, { a: [1, { b: null }] }, true],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
  [[1, 2], [2, 1], false],
  [{ a: 1 }, { a: 1, b: undefined }, false],
  [{ 0: 1 }, [1], false],
  [{ constructor: 1 }, { b: 1 }, false],
  [null, {}, false],
])('%j and %j are the same: %s', (left, right, expected) => {
  expect(isSameValue(left, right)).toBe(expected);
});
