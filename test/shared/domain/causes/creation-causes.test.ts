import { describe, expect, it } from 'vitest';
import type { EventObject } from '../../../../shared/domain/evidence-objects.ts';
import { aNamespace, anEvent, type CaseParts, caseOf, causeOf, codesOf } from '../../../support/node-case.ts';
import { aDaemonSet, aHandler, aKubeVirt, aNode, aVmi } from '../../../support/objects.ts';

const DAEMON_SET = aDaemonSet();
const CLUSTER = [aNode('node01'), aVmi('vm-1', 'node01'), aKubeVirt(), DAEMON_SET];
const message =
  'Error creating: pods "virt-handler-" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=5';
const rejected = anEvent(DAEMON_SET, 'FailedCreate', { message, count: 12 });

const orphan = (parts: CaseParts = {}) => caseOf('node01', CLUSTER, parts);

describe('PodCreationRejected', () => {
  it('is named by the Event about the DaemonSet', () => {
    const situation = orphan({ events: [rejected] });
    expect(codesOf(situation)).toEqual(['PodCreationRejected']);
    expect(causeOf(situation, 'PodCreationRejected')).toMatchObject({
      certainty: 'Likely',
      origin: 'DaemonSet',
      summary: `The pods of DaemonSet kubevirt/virt-handler are rejected: ${message} (12 times).`,
      evidence: [
        { object: 'Event kubevirt/virt-handler.17a', resourceVersion: '2000', field: 'reason' },
        { field: 'message', value: message },
        { field: 'count', value: '12' },
      ],
    });
  });

  it.each<[string, EventObject[] | undefined]>([
    ['Events were not read', undefined],
    [
      'a pod was made since',
      [rejected, anEvent(DAEMON_SET, 'SuccessfulCreate', { lastTimestamp: '2026-08-22T10:09:01Z' })],
    ],
    ['it was long ago', [{ ...rejected, lastTimestamp: '2026-08-22T09:40:00Z' }]],
    [
      'it is about another DaemonSet of that name',
      [{ ...rejected, involvedObject: { ...rejected.involvedObject, uid: 'x' } }],
    ],
  ])('is not claimed when %s', (_, events) => {
    expect(codesOf(orphan({ events }))).toEqual(['DaemonSetStalled']);
  });

  it('is named when only older pods were made, and when its time cannot be read', () => {
    const older = anEvent(DAEMON_SET, 'SuccessfulCreate', { lastTimestamp: '2026-08-22T10:08:59Z' });
    expect(codesOf(orphan({ events: [older, rejected] }))).toEqual(['PodCreationRejected']);
    expect(codesOf(orphan({ events: [{ ...rejected, lastTimestamp: 'soon' }] }))).toEqual([
      'PodCreationRejected',
    ]);
  });

  it('is not named where the DaemonSet wants no pod, or has one', () => {
    const tainted = aNode('node01', { spec: { taints: [{ key: 'dedicated', effect: 'NoSchedule' }] } });
    const events = [rejected];
    expect(codesOf(caseOf('node01', [tainted, ...CLUSTER.slice(1)], { events }))).toEqual([
      'TaintNotTolerated',
    ]);
    const leaving = aHandler('node01', {
      metadata: { deletionTimestamp: '2026-08-22T10:11:00Z' },
      status: { phase: 'Running' },
    });
    expect(codesOf(caseOf('node01', [...CLUSTER, leaving], { events }))).toEqual(['HandlerRollout']);
  });
});

describe('DaemonSetStalled', () => {
  it('is named when the controller has not seen the newest generation', () => {
    const behind = aDaemonSet({ metadata: { generation: 4 }, status: { updatedNumberScheduled: 0 } });
    const situation = caseOf('node01', [...CLUSTER.slice(0, 3), behind], { events: [] });
    expect(codesOf(situation)).toEqual(['DaemonSetStalled']);
    expect(causeOf(situation, 'DaemonSetStalled')).toMatchObject({
      certainty: 'Likely',
      origin: 'DaemonSet',
      summary:
        'DaemonSet kubevirt/virt-handler makes no pod on node01, its controller has seen generation 1 only, not 4: kube-controller-manager may be down.',
      evidence: [
        { field: 'metadata.generation', value: '4' },
        { field: 'status.observedGeneration', value: '1' },
        { field: 'status.desiredNumberScheduled', value: '1' },
        { field: 'status.currentNumberScheduled', value: '1' },
      ],
    });
  });

  it('shows how old the DaemonSet is', () => {
    const made = aDaemonSet({ metadata: { creationTimestamp: '2026-08-22T10:08:00Z' } });
    const situation = caseOf('node01', [...CLUSTER.slice(0, 3), made], { events: [] });
    expect(causeOf(situation, 'DaemonSetStalled').evidence[0]).toMatchObject({
      field: 'metadata.creationTimestamp',
      value: '2026-08-22T10:08:00Z',
    });
  });

  it('says that Events were not read', () => {
    expect(causeOf(orphan(), 'DaemonSetStalled').summary).toContain('Events were not read');
    expect(causeOf(orphan({ events: [] }), 'DaemonSetStalled').summary).not.toContain('Events');
  });

  it('is not named while a rollout explains the gap', () => {
    const rolling = aDaemonSet({ status: { updatedNumberScheduled: 0 } });
    expect(codesOf(caseOf('node01', [...CLUSTER.slice(0, 3), rolling]))).toEqual(['HandlerRollout']);
  });

  it('is not claimed of a DaemonSet without a template', () => {
    const { spec: _, ...bare } = aDaemonSet();
    expect(codesOf(caseOf('node01', [...CLUSTER.slice(0, 3), bare]))).toEqual(['Unknown']);
  });

  it("names OpenShift's node selector of the namespace, Definite, whatever the Events say", () => {
    const namespace = aNamespace({ 'openshift.io/node-selector': 'node-role.kubernetes.io/worker=' });
    const situation = orphan({ namespace, events: [rejected] });
    expect(codesOf(situation)).toEqual(['DaemonSetStalled']);
    const cause = causeOf(situation, 'DaemonSetStalled');
    expect(cause).toMatchObject({ certainty: 'Definite', origin: 'DaemonSet' });
    expect(cause.summary).toContain('no change of the placement policy cures that');
    expect(cause.evidence).toMatchObject([
      {
        object: 'Namespace kubevirt',
        field: 'metadata.annotations[openshift.io/node-selector]',
        value: 'node-role.kubernetes.io/worker=',
      },
      { object: 'Node node01', field: 'metadata.labels' },
    ]);
  });

  it('is only Likely for the annotation that plain Kubernetes has too', () => {
    const namespace = aNamespace({ 'scheduler.alpha.kubernetes.io/node-selector': 'zone=a' });
    expect(causeOf(orphan({ namespace }), 'DaemonSetStalled').certainty).toBe('Likely');
  });
});
