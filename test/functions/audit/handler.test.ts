import { describe, expect, it } from 'vitest';
import { handle, type Ports } from '../../../functions/audit/handler.ts';
import { epochMs } from '../../../shared/domain/units.ts';
import { aCluster, factsOf } from '../../support/facts.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../../support/objects.ts';
import { validReport, wholeReport } from '../../support/report-schema.ts';

const objects = [
  aKubeVirt(),
  aDaemonSet(),
  aNode('node01'),
  aNode('node02'),
  aHandler('node01'),
  aLauncher('web-01', 'node01'),
  aVmi('web-01', 'node01'),
  aLauncher('web-02', 'node02'),
  aVmi('web-02', 'node02', { uid: 'u2' }),
];

function ports(facts = factsOf(objects)): Ports {
  return {
    cluster: aCluster(facts),
    clock: { now: () => epochMs(Date.UTC(2026, 7, 22, 10, 11)) },
    identity: { cluster: 'prod', source: 'dump.json' },
  };
}

describe('handle', () => {
  it('reports what the published schema promises', async () => {
    const { report, finding } = await handle({}, ports());
    expect(finding).toBe('orphans');
    expect(validReport(wholeReport(report))).toEqual({
      apiVersion: 'kubevirt-orphans.dev/v1alpha1',
      kind: 'OrphanReport',
      metadata: {
        generatedAt: '2026-08-22T10:11:00.000Z',
        observedAt: '2026-08-22T10:10:00.000Z',
        cluster: 'prod',
        source: 'dump.json',
      },
      summary: {
        nodes: 2,
        nodesWithWorkload: 2,
        orphanedNodes: 1,
        atRiskNodes: 0,
        unknownNodes: 0,
        orphanedVMIs: 1,
        orphanedLauncherPods: 1,
      },
      daemonSet: {
        namespace: 'kubevirt',
        name: 'virt-handler',
        desired: 1,
        current: 1,
        ready: 1,
        upToDate: 1,
        available: 1,
        misscheduled: 0,
        healthy: true,
      },
      nodes: [
        {
          name: 'node01',
          verdict: 'Managed',
          causes: [],
          handler: { state: 'Ready', pod: 'kubevirt/virt-handler-node01', reason: '' },
          vmis: [{ namespace: 'tenant-a', name: 'web-01', uid: 'vmi-web-01', phase: 'Running' }],
          launcherPods: [
            { namespace: 'tenant-a', name: 'virt-launcher-web-01-x7k2p', phase: 'Running', vmi: 'web-01' },
          ],
        },
        {
          name: 'node02',
          verdict: 'Orphaned',
          causes: [
            {
              code: 'DaemonSetStalled',
              certainty: 'Likely',
              origin: 'DaemonSet',
              summary: expect.stringMatching(/makes no pod on node02, although its placement allows one\.$/),
              evidence: expect.arrayContaining([
                expect.objectContaining({ object: 'DaemonSet kubevirt/virt-handler' }),
              ]),
              mitigations: [expect.objectContaining({ code: 'RepairDaemonSetController', owner: 'None' })],
            },
          ],
          handler: { state: 'Absent', pod: null, reason: 'no virt-handler pod' },
          vmis: [{ namespace: 'tenant-a', name: 'web-02', uid: 'u2', phase: 'Running' }],
          launcherPods: [
            { namespace: 'tenant-a', name: 'virt-launcher-web-02-x7k2p', phase: 'Running', vmi: 'web-02' },
          ],
        },
      ],
      problems: [],
    });
  });

  it.each([
    ['desired 0', { ready: 0 }, false],
    ['a spec that the controller has not seen', { metadata: { generation: 2 } }, false],
    ['all level', { ready: 3 }, true],
  ])('calls a DaemonSet with %s healthy: %s', async (_, parts, healthy) => {
    const { report } = await handle({}, ports(factsOf([aKubeVirt(), aDaemonSet(parts), aNode('node01')])));
    expect(report.daemonSet?.healthy).toBe(healthy);
  });

  it('has no DaemonSet, and no time of observation, where none is known', async () => {
    const facts = { ...factsOf([aKubeVirt()]), observedAt: epochMs(0) };
    const { report } = await handle({}, ports(facts));
    expect(validReport(wholeReport(report))).toMatchObject({
      daemonSet: null,
      metadata: { observedAt: null },
    });
  });

  it('refuses a node that does not exist', async () => {
    await expect(handle({ node: 'node99' }, ports())).rejects.toMatchObject({
      code: 'USAGE',
      message: 'no node "node99" in dump.json',
    });
  });
});
