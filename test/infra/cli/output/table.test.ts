import { describe, expect, it } from 'vitest';
import { toTable } from '../../../../infra/cli/output/table.ts';
import type { ClusterObject, Kind } from '../../../../shared/domain/objects.ts';
import { reportOf } from '../../../support/facts.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../../../support/objects.ts';

const installed = [aKubeVirt(), aDaemonSet()];
const metadata = {
  generatedAt: '2026-08-22T10:11:00.000Z',
  observedAt: null,
  cluster: 'prod',
  source: 'dump.json',
};

function table(
  objects: readonly ClusterObject[],
  options: { color?: boolean; all?: boolean; unread?: readonly Kind[] } = {},
): string {
  const report = reportOf(objects, metadata, options.unread);
  return [...toTable(report, { color: options.color ?? false, all: options.all ?? false })].join('');
}

const orphans = [
  ...installed,
  aNode('node01'),
  aHandler('node01'),
  aVmi('web-01', 'node01'),
  aNode('node02'),
  aVmi('web-02', 'node02'),
  aLauncher('web-02', 'node02'),
  aLauncher('gone', 'node02'),
  aHandler('node02', {
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False' }],
      containerStatuses: [
        { name: 'virt-handler', restartCount: 12, state: { waiting: { reason: 'CrashLoopBackOff' } } },
      ],
    },
  }),
  aNode('node03', { spec: { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] } }),
  aHandler('node03'),
  aVmi('db', 'node03', { phase: 'Scheduled' }),
];

describe('the table', () => {
  it('shows which nodes, why, which VMs, what the DaemonSet says, and the sum', () => {
    expect(
      table(orphans),
    ).toBe(`NODE    VERDICT   VIRT-HANDLER                                             VIRTUAL MACHINES
node02  Orphaned  NotReady: CrashLoopBackOff (container virt-handler, 12   tenant-a/web-02 (Running)
                  restarts)                                                pod tenant-a/virt-launcher-gone-x7k2p (Running)
                  pod kubevirt/virt-handler-node02
                  ContainerCrash: Container virt-handler of Pod
                  kubevirt/virt-handler-node02 crashes, 12 restarts.
node03  AtRisk    Ready                                                    tenant-a/db (Scheduled)
                  pod kubevirt/virt-handler-node03
                  TaintNotTolerated: virt-handler does not tolerate taint
                  dedicated=gpu:NoSchedule on node03: the virt-handler
                  that runs may stay, but will not come back after its
                  next restart or the next rollout.

DaemonSet kubevirt/virt-handler: desired 1, current 1, ready 1, up to date 1, available 1, misscheduled 0 (healthy, which says nothing about nodes it does not want)
1 orphaned node with 1 VMI and 2 launcher pods; 1 at risk, 0 unknown, of 3 nodes in dump.json
`);
  });

  it('shows no empty table when all is well', () => {
    const healthy = [...installed, aNode('node01'), aHandler('node01'), aVmi('web-01', 'node01')];
    expect(table(healthy)).toMatch(
      /^DaemonSet kubevirt\/virt-handler: .*\nno orphaned node; 0 at risk, 0 unknown, of 1 node in dump.json\n$/,
    );
    expect(table(healthy, { all: true })).toContain('node01  Managed  Ready');
    expect(table([...installed, aNode('node01')], { all: true })).toMatch(
      /node01 {2}NoWorkload {2}Absent: no virt-handler pod {2}-\n/,
    );
  });

  it('names what could not be read', () => {
    const text = table(orphans, { unread: ['Pod', 'DaemonSet'] });
    expect(text).toContain('DaemonSet virt-handler: not found\n');
    expect(text).toContain('problem: Pod was not read.\nproblem: DaemonSet was not read.\n');
    expect(text).toMatch(/node01 {2}Unknown/);
  });

  it('names ten machines of a node and counts the rest', () => {
    const text = table([
      ...installed,
      aNode('node02'),
      ...Array.from({ length: 47 }, (_, n) => aVmi(`vm-${n}`, 'node02')),
    ]);
    expect(text.match(/tenant-a\/vm-/g)).toHaveLength(10);
    expect(text).toContain('and 37 more (-o json lists all)');
  });

  it('colours verdicts when asked to, and otherwise sends no escape at all', () => {
    expect(table(orphans, { color: true })).toContain('\u001b[31mOrphaned\u001b[39m');
    expect(table(orphans)).not.toContain('\u001b');
  });

  it('sends nothing from the cluster that would steer the terminal', () => {
    const evil = aVmi('web\u001b[2J\u0007\r\n-01', 'node02');
    expect(table([...installed, aNode('node02'), evil])).toContain('tenant-a/web [2J -01 (Running)');
  });
});
