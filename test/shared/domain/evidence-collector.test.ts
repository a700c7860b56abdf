import { describe, expect, it } from 'vitest';
import { EvidenceCollector } from '../../../shared/domain/evidence-collector.ts';
import type { EvidenceObject, VmObject } from '../../../shared/domain/evidence-objects.ts';
import { evidenceOf } from '../../support/facts.ts';
import { anEvent } from '../../support/node-case.ts';
import { aDaemonSet, aHandler, aLauncher, aNode } from '../../support/objects.ts';

const vm: VmObject = { kind: 'VirtualMachine', metadata: { name: 'web', namespace: 'shop' } };
const why = (kind: 'Event') => ({ code: 'NotInDump', kind, message: '' }) as const;

function collected(keepVms: boolean, objects: readonly EvidenceObject[]) {
  const collector = new EvidenceCollector({ keepVms });
  for (const object of objects) collector.add(object);
  return collector.finish(why as never);
}

describe('EvidenceCollector', () => {
  it.each([
    ['about a node', anEvent(aNode('node01'), 'NodeNotReady'), true],
    ['about the DaemonSet', anEvent(aDaemonSet(), 'FailedCreate'), true],
    ['about a handler pod', anEvent(aHandler('node01'), 'FailedMount'), true],
    ['about another pod', anEvent(aLauncher('web', 'node01'), 'FailedMount'), false],
    [
      'about nothing, so that it can be named',
      { ...anEvent(aNode('node01'), 'X'), involvedObject: undefined },
      true,
    ],
    [
      'about a node, by events.k8s.io',
      { ...anEvent(aNode('a'), 'X'), involvedObject: undefined, regarding: { kind: 'Node', name: 'a' } },
      true,
    ],
  ])('keeps an Event %s: %s', (_, event, kept) => {
    expect(collected(false, [event]).events).toEqual(kept ? [event] : []);
  });

  it('keeps VirtualMachines only where they are asked for, and has read them all the same', () => {
    expect(collected(true, [vm]).vms).toEqual([vm]);
    const without = collected(false, [vm]);
    expect(without.vms).toEqual([]);
    expect([...without.unread.keys()]).toEqual(['Event', 'Namespace', 'HyperConverged']);
  });

  it('takes the newer of two copies, and the first of two views of one Event', () => {
    const [old, young] = ['9', '10'].map((resourceVersion): EvidenceObject => {
      return { kind: 'Namespace', metadata: { name: 'kubevirt', resourceVersion } };
    }) as [EvidenceObject, EvidenceObject];
    expect(evidenceOf([old, young]).namespaces).toEqual([young]);
    expect(evidenceOf([young, old]).namespaces).toEqual([young]);
    const event = anEvent(aNode('node01'), 'NodeNotReady');
    const view = { ...event, message: undefined, note: 'NodeNotReady happened' };
    expect(evidenceOf([event, view]).events).toEqual([event]);
  });

  it('says the same in whatever order it was told', () => {
    const events = ['b', 'a', 'c'].map((name) => anEvent(aNode(name), 'NodeNotReady'));
    expect(evidenceOf(events)).toEqual(evidenceOf(events.toReversed()));
  });
});
