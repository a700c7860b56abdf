import { describe, expect, it } from 'vitest';
import { pointer } from '../../../../shared/domain/mitigations/json-patch.ts';
import { PatchDraft } from '../../../../shared/domain/mitigations/patch-draft.ts';
import { applyPatch } from './run-command.ts';

describe('a draft', () => {
  it('says what its operations make, without touching the document', () => {
    const document = { a: { b: [1, 2] }, c: null, old: 1 };
    const draft = new PatchDraft(document);
    draft.append(['a', 'b'], [3]);
    draft.set(['c', 'd/e', 'f~g'], 'x');
    draft.set(['old'], 2);
    draft.removeTested(['a', 'b', 0]);
    const expected = { a: { b: [2, 3] }, c: { 'd/e': { 'f~g': 'x' } }, old: 2 };
    expect(draft.read([])).toEqual(expected);
    expect(applyPatch(document, draft.operations)).toEqual(expected);
    expect(document).toEqual({ a: { b: [1, 2] }, c: null, old: 1 });
  });

  it('keeps what an operation says when a later one changes the same', () => {
    const draft = new PatchDraft({});
    draft.append(['list'], [1]);
    draft.append(['list'], [2]);
    expect(draft.operations).toEqual([
      { op: 'add', path: '/list', value: [1] },
      { op: 'add', path: '/list/-', value: 2 },
    ]);
    expect(draft.read(['list'])).toEqual([1, 2]);
  });

  it('does not take an inherited property for a member', () => {
    const draft = new PatchDraft({});
    expect(draft.read(['constructor'])).toBeUndefined();
    draft.set(['constructor', 'name'], 'x');
    expect(draft.operations).toEqual([{ op: 'add', path: '/constructor', value: { name: 'x' } }]);
  });

  it('removes nothing that is not there', () => {
    expect(() => new PatchDraft({}).removeTested(['a', 'b'])).toThrow('no parent of /a/b');
  });
});

it('a pointer escapes what has a meaning in it', () => {
  expect(pointer(['a/b', 'c~d', 0, '~1'])).toBe('/a~1b/c~0d/0/~01');
});
