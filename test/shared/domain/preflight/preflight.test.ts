import { describe, expect, it } from 'vitest';
import type { ClusterObject, Kind, NodeObject } from '../../../../shared/domain/objects.ts';
import { applyChange } from '../../../../shared/domain/preflight/apply-change.ts';
import type { PlannedChange } from '../../../../shared/domain/preflight/planned-change.ts';
import { preflight } from '../../../../shared/domain/preflight/preflight.ts';
import { factsOf } from '../../../support/facts.ts';
import { aDaemonSet, aHandler, aKubeVirt, aNode, aVmi } from '../../../support/objects.ts';

const NOTHING: PlannedChange = { taints: [], labels: [], drainedHandlers: [] };
const taint = (node: string, effect: string, key = 'a'): PlannedChange => ({
  ...NOTHING,
  taints: [{ node, taint: { key, effect } }],
});
const label = (node: string, key: string, value?: string): PlannedChange => ({
  ...NOTHING,
  labels: [{ node, key, value }],
});
const drain = (node: string): PlannedChange => ({ ...NOTHING, drainedHandlers: [node] });
const place = (policy: NonNullable<PlannedChange['placement']>['policy']): PlannedChange => ({
  ...NOTHING,
  placement: { source: 'file', policy },
});

const LABELS = { 'kubernetes.io/os': 'linux', zone: 'a' };
const POLICY = { nodeSelector: { zone: 'a' } };
const node = (name: string, parts: Parameters<typeof aNode>[1] = {}): NodeObject =>
  aNode(name, { metadata: { labels: LABELS }, ...parts });
const withPolicy = aKubeVirt({ spec: { workloads: { nodePlacement: POLICY } } });
const zoned = aDaemonSet({ template: { nodeSelector: { 'kubernetes.io/os': 'linux', zone: 'a' } } });

/** node01 is managed, node02 in another zone and orphaned, node03 managed and spared by a NoSchedule taint. */
const CLUSTER: readonly ClusterObject[] = [
  withPolicy,
  zoned,
  node('node01'),
  node('node02', { metadata: { labels: { ...LABELS, zone: 'b' } } }),
  node('node03', { spec: { taints: [{ key: 'dedicated', effect: 'NoSchedule' }] } }),
  aHandler('node01'),
  aHandler('node03'),
  aVmi('vm-1', 'node01'),
  aVmi('vm-2', 'node02'),
  aVmi('vm-3', 'node03'),
];

function outcomeOf(change: PlannedChange, objects = CLUSTER, unread: readonly Kind[] = []) {
  const outcome = preflight(factsOf(objects, unread), change);
  const names = (nodes: typeof outcome.orphaned) => nodes.map(({ name }) => name).join();
  const { recovered, finding, unchanged } = outcome;
  return `${names(outcome.orphaned)}|${names(outcome.atRisk)}|${recovered.join()}|${unchanged} ${finding}`;
}

describe('preflight: orphaned | at risk | recovered | no worse', () => {
  it.each([
    ['nothing', NOTHING, '|||3 none'],
    ['a NoExecute taint', taint('node01', 'NoExecute'), 'node01|||2 harm'],
    ['a NoSchedule taint', taint('node01', 'NoSchedule'), '|node01||2 harm'],
    ['a PreferNoSchedule taint', taint('node01', 'PreferNoSchedule'), '|||3 none'],
    ['a taint of a tolerated key', taint('node01', 'NoExecute', 'CriticalAddonsOnly'), '|||3 none'],
    ['a cordon', taint('node01', 'NoSchedule', 'node.kubernetes.io/unschedulable'), '|||3 none'],
    ['a taint on an orphan', taint('node02', 'NoExecute'), '|||3 none'],
    ['a taint on a node at risk', taint('node03', 'NoSchedule'), '|||3 none'],
    ['a harsher taint there', taint('node03', 'NoExecute'), 'node03|||2 harm'],
    ['a selected label changed', label('node01', 'zone', 'b'), 'node01|||2 harm'],
    ['a selected label removed', label('node01', 'zone'), 'node01|||2 harm'],
    ['a label that is there already', label('node01', 'zone', 'a'), '|||3 none'],
    ['a label that lets virt-handler in', label('node02', 'zone', 'a'), '||node02|3 none'],
    ['a handler that is made again', drain('node01'), '|||3 none'],
    ['a handler that is not made again', drain('node03'), 'node03|||2 harm'],
    ['no handler to drain', drain('node02'), '|||3 none'],
    ['the policy in force', place(POLICY), '|||3 none'],
    ['a policy for another zone', place({ nodeSelector: { zone: 'b' } }), 'node01,node03||node02|1 harm'],
    ['no policy: all restart', place(undefined), 'node03||node02|2 harm'],
    ['a policy that tolerates all', place({ tolerations: [{ operator: 'Exists' }] }), '||node02|3 none'],
    [
      'a policy that an added label answers',
      { ...place({ nodeSelector: { disk: 'ssd' } }), ...{ labels: label('node01', 'disk', 'ssd').labels } },
      'node03|||2 harm',
    ],
    [
      'two labels of one key: the last counts',
      { ...NOTHING, labels: [...label('node01', 'zone').labels, ...label('node01', 'zone', 'a').labels] },
      '|||3 none',
    ],
  ])('%s', (_, change, expected) => {
    expect(outcomeOf(change)).toBe(expected);
  });

  it('does not let a node recover whose kubelet is not ready', () => {
    const notReady = node('node02', {
      metadata: { labels: { zone: 'b', 'kubernetes.io/os': 'linux' } },
      status: { conditions: [{ type: 'Ready', status: 'Unknown' }] },
    });
    const objects = [withPolicy, zoned, notReady, aVmi('vm-2', 'node02')];
    expect(outcomeOf(label('node02', 'zone', 'a'), objects)).toBe('|||1 none');
  });

  it('keeps a handler that crashes as broken as it is', () => {
    const crashing = aHandler('node01', { status: { phase: 'Running' } });
    const objects = [withPolicy, zoned, node('node01'), crashing, aVmi('vm-1', 'node01')];
    expect(outcomeOf(drain('node01'), objects)).toBe('|||1 none');
  });

  it('counts a node without workload as no worse', () => {
    const objects = [withPolicy, zoned, node('node01'), aHandler('node01')];
    expect(outcomeOf(taint('node01', 'NoExecute'), objects)).toBe('|||1 none');
  });

  it('expects no next handler where the DaemonSet is gone', () => {
    const objects = [withPolicy, node('node01'), aHandler('node01'), aVmi('vm-1', 'node01')];
    expect(outcomeOf(drain('node01'), objects)).toBe('node01|||0 harm');
  });

  it('does not touch what only looks like a handler', () => {
    const stranger = aHandler('node01', { namespace: 'tenant-a' });
    const facts = factsOf([withPolicy, zoned, node('node01'), stranger]);
    expect(applyChange(facts, taint('node01', 'NoExecute')).facts.handlerPods).toEqual([stranger]);
  });

  it.each([
    [['Node'], taint('node01', 'NoExecute'), '|||3 unknown'],
    [['Pod'], taint('node01', 'NoExecute'), '|||3 unknown'],
    [['DaemonSet'], taint('node01', 'NoExecute'), 'node01|||2 harm'],
    [['DaemonSet'], drain('node01'), '|||3 none'],
    [['DaemonSet'], place(POLICY), '|||3 unknown'],
    [['KubeVirt'], place(POLICY), '|||3 unknown'],
    [['KubeVirt', 'DaemonSet'], taint('node01', 'NoExecute'), '|||3 unknown'],
  ] as const)('without %j', (unread, change, expected) => {
    expect(outcomeOf(change, CLUSTER, unread)).toBe(expected);
  });

  it('cannot tell for a node whose workload was not read', () => {
    const objects = [withPolicy, zoned, node('node01'), aHandler('node01')];
    const unread: readonly Kind[] = ['VirtualMachineInstance'];
    expect(outcomeOf(taint('node01', 'NoExecute'), objects, unread)).toBe('|||0 unknown');
    expect(outcomeOf(taint('node01', 'NoSchedule'), objects, unread)).toBe('|||1 none');
  });
});

describe('the warnings of preflight', () => {
  const warnings = (change: PlannedChange) => preflight(factsOf(CLUSTER), change).warnings;

  it.each([
    [place({ nodeSelector: { zone: 'c' } }), /^The placement of file matches no node: .*without an error\.$/],
    [
      { ...NOTHING, labels: ['node01', 'node03'].flatMap((name) => label(name, 'zone').labels) },
      /leaves no node that virt-handler may run on/,
    ],
    [taint('node03', 'NoExecute'), /also evicts the virtual machines on node03/],
    [place(undefined), /^virt-handler restarts on every node/],
    [place(POLICY), /in force already/],
    [label('node01', 'zone', 'a'), /^node01 has these taints and labels already/],
    [drain('node02'), /^node02 has no virt-handler pod to delete/],
  ])('%j', (change, warning) => {
    expect(warnings(change)[0]).toMatch(warning);
  });

  it('names the term that can never match', () => {
    const nodeSelectorTerms = [{ matchExpressions: [{ key: 'cores', operator: 'Gt', values: ['many'] }] }];
    const affinity = {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
    };
    expect(warnings(place({ affinity }))[1]).toMatch(
      /^file: affinity\..*values\[0\]: 'many' is not a 64-bit/,
    );
  });
});
