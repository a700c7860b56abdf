import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonPatch } from '../../../../infra/local/simulation/patches/json-patch.ts';
import {
  type AdditivePatch,
  operationsToAdd,
  operationsToRemove,
  presenceOf,
  type Rebased,
} from '../../../../shared/domain/mitigations/additions.ts';
import type { Addition } from '../../../../shared/domain/mitigations/cluster-change.ts';
import { PatchDraft } from '../../../../shared/domain/mitigations/patch-draft.ts';

/** The change that a plan would be made of, for an object as it was judged. */
function judged(object: object, additions: readonly Addition[]): AdditivePatch {
  const draft = new PatchDraft(object);
  for (const { kind, path, value } of additions)
    if (kind === 'item') draft.append(path, [value]);
    else draft.set(path, value);
  return { operations: draft.operations, additions };
}

/** The object after it; the reason where there is none. */
function applied(object: object, rebased: Rebased): unknown {
  if (rebased.kind === 'operations') return jsonPatch(object, rebased.operations);
  return rebased.kind === 'refused' ? rebased.message : rebased.kind;
}

const member = (path: Addition['path'], value: unknown): Addition => ({ kind: 'member', path, value });
const item = (path: Addition['path'], value: unknown): Addition => ({ kind: 'item', path, value });

const LABEL = member(['labels', 'virt/on'], 'yes');
const GPU = { key: 'gpu', operator: 'Exists' };
const TOLERATION = item(['policy', 'tolerations'], GPU);
const TERM = item(['policy', 'affinity', 'nodeSelectorTerms'], { name: 'us' });

describe('adding to an object as it is now', () => {
  it.each([
    ['a member', LABEL, {}, { labels: { 'virt/on': 'yes' } }],
    ['a member beside others', LABEL, { labels: { a: 'b' } }, { labels: { a: 'b', 'virt/on': 'yes' } }],
    ['what is there', LABEL, { labels: { 'virt/on': 'yes' } }, { labels: { 'virt/on': 'yes' } }],
    ['where null is', LABEL, { labels: null }, { labels: { 'virt/on': 'yes' } }],
    ['an item', TOLERATION, {}, { policy: { tolerations: [GPU] } }],
    [
      'an item to others',
      TOLERATION,
      { policy: { tolerations: [1] } },
      { policy: { tolerations: [1, GPU] } },
    ],
    ['an item to none', TOLERATION, { policy: { tolerations: [] } }, { policy: { tolerations: [GPU] } }],
    [
      'an item that is there, in other order',
      TOLERATION,
      { policy: { tolerations: [{ operator: 'Exists', key: 'gpu' }, 1] } },
      { policy: { tolerations: [{ operator: 'Exists', key: 'gpu' }, 1] } },
    ],
  ])('adds %s', (_, addition, now, expected) => {
    expect(applied(now, operationsToAdd(now, judged({}, [addition])))).toEqual(expected);
  });

  it.each([
    ['another value', LABEL, { labels: { 'virt/on': 'no' } }, '/labels/virt~1on has another value by now'],
    ['no map above it', LABEL, { labels: 'x' }, '/labels is no map'],
    ['a list above it', LABEL, { labels: [] }, '/labels is no map'],
    ['no list', TOLERATION, { policy: { tolerations: {} } }, '/policy/tolerations is no list'],
  ])('does not touch %s', (_, addition, now, expected) => {
    expect(applied(now, operationsToAdd(now, judged({}, [addition])))).toBe(expected);
  });

  it.each([
    ['taken out', { policy: {} }],
    ['emptied', { policy: { affinity: { nodeSelectorTerms: [] } } }],
  ])('does not restrict a placement by a term when the others were %s', (_, now) => {
    const change = judged({ policy: { affinity: { nodeSelectorTerms: [{ name: 'others' }] } } }, [TERM]);
    expect(applied(now, operationsToAdd(now, change))).toBe('conflict');
  });
});

describe('taking out of an object what was added', () => {
  const ADDED = { policy: { tolerations: [GPU] } };

  it.each([
    ['with the parents that it made', [TOLERATION], {}, ADDED, {}],
    ['not what was there', [TOLERATION], { policy: {} }, ADDED, { policy: {} }],
    [
      'not what others put beside it',
      [TOLERATION],
      {},
      { policy: { tolerations: [GPU], x: 1 } },
      { policy: { x: 1 } },
    ],
    [
      'wherever it is in its list',
      [TOLERATION],
      {},
      { policy: { tolerations: [1, GPU, 2] } },
      { policy: { tolerations: [1, 2] } },
    ],
    [
      'the last of two that are the same',
      [TOLERATION],
      {},
      { policy: { tolerations: [GPU, 1, GPU] } },
      { policy: { tolerations: [GPU, 1] } },
    ],
    [
      'not what is gone',
      [TOLERATION],
      {},
      { policy: { tolerations: [1] } },
      { policy: { tolerations: [1] } },
    ],
    ['nothing from nothing', [TOLERATION, LABEL], {}, {}, {}],
    ['not another value', [LABEL], {}, { labels: { 'virt/on': 'no' } }, { labels: { 'virt/on': 'no' } }],
    [
      'all of it',
      [TERM, TOLERATION],
      {},
      { policy: { tolerations: [GPU], affinity: { nodeSelectorTerms: [{ name: 'us' }] } } },
      {},
    ],
  ])('takes out %s', (_, additions, before, now, expected) => {
    expect(applied(now, operationsToRemove(now, judged(before, additions)))).toEqual(expected);
  });

  it('does not take the last term out of an affinity of others: an empty list matches no node', () => {
    const change = judged({ policy: { affinity: { nodeSelectorTerms: [{ name: 'others' }] } } }, [TERM]);
    const now = { policy: { affinity: { nodeSelectorTerms: [{ name: 'us' }] } } };
    expect(applied(now, operationsToRemove(now, change))).toBe(
      '/policy/affinity/nodeSelectorTerms would have no item left, which matches no node',
    );
  });

  it('tests every value before it is removed, so that a list that moved is noticed', () => {
    const now = { policy: { tolerations: [1, GPU] } };
    const rebased = operationsToRemove(now, judged({}, [TOLERATION]));
    expect(rebased).toEqual({
      kind: 'operations',
      operations: [
        { op: 'test', path: '/policy/tolerations/1', value: GPU },
        { op: 'remove', path: '/policy/tolerations/1' },
      ],
    });
  });
});

it.each([
  [{}, 'absent'],
  [{ labels: { 'virt/on': 'yes' } }, 'partly'],
  [{ labels: { 'virt/on': 'yes' }, policy: { tolerations: [1, GPU] } }, 'made'],
])('knows how much of it is in %j', (object, expected) => {
  expect(presenceOf([LABEL, TOLERATION], object)).toBe(expected);
});

describe('for any object', () => {
  const key = fc.constantFrom('a', 'b', 'c/d');
  const path = fc.array(key, { minLength: 2, maxLength: 3 });
  const value = fc.constantFrom('x', 'y', { z: [1] });
  const additions = fc.array(fc.record({ kind: fc.constantFrom('member', 'item'), path, value }), {
    minLength: 1,
    maxLength: 3,
  }) as fc.Arbitrary<Addition[]>;
  const leaf = fc.constantFrom('x', 1, [], ['y'], {});
  const object = fc.letrec<{ map: object }>((tie) => ({
    map: fc.dictionary(key, fc.oneof({ maxDepth: 3 }, leaf, tie('map')), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  })).map;

  it('is made after it was added, needs nothing more, and is as before once it is taken out', () => {
    fc.assert(
      fc.property(object, additions, (before, all) => {
        fc.pre(all.every((a) => all.every((b) => a === b || !isWithin(a.path, b.path))));
        // What is there already was not put there, and nobody else’s is ours: a plan adds only what is missing.
        const rebased = operationsToAdd(before, { operations: [], additions: all });
        fc.pre(presenceOf(all, before) === 'absent' && rebased.kind === 'operations');
        const change = {
          operations: rebased.kind === 'operations' ? rebased.operations : [],
          additions: all,
        };
        const made = applied(before, rebased) as object;
        expect(presenceOf(all, made)).toBe('made');
        expect(operationsToAdd(made, change)).toEqual({ kind: 'operations', operations: [] });
        expect(applied(made, operationsToRemove(made, change))).toEqual(before);
      }),
    );
  });
});

/** Whether one of two paths leads into the other: a plan puts things beside each other. */
function isWithin(a: readonly unknown[], b: readonly unknown[]): boolean {
  return b.length > a.length && a.every((step, index) => step === b[index]);
}
