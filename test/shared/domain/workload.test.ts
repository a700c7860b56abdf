import { describe, expect, it } from 'vitest';
import type { PodObject } from '../../../shared/domain/objects.ts';
import { isLiveLauncher, toLauncherPod, toVmi } from '../../../shared/domain/workload.ts';
import { aLauncher, aVmi } from '../../support/objects.ts';

const running = { name: 'compute', state: { running: { startedAt: '2026-08-22T10:05:00Z' } } };
const ended = { name: 'compute', state: { terminated: { exitCode: 0, reason: 'Completed' } } };
const killed = { name: 'compute', state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } };
const sidecar = { name: 'guest-console-log', state: { running: { startedAt: '2026-08-22T10:05:00Z' } } };

function launcher(status: PodObject['status'], metadata: Partial<PodObject['metadata']> = {}): PodObject {
  return aLauncher('web-01', 'node02', { status, metadata });
}

describe('isLiveLauncher', () => {
  it.each([
    ['running', launcher({ phase: 'Running', containerStatuses: [running] }), true],
    ['bound and pending, no container yet', launcher({ phase: 'Pending' }), true],
    ['without a status', launcher(undefined), true],
    [
      'paused, so not Ready',
      launcher({ phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] }),
      true,
    ],
    [
      'terminating but running',
      launcher(
        { phase: 'Running', containerStatuses: [running] },
        { deletionTimestamp: '2026-08-22T10:09:00Z' },
      ),
      true,
    ],
    ['completed after a migration', launcher({ phase: 'Succeeded', containerStatuses: [ended] }), false],
    ['failed', launcher({ phase: 'Failed', containerStatuses: [killed] }), false],
    [
      'phase Running, every container terminated',
      launcher({ phase: 'Running', containerStatuses: [ended, killed] }),
      false,
    ],
    [
      'phase Pending, every container terminated',
      launcher({ phase: 'Pending', containerStatuses: [killed] }),
      false,
    ],
    [
      'one container of two terminated',
      launcher({ phase: 'Running', containerStatuses: [ended, sidecar] }),
      true,
    ],
    [
      'WaitForFirstConsumer stand-in',
      launcher({ phase: 'Running' }, { annotations: { 'kubevirt.io/ephemeral-provisioning': 'true' } }),
      false,
    ],
    [
      'VMI deleted with cascade=orphan, no controller left',
      launcher({ phase: 'Running' }, { ownerReferences: [] }),
      true,
    ],
    [
      'a tenant’s Deployment with the label copied',
      launcher(
        { phase: 'Running' },
        { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'fake', controller: true }] },
      ),
      false,
    ],
  ])('%s', (_, pod, expected) => {
    expect(isLiveLauncher(pod)).toBe(expected);
  });
});

describe('toLauncherPod', () => {
  it('takes the node from spec.nodeName, not from the label that a migration target copies from its source', () => {
    const target = aLauncher('web-01', 'node03', {
      metadata: { labels: { 'kubevirt.io': 'virt-launcher', 'kubevirt.io/nodeName': 'node02' } },
    });
    expect(toLauncherPod(target)).toMatchObject({ nodeName: 'node03', vmi: 'web-01', alive: true });
  });

  it('takes the VMI from the annotation when no owner is left', () => {
    const orphan = aLauncher('web-01', 'node02', { metadata: { ownerReferences: [] } });
    expect(toLauncherPod(orphan).vmi).toBe('web-01');
  });

  it('is empty where the pod says nothing', () => {
    const bare: PodObject = { kind: 'Pod', metadata: { name: 'x' } };
    expect(toLauncherPod(bare)).toEqual({
      namespace: '',
      name: 'x',
      resourceVersion: '',
      nodeName: '',
      phase: '',
      vmi: '',
      alive: true,
    });
  });
});

describe('toVmi', () => {
  it('takes the node from status.nodeName, which may be longer than a label can hold', () => {
    const long = `${'n'.repeat(60)}.${'example'.repeat(10)}.com`;
    expect(long.length).toBeGreaterThan(63);
    expect(toVmi(aVmi('web-01', long))).toMatchObject({
      nodeName: long,
      phase: 'Running',
      uid: 'vmi-web-01',
    });
  });
});
