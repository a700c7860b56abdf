import { describe, expect, it } from 'vitest';
import { judgeCluster } from '../../../shared/domain/judge-cluster.ts';
import type { ClusterObject, Kind } from '../../../shared/domain/objects.ts';
import { factsOf, judged } from '../../support/facts.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../../support/objects.ts';

const kubeVirt = [aKubeVirt(), aDaemonSet()];
const vm = [aVmi('web-01', 'node02'), aLauncher('web-01', 'node02')];
const ended = { phase: 'Succeeded' };

interface Case {
  readonly when: string;
  readonly objects: readonly ClusterObject[];
  readonly expected: string;
  readonly unread?: readonly Kind[];
}

const cases: readonly Case[] = [
  { when: 'nothing runs there and there is no handler', objects: [], expected: 'NoWorkload' },
  { when: 'nothing runs there', objects: [aHandler('node02')], expected: 'NoWorkload' },
  { when: 'the handler is Ready', objects: [...vm, aHandler('node02')], expected: 'Managed' },
  {
    when: 'the handler is on another node',
    objects: [...vm, aHandler('node03'), aNode('node03')],
    expected: 'Orphaned',
  },
  { when: 'there is no handler', objects: vm, expected: 'Orphaned' },
  {
    when: 'only the VMI is left, its pod is gone',
    objects: [aVmi('web-01', 'node02')],
    expected: 'Orphaned',
  },
  {
    when: 'only the launcher is left, its VMI is gone',
    objects: [aLauncher('web-01', 'node02')],
    expected: 'Orphaned',
  },
  {
    when: 'the launcher has ended',
    objects: [aLauncher('web-01', 'node02', { status: ended })],
    expected: 'NoWorkload',
  },
  {
    when: 'the launcher is not bound yet',
    objects: [aLauncher('web-01', undefined)],
    expected: 'NoWorkload',
  },
  {
    when: 'it is the target of a migration, whose launcher carries the source’s name in its label',
    objects: [
      aVmi('web-01', 'node01'),
      aLauncher('web-01', 'node02', {
        metadata: { labels: { 'kubevirt.io': 'virt-launcher', 'kubevirt.io/nodeName': 'node01' } },
      }),
    ],
    expected: 'Orphaned',
  },
  {
    when: 'a hotplug pod runs there',
    objects: [aLauncher('hp', 'node02', { metadata: { labels: { 'kubevirt.io': 'hotplug-disk' } } })],
    expected: 'NoWorkload',
  },
  {
    when: 'the handler is terminating but Ready',
    objects: [...vm, aHandler('node02', { metadata: { deletionTimestamp: '2026-08-22T10:09:59Z' } })],
    expected: 'AtRisk',
  },
  {
    when: 'the handler’s label is on a pod in a tenant’s namespace',
    objects: [...vm, aHandler('node02', { namespace: 'tenant-a' })],
    expected: 'Orphaned',
  },
  {
    when: 'the labelled pod in KubeVirt’s namespace is not the DaemonSet’s',
    objects: [...vm, aHandler('node02', { metadata: { ownerReferences: [] } })],
    expected: 'Orphaned',
  },
  {
    when: 'another DaemonSet controls the labelled pod',
    objects: [
      ...vm,
      aHandler('node02', {
        metadata: {
          ownerReferences: [
            { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'virt-handler-debug', controller: true },
          ],
        },
      }),
    ],
    expected: 'Orphaned',
  },
  {
    when: 'VMIs were not read, a launcher is there',
    objects: vm,
    unread: ['VirtualMachineInstance'],
    expected: 'Orphaned',
  },
  {
    when: 'VMIs were not read, nothing was seen',
    objects: [],
    unread: ['VirtualMachineInstance'],
    expected: 'Unknown',
  },
  {
    when: 'VMIs were not read, the handler is Ready',
    objects: [aHandler('node02')],
    unread: ['VirtualMachineInstance'],
    expected: 'Managed',
  },
  { when: 'pods were not read', objects: [...vm, aHandler('node02')], unread: ['Pod'], expected: 'Unknown' },
  { when: 'pods were not read and no VMI was seen', objects: [], unread: ['Pod'], expected: 'Unknown' },
  {
    when: 'DaemonSets were not read',
    objects: [...vm, aHandler('node02')],
    unread: ['DaemonSet'],
    expected: 'Managed',
  },
  {
    when: 'the KubeVirt resource was not read',
    objects: [...vm, aHandler('node02')],
    unread: ['KubeVirt'],
    expected: 'Managed',
  },
  {
    when: 'neither DaemonSets nor the KubeVirt resource were read',
    objects: [...vm, aHandler('node02')],
    unread: ['KubeVirt', 'DaemonSet'],
    expected: 'Unknown',
  },
  {
    when: 'neither were read and no handler is there',
    objects: vm,
    unread: ['KubeVirt', 'DaemonSet'],
    expected: 'Orphaned',
  },
];

describe('judgeCluster', () => {
  it.each(cases)('says $expected when $when', ({ objects, unread, expected }) => {
    expect(judged('node02', [aNode('node02'), ...kubeVirt, ...objects], unread).verdict).toBe(expected);
  });

  it.each([
    ['', 'Orphaned'],
    ['Pending', 'Orphaned'],
    ['Scheduling', 'Orphaned'],
    ['Scheduled', 'Orphaned'],
    ['Running', 'Orphaned'],
    ['WaitingForSync', 'Orphaned'],
    ['Unknown', 'Orphaned'],
    ['Succeeded', 'NoWorkload'],
    ['Failed', 'NoWorkload'],
  ])('says, of a node without handler that a VMI in phase "%s" names, %s', (phase, expected) => {
    expect(
      judged('node02', [aNode('node02'), ...kubeVirt, aVmi('web-01', 'node02', { phase })]).verdict,
    ).toBe(expected);
  });

  it.each([['Pending'], ['Scheduling']])('leaves a VMI in phase %s without a node out', (phase) => {
    expect(
      judged('node02', [aNode('node02'), ...kubeVirt, aVmi('web-01', undefined, { phase })]).verdict,
    ).toBe('NoWorkload');
  });

  it('reports a node that no longer exists, whatever the frozen status of its handler pod says', () => {
    const gone = judged('node02', [aNode('node01'), ...kubeVirt, ...vm, aHandler('node02')]);
    expect(gone).toMatchObject({
      verdict: 'Orphaned',
      node: undefined,
      handler: { state: 'NotRunning', reason: 'the node does not exist' },
    });
    expect(judged('node02', [aNode('node01'), ...kubeVirt, ...vm]).handler.state).toBe('Absent');
  });

  it('judges by pods when nodes were not read', () => {
    expect(judged('node02', [...kubeVirt, ...vm, aHandler('node02')], ['Node']).verdict).toBe('Managed');
  });

  it('judges a node whose name is longer than a label value', () => {
    const long = `${'a'.repeat(63)}.${'b'.repeat(63)}.example.com`;
    const objects = [aNode(long), ...kubeVirt, aVmi('web-01', long), aLauncher('web-01', long)];
    expect(judged(long, objects)).toMatchObject({ verdict: 'Orphaned', vmis: [{ name: 'web-01' }] });
    expect(judged(long, [...objects, aHandler(long)]).verdict).toBe('Managed');
  });

  it('lists nodes by name, and VMIs and pods by namespace and name', () => {
    const objects = [
      aNode('b'),
      aNode('a'),
      ...kubeVirt,
      aVmi('z', 'a'),
      aVmi('y', 'a'),
      aVmi('x', 'a', { namespace: 'tenant-b' }),
      aVmi('x', 'a', { namespace: 'tenant-0' }),
    ];
    const { nodes } = judgeCluster(factsOf(objects));
    expect(nodes.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(nodes[0]?.vmis.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
      'tenant-0/x',
      'tenant-a/y',
      'tenant-a/z',
      'tenant-b/x',
    ]);
  });

  it('names an unreadable heartbeat, and judges on', () => {
    const node = aNode('node02', { metadata: { annotations: { 'kubevirt.io/heartbeat': 'yesterday' } } });
    const { nodes, problems } = judgeCluster(factsOf([node, ...kubeVirt, ...vm, aHandler('node02')]));
    expect(problems).toMatchObject([
      { code: 'HeartbeatUnreadable', kind: 'Node', message: expect.stringContaining('"yesterday"') },
    ]);
    expect(nodes[0]?.verdict).toBe('Managed');
  });
});
