import fc from 'fast-check';
import { expect } from 'vitest';
import type { ChangeVerb, Concern, ObjectChange } from '../../shared/domain/object-change.ts';

/** A change of an object, as a watch tells it; `undefined` for one of which only the name is known. */
export function change(verb: ChangeVerb, object: object, known = true): ObjectChange {
  const { kind, metadata } = object as { kind: string; metadata: { name: string; namespace?: string } };
  const { name, namespace = '' } = metadata;
  return { verb, kind, namespace, name, object: known ? object : undefined };
}

/** What a concern says, without what mattered. */
export function concerning(concern: Concern): string {
  return concern.kind === 'nodes' ? concern.nodes.join() : concern.kind;
}

/** What mattered. */
export function mattersIn(concern: Concern): string {
  return 'matters' in concern ? concern.matters : '';
}

/** Whatever is in an object: each decision is total, and the same for the same object. */
export function expectTotal(decide: (change: ObjectChange) => Concern, kind: string): void {
  const odd = fc.object({
    maxDepth: 6,
    key: fc.constantFrom(
      'metadata',
      'labels',
      'kubevirt.io',
      'spec',
      'status',
      'nodeName',
      'conditions',
      'taints',
      'affinity',
      'name',
    ),
  });
  fc.assert(
    fc.property(odd, fc.constantFrom('add', 'update', 'delete'), (object, verb) => {
      const given = { verb, kind, namespace: '', name: 'virt-handler', object } as const;
      expect(decide(given)).toEqual(decide(structuredClone(given)));
    }),
  );
}
