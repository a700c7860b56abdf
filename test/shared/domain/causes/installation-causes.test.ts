import { describe, expect, it } from 'vitest';
import type { KubeVirtObject } from '../../../../shared/domain/objects.ts';
import { caseOf, causeOf, codesOf } from '../../../support/node-case.ts';
import { aDaemonSet, aHandler, aKubeVirt, aNode, aVmi } from '../../../support/objects.ts';

const NODE = [aNode('node01'), aVmi('vm-1', 'node01')];
const FAILED = {
  type: 'Synchronized',
  status: 'False',
  reason: 'DeploymentFailed',
  message: 'DaemonSet.apps "virt-handler" is invalid',
};
const status = (phase: string, ...conditions: (typeof FAILED)[]): KubeVirtObject['status'] => ({
  phase,
  conditions,
});

describe('KubeVirtNotDeployed', () => {
  it('is Definite when there is neither a KubeVirt resource nor a DaemonSet', () => {
    const situation = caseOf('node01', NODE);
    expect(codesOf(situation)).toEqual(['KubeVirtNotDeployed']);
    expect(causeOf(situation, 'KubeVirtNotDeployed')).toMatchObject({
      certainty: 'Definite',
      origin: 'DaemonSet',
      evidence: [{ object: 'KubeVirt', value: 'not found' }],
    });
  });

  it('is Likely when DaemonSets were not read', () => {
    const situation = caseOf('node01', NODE, { unread: ['DaemonSet'] });
    expect(causeOf(situation, 'KubeVirtNotDeployed').certainty).toBe('Likely');
  });

  it('is Definite while KubeVirt is being removed, also on a node at risk', () => {
    const deleted = aKubeVirt({
      metadata: { deletionTimestamp: '2026-08-22T10:08:00Z' },
      status: status('Deleting'),
    });
    const leaving = aHandler('node01', { metadata: { deletionTimestamp: '2026-08-22T10:14:00Z' } });
    const situation = caseOf('node01', [...NODE, deleted, aDaemonSet(), leaving]);
    expect(situation.judgement.verdict).toBe('AtRisk');
    expect(codesOf(situation)).toEqual(['KubeVirtNotDeployed']);
    expect(causeOf(situation, 'KubeVirtNotDeployed')).toMatchObject({
      certainty: 'Definite',
      summary: 'KubeVirt is being removed: KubeVirt kubevirt/kubevirt was deleted at 2026-08-22T10:08:00Z.',
      evidence: [
        { field: 'metadata.deletionTimestamp', value: '2026-08-22T10:08:00Z' },
        { field: 'status.phase', value: 'Deleting' },
      ],
    });
  });

  it('is Definite by the phase alone', () => {
    const situation = caseOf('node01', [...NODE, aKubeVirt({ status: status('Deleted') }), aDaemonSet()]);
    expect(causeOf(situation, 'KubeVirtNotDeployed').certainty).toBe('Definite');
  });

  it.each([
    ['Deploying', []],
    ['Deployed', [FAILED]],
  ] as const)('is Likely in phase %s without a DaemonSet', (phase, conditions) => {
    const situation = caseOf('node01', [...NODE, aKubeVirt({ status: status(phase, ...conditions) })]);
    expect(codesOf(situation)).toEqual(['KubeVirtNotDeployed', 'DaemonSetMissing']);
    expect(causeOf(situation, 'KubeVirtNotDeployed').certainty).toBe('Likely');
  });

  it('is Likely when the policy is one that the API server refuses, and names the field', () => {
    const nodePlacement = { tolerations: [{ key: 'dedicated', operator: 'Sometimes' }] };
    const broken = aKubeVirt({ spec: { workloads: { nodePlacement } }, status: status('Deployed', FAILED) });
    const situation = caseOf('node01', [...NODE, broken, aDaemonSet()]);
    expect(causeOf(situation, 'KubeVirtNotDeployed')).toMatchObject({
      certainty: 'Likely',
      origin: 'PlacementPolicy',
      evidence: [
        {
          field: 'spec.workloads.nodePlacement.tolerations[0].operator',
          value: "Refused: unknown operator 'Sometimes'",
        },
        { field: 'status.conditions[Synchronized].status', value: 'False' },
        { field: 'status.conditions[Synchronized].reason' },
        { field: 'status.conditions[Synchronized].message' },
      ],
    });
  });

  it('is not named for a failure that a crashing handler brings about', () => {
    const failed = aKubeVirt({ status: status('Deployed', FAILED) });
    const crashing = aHandler('node01', {
      status: {
        phase: 'Running',
        containerStatuses: [
          { name: 'virt-handler', restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } },
        ],
      },
    });
    expect(codesOf(caseOf('node01', [...NODE, failed, aDaemonSet(), crashing]))).toEqual(['ContainerCrash']);
  });

  it('is not named when the resource is missing but its DaemonSet makes pods', () => {
    expect(codesOf(caseOf('node01', [...NODE, aDaemonSet()]))).toEqual(['DaemonSetStalled']);
  });

  it('is not named when KubeVirt resources were not read', () => {
    expect(codesOf(caseOf('node01', NODE, { unread: ['KubeVirt'] }))).toEqual(['Unknown']);
  });
});

describe('DaemonSetMissing', () => {
  it('is Definite where KubeVirt is deployed and has no DaemonSet', () => {
    const situation = caseOf('node01', [...NODE, aKubeVirt()]);
    expect(codesOf(situation)).toEqual(['DaemonSetMissing']);
    expect(causeOf(situation, 'DaemonSetMissing')).toMatchObject({
      certainty: 'Definite',
      origin: 'DaemonSet',
      evidence: [{ object: 'DaemonSet kubevirt/virt-handler', resourceVersion: '', value: 'not found' }],
    });
  });

  it('is Likely while the DaemonSet is being deleted', () => {
    const deleted = aDaemonSet({ metadata: { deletionTimestamp: '2026-08-22T10:09:00Z' } });
    const situation = caseOf('node01', [...NODE, aKubeVirt(), deleted]);
    expect(codesOf(situation)).toEqual(['DaemonSetMissing']);
    expect(causeOf(situation, 'DaemonSetMissing')).toMatchObject({
      certainty: 'Likely',
      evidence: [{ field: 'metadata.deletionTimestamp', value: '2026-08-22T10:09:00Z' }],
    });
  });

  it('is not named when DaemonSets were not read', () => {
    const situation = caseOf('node01', [...NODE, aKubeVirt()], { unread: ['DaemonSet'] });
    expect(codesOf(situation)).toEqual(['Unknown']);
    expect(causeOf(situation, 'Unknown').summary).toContain('not read: DaemonSets, Events');
  });
});
