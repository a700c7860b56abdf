import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { READ_KINDS } from '../../../shared/domain/evidence-objects.ts';
import { isKubeVirtPod, kindOf, PROJECTIONS, projectionFor } from '../../../shared/objects/kinds.ts';
import { childOf, eitherOf, fieldsOf, project, projectionOf } from '../../../shared/objects/projection.ts';
import { SCHEMAS, SCHEMAS_COVER_THE_DOMAIN } from '../../../shared/objects/schemas.ts';

const schema = z.object({
  a: z.string().optional(),
  b: z.array(z.object({ c: z.number() })).optional(),
  d: z.record(z.string(), z.string()),
});
const projection = projectionOf(schema);

describe('projectionOf', () => {
  it('keeps what the schema names, and nothing else', () => {
    const value = { a: 'x', b: [{ c: 1, y: 2 }, null], d: { k: 'v' }, z: [1] };
    expect(project(value, projection)).toEqual({ a: 'x', b: [{ c: 1 }], d: { k: 'v' } });
  });

  it('empties a container where another type is expected', () => {
    expect(project({ a: { x: 1 }, b: { c: 1 }, d: [1] }, projection)).toEqual({ a: {}, b: {}, d: [] });
  });

  it('drops null and __proto__', () => {
    const value: unknown = JSON.parse('{"a":null,"d":{"__proto__":"x","k":null},"__proto__":{"a":"y"}}');
    expect(project(value, projection)).toEqual({ d: {} });
    expect(childOf(projection, '__proto__')).toBeUndefined();
  });

  it('is undefined below a scalar and an array', () => {
    expect(childOf({ type: 'scalar' }, 'a')).toBeUndefined();
    expect(childOf({ type: 'array', element: projection }, 'a')).toBeUndefined();
  });
});

describe('eitherOf', () => {
  const scalar = { type: 'scalar' } as const;

  it('keeps what one of both keeps', () => {
    const both = eitherOf(projection, fieldsOf({ a: scalar, e: fieldsOf({ f: scalar }) }));
    expect(project({ a: 'x', e: { f: 1, g: 2 }, h: 1 }, both)).toEqual({ a: 'x', e: { f: 1 } });
  });

  it('refuses a field of two types', () => {
    expect(() => eitherOf(projection, fieldsOf({ a: projection }))).toThrow(
      'scalar in one kind and object in another',
    );
  });
});

describe('the kinds', () => {
  it('have a schema each, which covers the domain', () => {
    expect(Object.keys(SCHEMAS).toSorted()).toEqual([...READ_KINDS].toSorted());
    expect(SCHEMAS_COVER_THE_DOMAIN).toBe(true);
  });

  it.each([
    ['v1', 'Pod', 'Pod'],
    ['apps/v1', 'DaemonSet', 'DaemonSet'],
    ['kubevirt.io/v1alpha3', 'VirtualMachineInstance', 'VirtualMachineInstance'],
    ['v1', 'VirtualMachineInstance', undefined],
    ['metrics.k8s.io/v1beta1', 'Node', undefined],
    ['extensions/v1beta1', 'DaemonSet', undefined],
    ['v1', 'Event', 'Event'],
    ['events.k8s.io/v1', 'Event', 'Event'],
    ['hco.kubevirt.io/v1beta1', 'HyperConverged', 'HyperConverged'],
    ['cluster.x-k8s.io/v1', 'Event', undefined],
    ['v1', 'Secret', undefined],
    [1, 'Pod', undefined],
    ['v1', 'toString', undefined],
  ])('%s %s is %s', (apiVersion, kind, expected) => {
    expect(kindOf(apiVersion, kind)).toBe(expected);
  });

  it('need nothing of an unknown object and only the metadata of a foreign pod', () => {
    const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', x: 1 }, spec: { nodeName: 'n' } };
    expect(project(object, projectionFor(undefined, true))).toEqual({ apiVersion: 'v1', kind: 'Pod' });
    expect(project(object, projectionFor('Pod', true))).toEqual({
      ...object,
      metadata: { name: 'a' },
      spec: undefined,
    });
    expect(projectionFor('Node', true)).toBe(PROJECTIONS.Node);
  });

  it.each([
    [{ labels: { 'kubevirt.io': 'virt-handler' } }, true],
    [{ labels: { 'kubevirt.io': 'hotplug-disk' } }, false],
    [{ labels: 5 }, false],
    ['x', false],
    [undefined, false],
  ])('tell a pod of KubeVirt by its label: %j', (metadata, expected) => {
    expect(isKubeVirtPod(metadata)).toBe(expected);
  });
});
