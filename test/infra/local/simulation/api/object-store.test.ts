import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../../infra/local/simulation/api/kube-object.ts';
import { ObjectStore, type StoreEvent } from '../../../../../infra/local/simulation/api/object-store.ts';
import { TYPES } from '../../../../../infra/local/simulation/api/resource-type.ts';

const node = (name: string, uid = name): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, uid, resourceVersion: '', creationTimestamp: '2026-08-22T10:00:00Z' },
});
const names = (objects: readonly KubeObject[] | undefined) => objects?.map(({ metadata }) => metadata.name);

describe('a store', () => {
  it('goes back to every revision that it remembers, and tells what happened since', () => {
    const store = new ObjectStore();
    const first = store.revision;
    const a = store.put(TYPES.node, node('a'));
    const second = store.revision;
    store.put(TYPES.node, node('b'));
    store.remove(TYPES.node, a);
    expect(names(store.list(TYPES.node))).toEqual(['b']);
    expect(names(store.listAt(TYPES.node, first))).toEqual([]);
    expect(names(store.listAt(TYPES.node, second))).toEqual(['a']);
    expect(store.since(TYPES.node, second)?.map(({ type, key }) => `${type} ${key}`)).toEqual([
      'ADDED b',
      'DELETED a',
    ]);
    expect(store.since(TYPES.pod, first)).toEqual([]);
  });

  it('remembers as much as it is told to', () => {
    const store = new ObjectStore(2);
    const versions = ['a', 'b', 'c', 'd', 'e'].map((name) =>
      Number(store.put(TYPES.node, node(name)).metadata.resourceVersion),
    );
    store.shrinkHistory(2);
    expect(versions.map((version) => names(store.listAt(TYPES.node, version))?.length)).toEqual([
      undefined,
      undefined,
      3,
      4,
      5,
    ]);
    expect(store.since(TYPES.node, versions[1] ?? 0)).toBeUndefined();
    store.forgetHistory();
    expect(store.since(TYPES.node, versions[3] ?? 0)).toBeUndefined();
    expect(store.since(TYPES.node, versions[4] ?? 0)).toEqual([]);
  });

  it('tells its listeners every change once, until they leave', () => {
    const store = new ObjectStore();
    const told: StoreEvent[] = [];
    const leave = store.subscribe((event) => told.push(event));
    const stored = store.put(TYPES.node, node('a'));
    store.put(TYPES.node, node('a', 'again'));
    store.remove(TYPES.node, stored);
    store.remove(TYPES.node, stored);
    leave();
    store.put(TYPES.node, node('b'));
    expect(told.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
    expect(told[1]?.previous).toBe(stored);
    expect(told.map(({ revision }) => revision)).toEqual([2, 3, 4]);
  });
});
