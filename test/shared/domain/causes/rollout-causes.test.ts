import { describe, expect, it } from 'vitest';
import type { ClusterObject, KubeVirtObject } from '../../../../shared/domain/objects.ts';
import { caseOf, causeOf, codesOf } from '../../../support/node-case.ts';
import { aDaemonSet, aHandler, aKubeVirt, aNode, aVmi } from '../../../support/objects.ts';

const NODE = [aNode('node01'), aVmi('vm-1', 'node01')];
const TAINTED = [
  aNode('node01', { spec: { taints: [{ key: 'dedicated', effect: 'NoSchedule' }] } }),
  aVmi('vm-1', 'node01'),
];
const synchronized = {
  type: 'Synchronized',
  status: 'False',
  reason: 'DeploymentFailed',
  message: 'unexpected canary upgrade state',
};
const rolling = (status: Partial<NonNullable<KubeVirtObject['status']>>): KubeVirtObject =>
  aKubeVirt({ metadata: { generation: 5 }, status: { phase: 'Deployed', ...status } });

describe('HandlerRollout', () => {
  it.each<{ title: string; objects: ClusterObject[]; evidence: string[] }>([
    {
      title: 'a newer KubeVirt generation, also while it says for a moment that it failed',
      objects: [rolling({ observedGeneration: 4, conditions: [synchronized] }), aDaemonSet()],
      evidence: [
        'metadata.generation=5',
        'status.observedGeneration=4',
        'status.conditions[Synchronized].status=False',
        'status.conditions[Synchronized].reason=DeploymentFailed',
        'status.conditions[Synchronized].message=unexpected canary upgrade state',
      ],
    },
    {
      title: 'an update of KubeVirt',
      objects: [rolling({ observedDeploymentID: 'old', targetDeploymentID: 'new' }), aDaemonSet()],
      evidence: ['status.observedDeploymentID=old', 'status.targetDeploymentID=new'],
    },
    {
      title: 'KubeVirt that is Progressing',
      objects: [rolling({ conditions: [{ type: 'Progressing', status: 'True' }] }), aDaemonSet()],
      evidence: ['status.conditions[Progressing].status=True'],
    },
    {
      title: 'handlers that are not up to date',
      objects: [aKubeVirt(), aDaemonSet({ ready: 3, status: { updatedNumberScheduled: 1 } })],
      evidence: ['status.updatedNumberScheduled=1', 'status.desiredNumberScheduled=3'],
    },
    {
      title: 'a pod that has just been made',
      objects: [
        aKubeVirt(),
        aDaemonSet(),
        aHandler('node01', {
          metadata: { creationTimestamp: '2026-08-22T10:08:30Z' },
          status: { phase: 'Pending' },
        }),
      ],
      evidence: ['metadata.creationTimestamp=2026-08-22T10:08:30Z', 'status.phase=Pending'],
    },
    {
      title: 'a pod that is being replaced',
      objects: [
        aKubeVirt(),
        aDaemonSet(),
        aHandler('node01', {
          metadata: { deletionTimestamp: '2026-08-22T10:15:00Z' },
          status: { phase: 'Running' },
        }),
      ],
      evidence: ['metadata.deletionTimestamp=2026-08-22T10:15:00Z'],
    },
  ])('is named for $title', ({ objects, evidence }) => {
    const situation = caseOf('node01', [...NODE, ...objects]);
    expect(codesOf(situation)).toEqual(['HandlerRollout']);
    const cause = causeOf(situation, 'HandlerRollout');
    expect(cause).toMatchObject({ certainty: 'Likely', origin: 'DaemonSet' });
    expect(cause.evidence.map(({ field, value }) => `${field}=${value}`)).toEqual(evidence);
  });

  it('is named for a node at risk whose handler is leaving', () => {
    const leaving = aHandler('node01', { metadata: { deletionTimestamp: '2026-08-22T10:15:00Z' } });
    const situation = caseOf('node01', [...NODE, aKubeVirt(), aDaemonSet(), leaving]);
    expect(situation.judgement.verdict).toBe('AtRisk');
    expect(codesOf(situation)).toEqual(['HandlerRollout']);
  });

  it('is not named for a handler that leaves and may not return', () => {
    const leaving = aHandler('node01', { metadata: { deletionTimestamp: '2026-08-22T10:15:00Z' } });
    const situation = caseOf('node01', [...TAINTED, aKubeVirt(), aDaemonSet(), leaving]);
    expect(codesOf(situation)).toEqual(['TaintNotTolerated']);
  });

  it('stands beside the taint that it will make an orphan by', () => {
    const cluster = [...TAINTED, rolling({ observedGeneration: 4 }), aDaemonSet(), aHandler('node01')];
    expect(codesOf(caseOf('node01', cluster))).toEqual(['TaintNotTolerated', 'HandlerRollout']);
  });

  it('is not named when something more telling keeps the rollout from its end', () => {
    const pod = aHandler('node01', {
      metadata: { creationTimestamp: '2026-08-22T10:09:00Z' },
      status: {
        phase: 'Pending',
        containerStatuses: [{ name: 'virt-handler', state: { waiting: { reason: 'ErrImagePull' } } }],
      },
    });
    const cluster = [...NODE, rolling({ observedGeneration: 4 }), aDaemonSet(), pod];
    expect(codesOf(caseOf('node01', cluster))).toEqual(['ImagePullFailure']);
  });

  it('is not named when everything is finished', () => {
    const done = rolling({
      observedGeneration: 5,
      observedDeploymentID: 'a',
      targetDeploymentID: 'a',
      conditions: [{ type: 'Progressing', status: 'False' }],
    });
    const old = aHandler('node01', { status: { phase: 'Pending', startTime: '2026-08-22T10:05:00Z' } });
    expect(codesOf(caseOf('node01', [...NODE, done, aDaemonSet(), old]))).toEqual(['Unknown']);
  });
});
