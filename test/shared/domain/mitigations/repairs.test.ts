import { describe, expect, it } from 'vitest';
import { CAUSE_CODES, type CauseCode } from '../../../../shared/domain/causes/cause.ts';
import { findMitigations } from '../../../../shared/domain/mitigations/find-mitigations.ts';
import {
  MITIGATION_CODES,
  MITIGATION_OWNERS,
  MITIGATION_RISKS,
  type MitigationContext,
  NO_EFFECTS,
} from '../../../../shared/domain/mitigations/mitigation.ts';
import { aHandler } from '../../../support/objects.ts';
import { aCause, contextOf, node } from './case.ts';

const unready = aHandler('node02', { status: { phase: 'Running' } });
const settled: MitigationContext = { ...contextOf({ nodes: [node('node02')] }), handlerPod: unready };
const find = (code: CauseCode, parts: Partial<MitigationContext> = {}) =>
  findMitigations(aCause(code), { ...settled, ...parts });

const DESCRIBE_NODE = 'kubectl describe node/node02';
const DESCRIBE_POD = 'kubectl describe pod/virt-handler-node02 -n kubevirt';
const DELETE_POD = 'kubectl delete pod virt-handler-node02 -n kubevirt';
const LOGS = 'kubectl logs pod/virt-handler-node02 -n kubevirt -c virt-handler --tail=100';
const DAEMONSET = 'kubectl describe daemonset/virt-handler -n kubevirt';

describe('the log that is shown', () => {
  const status = (name: string, ready: boolean) => ({ name, ready });
  const init = [status('virt-launcher', false)];
  const pod = (...containers: readonly ReturnType<typeof status>[]) =>
    aHandler('node02', {
      status: { phase: 'Running', initContainerStatuses: init, containerStatuses: containers },
    });
  const LOG = 'kubectl logs pod/virt-handler-node02 -n kubevirt';
  const logs = (code: CauseCode, field: string, ...containers: readonly ReturnType<typeof status>[]) => {
    const cause = aCause(code);
    const evidence = cause.evidence.map((it) => ({ ...it, field }));
    const context = { ...settled, handlerPod: pod(...containers) };
    const found = findMitigations({ ...cause, evidence }, context);
    return found.find(({ command }) => command.startsWith(LOG))?.command.slice(LOG.length + 1);
  };

  it.each([
    ['status.initContainerStatuses[0].lastState.terminated.exitCode', 'virt-launcher', ' --previous'],
    ['status.containerStatuses[1].state.waiting.reason', 'pr-helper', ' --previous'],
    ['status.containerStatuses[0].state.terminated.exitCode', 'virt-handler', ''],
    ['status.containerStatuses[7].state.waiting.reason', 'virt-handler', ' --previous'],
  ])('is of the container that crashes, before its end if it was started again: %s', (field, name, end) => {
    const containers = [status('virt-handler', false), status('pr-helper', false)];
    expect(logs('ContainerCrash', field, ...containers)).toBe(`-c ${name} --tail=100${end}`);
  });

  it('is of the container that is not ready', () => {
    const containers = [status('virt-handler', true), status('pr-helper', false)];
    expect(logs('HandlerNotReady', '', ...containers)).toBe('-c pr-helper --tail=100');
    expect(logs('HandlerNotReady', '', status('virt-handler', false), status('pr-helper', false))).toBe(
      '-c virt-handler --tail=100',
    );
    expect(logs('HeartbeatStale', '')).toBe('-c virt-handler --tail=100');
  });
});

it.each<[CauseCode, readonly (readonly [string, string])[]]>([
  ['NodeMissing', [['RepairNode', 'kubectl get nodes']]],
  ['NodeNotReady', [['RepairNode', DESCRIBE_NODE]]],
  ['KubeVirtNotDeployed', [['RepairOperator', 'kubectl get kubevirts/kubevirt -n kubevirt -o yaml']]],
  [
    'DaemonSetMissing',
    [['RepairOperator', 'kubectl get pods --all-namespaces -l kubevirt.io=virt-operator']],
  ],
  ['RemediationInProgress', [['WaitForRemediation', DESCRIBE_NODE]]],
  ['PodCreationRejected', [['AllowPodCreation', DAEMONSET]]],
  ['HandlerUnschedulable', [['MakeRoomOnNode', DESCRIBE_POD]]],
  ['ImagePullFailure', [['FixImage', DESCRIBE_POD]]],
  [
    'ContainerStartFailure',
    [
      ['FixHandlerPod', DESCRIBE_POD],
      ['RestartHandlerPod', DELETE_POD],
    ],
  ],
  [
    'ContainerCrash',
    [
      ['FixHandlerPod', `${LOGS} --previous`],
      ['RestartHandlerPod', DELETE_POD],
    ],
  ],
  [
    'HandlerEvicted',
    [
      ['RepairNode', DESCRIBE_NODE],
      ['RestartHandlerPod', DELETE_POD],
    ],
  ],
  ['HandlerStuckTerminating', [['RepairNode', DESCRIBE_POD]]],
  [
    'HandlerNotReady',
    [
      ['RestartHandlerPod', DELETE_POD],
      ['FixHandlerPod', LOGS],
    ],
  ],
  ['DaemonSetStalled', [['RepairDaemonSetController', DAEMONSET]]],
  ['HandlerRollout', [['WaitForRollout', 'kubectl rollout status daemonset/virt-handler -n kubevirt']]],
  [
    'HeartbeatStale',
    [
      ['FixHandlerPod', LOGS],
      ['RestartHandlerPod', DELETE_POD],
    ],
  ],
  ['Unknown', [['Investigate', DESCRIBE_NODE]]],
])('%s is answered', (code, expected) => {
  expect(find(code).map((it) => [it.code, it.command])).toEqual(expected);
});

it("OpenShift's node selector of the namespace is named, where the cause shows it", () => {
  const [found] = findMitigations(aCause('DaemonSetStalled', 'Namespace kubevirt'), settled);
  expect(found).toMatchObject({
    code: 'EditNamespaceSelector',
    command: 'kubectl get namespace/kubevirt -o yaml',
  });
});

describe('the restart of a pod', () => {
  it('is a small risk while the pod is not Ready, and a larger one when it is', () => {
    const effects = { handlersGained: ['node02'], handlersLost: [], restartsEveryHandler: false };
    expect(find('HandlerNotReady')[0]).toMatchObject({ risk: 'Low', owner: 'Pod', effects });
    expect(find('HeartbeatStale', { handlerPod: aHandler('node02') })[1]).toMatchObject({
      risk: 'Medium',
      effects: { ...effects, handlersGained: [] },
    });
  });

  it('is not offered where the pod would not come back, is leaving, or is not known', () => {
    const leaving = aHandler('node02', { metadata: { deletionTimestamp: '2026-08-22T10:00:00Z' } });
    const tainted = node('node02', {}, [{ key: 'dedicated', effect: 'NoSchedule' }]);
    for (const parts of [
      { node: tainted },
      { handlerPod: leaving },
      { handlerPod: undefined },
      { handlerPod: aHandler('node02', { name: '--all' }) },
      { daemonSet: undefined },
    ])
      expect(find('HandlerNotReady', parts).map(({ code }) => code)).toEqual(['FixHandlerPod']);
  });
});

it('finds objects whose names are not known', () => {
  const nothing = { handlerPod: undefined, daemonSet: undefined, kubeVirt: undefined };
  const all = (resource: string) => `kubectl get ${resource} --all-namespaces -l kubevirt.io=virt-handler`;
  expect(find('ImagePullFailure', nothing)[0]?.command).toBe(all('pods'));
  expect(find('ContainerCrash', nothing)[0]?.command).toBe(all('pods'));
  expect(find('HandlerRollout', nothing)[0]?.command).toBe(all('daemonsets'));
  expect(find('KubeVirtNotDeployed', nothing)[0]?.command).toBe('kubectl get kubevirts --all-namespaces');
  expect(find('PodCreationRejected', { ...nothing, handlerPod: unready })[0]?.command).toBe(DAEMONSET);
});

it('a command that only looks changes nothing, and every answer is of the known kinds', () => {
  for (const code of CAUSE_CODES) {
    for (const it of find(code)) {
      expect(MITIGATION_CODES).toContain(it.code);
      expect(MITIGATION_RISKS).toContain(it.risk);
      expect(MITIGATION_OWNERS).toContain(it.owner);
      if (it.owner === 'None') expect(it.effects).toEqual(NO_EFFECTS);
      expect(it.summary).toMatch(/\.$/);
    }
  }
});

it('names that a shell would read otherwise are quoted, and none can be an option', () => {
  expect(find('NodeNotReady', { nodeName: "--x $(y) 'z'" })[0]?.command).toBe(
    String.raw`kubectl describe 'node/--x $(y) '\''z'\'''`,
  );
});
