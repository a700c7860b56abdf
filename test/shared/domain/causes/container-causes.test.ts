import { describe, expect, it } from 'vitest';
import type { CauseCode } from '../../../../shared/domain/causes/cause.ts';
import type { ContainerStatus } from '../../../../shared/domain/container-status.ts';
import type { EventObject } from '../../../../shared/domain/evidence-objects.ts';
import type { PodObject } from '../../../../shared/domain/objects.ts';
import { anEvent, caseOf, causeOf, codesOf } from '../../../support/node-case.ts';
import { aDaemonSet, aHandler, aKubeVirt, aNode, aVmi } from '../../../support/objects.ts';

const CLUSTER = [aNode('node01'), aVmi('vm-1', 'node01'), aKubeVirt(), aDaemonSet()];
const NOT_READY = [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }];

function handlerWith(status: Omit<ContainerStatus, 'name'>, phase = 'Running'): PodObject {
  const containerStatuses = [{ name: 'virt-handler', ready: false, ...status }];
  return aHandler('node01', { status: { phase, conditions: NOT_READY, containerStatuses } });
}
const waiting = (reason: string, message?: string): Omit<ContainerStatus, 'name'> => ({
  image: 'quay.io/kubevirt/virt-handler:v1.9.0',
  state: { waiting: { reason, message } },
});
const orphan = (pod: PodObject, events?: readonly EventObject[]) =>
  caseOf('node01', [...CLUSTER, pod], { events });

describe('ImagePullFailure', () => {
  it('is named with image, reason and what the kubelet said', () => {
    const pod = handlerWith(waiting('ImagePullBackOff', 'Back-off pulling image'), 'Pending');
    const failed = anEvent(pod, 'Failed', { message: 'Failed to pull image: manifest unknown' });
    expect(codesOf(orphan(pod, [failed]))).toEqual(['ImagePullFailure']);
    expect(causeOf(orphan(pod, [failed]), 'ImagePullFailure')).toMatchObject({
      certainty: 'Likely',
      origin: 'Pod',
      summary:
        'The image quay.io/kubevirt/virt-handler:v1.9.0 of container virt-handler of Pod kubevirt/virt-handler-node01 cannot be pulled: ImagePullBackOff: Back-off pulling image.',
      evidence: [
        { field: 'status.containerStatuses[0].state.waiting.reason', value: 'ImagePullBackOff' },
        { field: 'status.containerStatuses[0].state.waiting.message', value: 'Back-off pulling image' },
        { field: 'status.containerStatuses[0].image', value: 'quay.io/kubevirt/virt-handler:v1.9.0' },
        { object: 'Event kubevirt/virt-handler-node01.17a', field: 'reason', value: 'Failed' },
        { field: 'message', value: 'Failed to pull image: manifest unknown' },
      ],
    });
  });

  it('is named for the init container, which has the image of the launcher', () => {
    const pod = aHandler('node01', {
      status: {
        phase: 'Pending',
        initContainerStatuses: [{ name: 'virt-launcher', ...waiting('InvalidImageName') }],
        containerStatuses: [{ name: 'virt-handler', ...waiting('PodInitializing') }],
      },
    });
    expect(causeOf(orphan(pod), 'ImagePullFailure').evidence[0]).toMatchObject({
      field: 'status.initContainerStatuses[0].state.waiting.reason',
      value: 'InvalidImageName',
    });
  });

  it('is not named for a pod that is being deleted', () => {
    const pod = handlerWith(waiting('ErrImagePull'), 'Pending');
    const leaving = { ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-08-22T10:10:30Z' } };
    expect(codesOf(orphan(leaving))).toEqual(['HandlerRollout']);
  });
});

describe('ContainerStartFailure', () => {
  it.each<[string, Omit<ContainerStatus, 'name'>, string]>([
    ['configuration', waiting('CreateContainerConfigError', 'no secret'), 'state.waiting.reason'],
    [
      'the runtime',
      { state: { terminated: { reason: 'StartError', exitCode: 128 } } },
      'state.terminated.reason',
    ],
    [
      'the runtime, in back-off',
      {
        ...waiting('CrashLoopBackOff'),
        lastState: { terminated: { reason: 'ContainerCannotRun', exitCode: 127 } },
      },
      'lastState.terminated.reason',
    ],
  ])('is named for %s', (_, status, field) => {
    const situation = orphan(handlerWith(status));
    expect(codesOf(situation)).toEqual(['ContainerStartFailure']);
    const cause = causeOf(situation, 'ContainerStartFailure');
    expect(cause).toMatchObject({ certainty: 'Likely', origin: 'Pod' });
    expect(cause.evidence[0]?.field).toBe(`status.containerStatuses[0].${field}`);
  });

  const creating = handlerWith(waiting('ContainerCreating'), 'Pending');

  it.each(['FailedMount', 'FailedCreatePodSandBox', 'FailedAttachVolume'])(
    'is named by the Event %s',
    (reason) => {
      const situation = orphan(creating, [anEvent(creating, reason, { message: 'cannot. ' })]);
      expect(codesOf(situation)).toEqual(['ContainerStartFailure']);
      expect(causeOf(situation, 'ContainerStartFailure').summary).toBe(
        `Pod kubevirt/virt-handler-node01 cannot be set up on the node: ${reason}: cannot.`,
      );
    },
  );

  it.each<[string, PodObject, readonly EventObject[] | undefined, CauseCode]>([
    ['Events were not read', creating, undefined, 'Unknown'],
    [
      'an image is being pulled since',
      creating,
      [
        anEvent(creating, 'FailedMount'),
        anEvent(creating, 'Pulling', { lastTimestamp: '2026-08-22T10:09:30Z' }),
      ],
      'Unknown',
    ],
    [
      'its containers were started',
      handlerWith({ state: { running: {} } }),
      [anEvent(creating, 'FailedMount', { involvedObject: { kind: 'Pod', name: 'virt-handler-node01' } })],
      'HandlerNotReady',
    ],
  ])('is not claimed when %s', (_, pod, events, instead) => {
    expect(codesOf(orphan(pod, events))).toEqual([instead]);
  });
});

describe('ContainerCrash', () => {
  const end = {
    reason: 'OOMKilled',
    exitCode: 137,
    finishedAt: '2026-08-22T10:08:00Z',
    message: 'panic:\n  nil',
  };

  it('is named in back-off, with how it last ended and how often', () => {
    const situation = orphan(
      handlerWith({
        ...waiting('CrashLoopBackOff', 'back-off 5m0s'),
        restartCount: 7,
        lastState: { terminated: end },
      }),
    );
    expect(codesOf(situation)).toEqual(['ContainerCrash']);
    expect(causeOf(situation, 'ContainerCrash')).toMatchObject({
      certainty: 'Likely',
      origin: 'Pod',
      summary:
        'Container virt-handler of Pod kubevirt/virt-handler-node01 crashes: last ended with OOMKilled, exit code 137, at 2026-08-22T10:08:00Z, panic: nil, 7 restarts.',
    });
    expect(causeOf(situation, 'ContainerCrash').evidence.map(({ field, value }) => [field, value])).toEqual([
      ['status.containerStatuses[0].state.waiting.reason', 'CrashLoopBackOff'],
      ['status.containerStatuses[0].state.waiting.message', 'back-off 5m0s'],
      ['status.containerStatuses[0].lastState.terminated.reason', 'OOMKilled'],
      ['status.containerStatuses[0].lastState.terminated.exitCode', '137'],
      ['status.containerStatuses[0].lastState.terminated.finishedAt', '2026-08-22T10:08:00Z'],
      ['status.containerStatuses[0].lastState.terminated.message', 'panic:\n  nil'],
      ['status.containerStatuses[0].restartCount', '7'],
    ]);
  });

  it('is named between two crashes, and for an end that nothing waits for yet', () => {
    const running = {
      state: { running: { startedAt: '2026-08-22T10:09:50Z' } },
      lastState: { terminated: end },
    };
    expect(codesOf(orphan(handlerWith({ ...running, restartCount: 1 })))).toEqual(['ContainerCrash']);
    expect(codesOf(orphan(handlerWith({ state: { terminated: { exitCode: 2 } } })))).toEqual([
      'ContainerCrash',
    ]);
  });

  it('has evidence even where the kubelet says nothing but the reason', () => {
    expect(causeOf(orphan(handlerWith(waiting('CrashLoopBackOff'))), 'ContainerCrash').evidence).toHaveLength(
      1,
    );
  });

  it.each<[string, PodObject, CauseCode]>([
    [
      'the crash is long over',
      handlerWith({
        state: { running: { startedAt: '2026-08-22T09:00:00Z' } },
        lastState: { terminated: end },
      }),
      'HandlerNotReady',
    ],
    ['it ended well', handlerWith({ state: { terminated: { exitCode: 0 } } }), 'HandlerNotReady'],
    [
      'the node ended the whole pod',
      aHandler('node01', {
        status: {
          phase: 'Failed',
          reason: 'Evicted',
          containerStatuses: [{ name: 'virt-handler', state: { terminated: { exitCode: 137 } } }],
        },
      }),
      'HandlerEvicted',
    ],
  ])('is not named when %s', (_, pod, instead) => {
    expect(codesOf(orphan(pod))).toEqual([instead]);
  });
});
