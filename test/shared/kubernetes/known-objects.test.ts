import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownObjects, type ObjectChange } from '../../../shared/kubernetes/known-objects.ts';
import type { RawObject } from '../../../shared/kubernetes/object-pages.ts';

const NODE = { apiVersion: 'v1', kind: 'Node' };

function anObject(name: string, resourceVersion: string, uid = `uid-${name}`): RawObject {
  return { ...NODE, metadata: { name, uid, resourceVersion, managedFields: [{ manager: 'kubelet' }] } };
}

function replace(known: KnownObjects, items: readonly RawObject[]): ObjectChange[] {
  known.beginList();
  return [...items.flatMap((item) => known.takeItem(item) ?? []), ...known.endList()];
}

const summary = (changes: readonly ObjectChange[]): string[] =>
  changes.map(({ type, object, initial }) => `${type} ${object.metadata.name}${initial ? ' initial' : ''}`);

describe('known objects', () => {
  it('tell an object that has the name of a gone one from it', () => {
    const known = new KnownObjects(NODE);
    replace(known, [anObject('a', '1', 'first')]);
    expect(summary(replace(known, [anObject('a', '9', 'second')]))).toEqual(['add a', 'delete a']);
  });

  it('give the last state of what is gone, without who wrote its fields', () => {
    const known = new KnownObjects({ apiVersion: 'example.org/v1', kind: 'Thing' });
    const thing = { ...anObject('a', '1'), apiVersion: 'example.org/v1', kind: 'Thing' };
    replace(known, [{ ...thing, spec: { x: [null, 'ä'] } }]);
    expect(replace(known, [])[0]?.object).toEqual({
      ...thing,
      metadata: { name: 'a', uid: 'uid-a', resourceVersion: '1' },
      spec: { x: [null, 'ä'] },
    });
  });

  it('give no more of it than is judged of its kind, so that they stay small', () => {
    const known = new KnownObjects(NODE);
    const spec = { unschedulable: true, podCIDR: '10.0.0.0/24' };
    const metadata = { ...anObject('a', '1').metadata, annotations: { large: 'x'.repeat(10_000) } };
    replace(known, [{ ...NODE, metadata, spec, status: { images: [{ names: ['a', 'b'] }] } }]);
    expect(replace(known, [])[0]?.object).toEqual({
      ...NODE,
      metadata: { name: 'a', uid: 'uid-a', resourceVersion: '1', annotations: {} },
      spec: { unschedulable: true },
      status: {},
    });
  });

  it('are not complete while the first list has not ended: what came is still initial', () => {
    const known = new KnownObjects(NODE);
    known.beginList();
    known.takeItem(anObject('a', '1'));
    known.beginList();
    expect(known.takeItem(anObject('a', '1'))).toBeUndefined();
    expect(known.takeItem(anObject('b', '2'))?.initial).toBe(true);
    expect(known.endList()).toEqual([]);
  });

  it.each([[null], [{}], [{ metadata: { name: 'a' } }], ['text']])('refuse %j', (item) => {
    expect(() => new KnownObjects(NODE).takeItem(item)).toThrow('objects without a name');
  });

  it('lead whoever applies the changes to what the list says, whatever was known before', () => {
    const list = fc.uniqueArray(
      fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.constantFrom('1', '2', '3')),
      {
        selector: ([name]) => name,
      },
    );
    fc.assert(
      fc.property(fc.array(list, { minLength: 1, maxLength: 6 }), (lists) => {
        const known = new KnownObjects(NODE);
        const state = new Map<string, string>();
        for (const items of lists) {
          const objects = items.map(([name, version]) => anObject(name, version));
          for (const change of replace(known, objects)) apply(state, change);
          expect([...state].sort()).toEqual([...items].sort());
        }
      }),
    );
  });
});

/** Applies a change as a cache would; an addition of what is there, or a change of what is not, is a mistake. */
function apply(state: Map<string, string>, { type, object }: ObjectChange): void {
  const { name, resourceVersion } = object.metadata;
  expect(state.has(name)).toBe(type !== 'add');
  if (type === 'delete') state.delete(name);
  else state.set(name, resourceVersion);
}
