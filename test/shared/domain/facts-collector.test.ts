import { describe, expect, it } from 'vitest';
import { compareResourceVersions, FactsCollector } from '../../../shared/domain/facts-collector.ts';
import type { ClusterObject } from '../../../shared/domain/objects.ts';
import { aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../../support/objects.ts';

const whyUnread = (kind: never) => ({ code: 'NotInDump', kind, message: 'x' }) as const;

function at(object: ClusterObject, resourceVersion: string | undefined, uid = 'u1'): ClusterObject {
  return { ...object, metadata: { ...object.metadata, uid, resourceVersion } } as ClusterObject;
}

describe('add', () => {
  const vmi = aVmi('web-01', 'node02');
  const moved = aVmi('web-01', 'node03');

  it.each([
    ['the same copy', at(vmi, '7'), at(vmi, '7'), 'same'],
    [
      'the same copy with its labels in another order',
      at(aNode('n', { metadata: { labels: { a: '1', b: '2' } } }), '7'),
      at(aNode('n', { metadata: { labels: { b: '2', a: '1' } } }), '7'),
      'same',
    ],
    [
      'a copy with one label more',
      at(aNode('n', { metadata: { labels: { a: '1' } } }), '7'),
      at(aNode('n', { metadata: { labels: { a: '1', b: '2' } } }), '7'),
      'disagrees',
    ],
    ['a newer copy', at(vmi, '7'), at(moved, '8'), 'newer'],
    ['an older copy', at(vmi, '10'), at(moved, '9'), 'older'],
    ['a newer copy with nothing changed that matters', at(vmi, '7'), at(vmi, '8'), 'newer'],
    ['another content with the same version', at(vmi, '7'), at(moved, '7'), 'disagrees'],
    ['another content without a version', at(vmi, undefined), at(moved, undefined), 'disagrees'],
    ['the same content without a version', at(vmi, undefined), at(vmi, undefined), 'same'],
    ['a VMI that was made again', at(vmi, '7', 'u1'), at(moved, '8', 'u2'), 'newer'],
    [
      'a Node of another cluster',
      at(aNode('node02'), '7', 'u1'),
      at(aNode('node02'), '8', 'u2'),
      'disagrees',
    ],
    ['a KubeVirt of another cluster', at(aKubeVirt(), '7', 'u1'), at(aKubeVirt(), '8', 'u2'), 'disagrees'],
  ])('answers for %s', (_, first, second, expected) => {
    const collector = new FactsCollector();
    expect(collector.add(first)).toBe('added');
    expect(collector.add(second)).toBe(expected);
  });

  it.each([[['7', '8', '9']], [['9', '8', '7']], [['8', '9', '7']]])(
    'keeps the newest of copies in order %s',
    (order) => {
      const collector = new FactsCollector();
      for (const version of order) collector.add(at(aVmi('web-01', `node-${version}`), version));
      expect(collector.finish(whyUnread as never).vmis).toMatchObject([{ nodeName: 'node-9' }]);
    },
  );

  it('forgets a launcher that a newer copy shows ended', () => {
    const collector = new FactsCollector();
    const pod = aLauncher('web-01', 'node02');
    collector.add(at(pod, '7'));
    collector.add(at({ ...pod, status: { phase: 'Succeeded' } }, '8'));
    expect(collector.finish(whyUnread as never).launcherPods).toMatchObject([{ alive: false }]);
  });

  it('ignores a pod that is neither handler nor launcher, but knows that pods were read', () => {
    const collector = new FactsCollector();
    const pod = aHandler('node02', { metadata: { labels: { 'kubevirt.io': 'virt-api' } } });
    expect(collector.add(pod)).toBe('ignored');
    expect([...collector.read]).toEqual(['Pod']);
  });
});

describe('finish', () => {
  it('asks why a kind was not read, for those only', () => {
    const collector = new FactsCollector();
    collector.add(aNode('node02'));
    collector.markRead('Pod');
    const facts = collector.finish((kind) => ({ code: 'NotInDump', kind, message: `no ${kind}` }));
    expect([...facts.unread.keys()]).toEqual(['DaemonSet', 'VirtualMachineInstance', 'KubeVirt']);
  });

  it('takes the newest heartbeat of a node or its kubelet for the time of a dump', () => {
    const collector = new FactsCollector();
    collector.add(
      aNode('a', { metadata: { annotations: { 'kubevirt.io/heartbeat': '2026-08-22T10:00:00Z' } } }),
    );
    const kubelet = aNode('b', { metadata: { annotations: {} } });
    collector.add({
      ...kubelet,
      status: { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2026-08-22T10:03:00Z' }] },
    });
    expect(new Date(collector.finish(whyUnread as never).observedAt).toISOString()).toBe(
      '2026-08-22T10:03:00.000Z',
    );
  });
});

describe('compareResourceVersions', () => {
  it.each([
    ['9', '10', -1],
    ['10', '9', 1],
    ['7', '7', 0],
    ['007', '7', 0],
    ['', '7', 0],
    ['x', '7', 0],
    ['99999999999999999998', '99999999999999999999', -1],
  ])('%j and %j: %i', (a, b, expected) => {
    expect(Math.sign(compareResourceVersions(a, b))).toBe(expected);
  });
});
