import { describe, expect, it } from 'vitest';
import { valueAt } from '../../../../../infra/local/simulation/api/kube-object.ts';
import { KUBEVIRT_TYPES, TYPES } from '../../../../../infra/local/simulation/api/resource-type.ts';
import { SimulatedCluster } from '../../../../../infra/local/simulation/cluster/simulated-cluster.ts';
import { isConditionTrue } from '../../../../../infra/local/simulation/controllers/views.ts';
import { ManualTime } from '../../../../../infra/local/simulation/time/manual-time.ts';
import { epochMs } from '../../../../../shared/domain/units.ts';

const NODES = ['node01', 'node02', 'node03'];

function readyCluster() {
  const time = new ManualTime(epochMs(Date.UTC(2026, 7, 22, 10)));
  const cluster = new SimulatedCluster(time);
  time.advance(60_000);
  const handlers = () =>
    NODES.map((node) => cluster.handlersOn(node).filter((pod) => isConditionTrue(pod, 'Ready')).length).join(
      '',
    );
  const status = () => cluster.api.list(TYPES.daemonSet)[0]?.status;
  const labelOf = (node: string, key: string) =>
    cluster.api.get({ type: TYPES.node, name: node }).metadata.labels?.[key];
  const kubeVirts = () => cluster.api.list(KUBEVIRT_TYPES.kubeVirt);
  return { time, cluster, handlers, status, labelOf, kubeVirts };
}

describe('a simulated cluster', () => {
  it('has a ready handler on every node, and its VMs with their launchers', () => {
    const { cluster, handlers, status, labelOf, kubeVirts } = readyCluster();
    expect(handlers()).toBe('111');
    expect(status()).toMatchObject({ desiredNumberScheduled: 3, numberReady: 3, updatedNumberScheduled: 3 });
    expect(labelOf('node02', 'kubevirt.io/schedulable')).toBe('true');
    expect(kubeVirts()[0]?.status).toMatchObject({ phase: 'Deployed', observedGeneration: 1 });
    const launchers = cluster.api
      .list(TYPES.pod)
      .filter(({ metadata }) => metadata.labels?.['kubevirt.io'] === 'virt-launcher');
    expect(launchers.map((pod) => isConditionTrue(pod, 'Ready'))).toEqual([true, true, true, true]);
    expect(cluster.api.list(KUBEVIRT_TYPES.vmi)).toHaveLength(4);
  });

  it('takes a handler away when the placement leaves its node out, and brings it back with the label', () => {
    const { time, cluster, handlers, labelOf } = readyCluster();
    for (const node of ['node01', 'node03']) cluster.label(node, 'pool', 'virt');
    cluster.setPlacement({ nodeSelector: { pool: 'virt' } });
    time.advance(3_000);
    expect(handlers()).toBe('111');
    time.advance(12_000);
    expect(cluster.handlersOn('node02')).toEqual([]);
    expect(labelOf('node02', 'kubevirt.io/schedulable')).toBe('false');
    cluster.label('node02', 'pool', 'virt');
    time.advance(60_000);
    expect(handlers()).toBe('111');
    expect(labelOf('node02', 'kubevirt.io/schedulable')).toBe('true');
  });

  it('rolls a placement out one node at a time, and says when it is done', () => {
    const { time, cluster, handlers, kubeVirts } = readyCluster();
    cluster.setPlacement({ tolerations: [{ key: 'dedicated', operator: 'Exists' }] });
    const seen = new Set<string>();
    const available = new Set<boolean>();
    for (let second = 0; second < 90; second += 1) {
      time.advance(1_000);
      seen.add(handlers());
      available.add(kubeVirts().some((each) => isConditionTrue(each, 'Available')));
    }
    expect([...seen].sort()).toEqual(['011', '101', '110', '111']);
    expect([...available].sort()).toEqual([false, true]);
    expect(handlers()).toBe('111');
    expect(kubeVirts()[0]?.status).toMatchObject({ observedGeneration: 2 });
  });

  it('spares a handler from NoSchedule, evicts it for NoExecute', () => {
    const { time, cluster, handlers, status } = readyCluster();
    cluster.taint('node02', { key: 'dedicated', value: 'db', effect: 'NoSchedule' });
    time.advance(5_000);
    expect(handlers()).toBe('111');
    expect(status()).toMatchObject({ desiredNumberScheduled: 2, numberMisscheduled: 1 });
    cluster.taint('node02', { key: 'dedicated', value: 'db', effect: 'NoExecute' });
    time.advance(5_000);
    expect(handlers()).toBe('101');
    cluster.untaint('node02', 'dedicated');
    time.advance(30_000);
    expect(handlers()).toBe('111');
  });

  it('calls a silent node unreachable, keeps its handler, evicts its VMs later, and takes it back', () => {
    const { time, cluster } = readyCluster();
    const node = () => cluster.api.get({ type: TYPES.node, name: 'node02' });
    const launcher = () =>
      cluster.api.list(TYPES.pod, 'shop').filter(({ spec }) => spec?.['nodeName'] === 'node02')[0];
    cluster.stopKubelet('node02');
    time.advance(70_000);
    expect(valueAt(node(), ['spec', 'taints'])).toMatchObject([
      { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
    ]);
    expect(cluster.handlersOn('node02').some((pod) => isConditionTrue(pod, 'Ready'))).toBe(false);
    expect(cluster.handlersOn('node02')[0]?.metadata.deletionTimestamp).toBeUndefined();
    expect(launcher()?.metadata.deletionTimestamp).toBeUndefined();
    time.advance(300_000);
    expect(launcher()?.metadata.deletionTimestamp).toBeDefined();
    cluster.startKubelet('node02');
    time.advance(30_000);
    expect(valueAt(node(), ['spec', 'taints'])).toEqual([]);
    expect(cluster.handlersOn('node02').some((pod) => isConditionTrue(pod, 'Ready'))).toBe(true);
    expect(launcher()).toBeUndefined();
  });

  it('makes a deleted handler again, and a deleted DaemonSet with all of them', () => {
    const { time, cluster, handlers } = readyCluster();
    const [old] = cluster.handlersOn('node01');
    cluster.deletePod('kubevirt', old?.metadata.name ?? '');
    time.advance(30_000);
    expect(handlers()).toBe('111');
    expect(cluster.handlersOn('node01')[0]?.metadata.uid).not.toBe(old?.metadata.uid);
    cluster.deleteDaemonSet();
    time.advance(3_000);
    expect(handlers()).toBe('000');
    time.advance(40_000);
    expect(handlers()).toBe('111');
  });

  it('leaves the handlers of a DaemonSet that is deleted alone, and has them adopted', () => {
    const { time, cluster, handlers } = readyCluster();
    const before = cluster.handlersOn('node01')[0]?.metadata.uid;
    cluster.deleteDaemonSet('Orphan');
    time.advance(30_000);
    expect(handlers()).toBe('111');
    expect(cluster.handlersOn('node01')[0]?.metadata.uid).toBe(before);
  });

  it('forgets a deleted node, and its pods after a while', () => {
    const { time, cluster } = readyCluster();
    cluster.deleteNode('node03');
    time.advance(5_000);
    expect(cluster.handlersOn('node03')).toHaveLength(1);
    time.advance(60_000);
    expect(cluster.handlersOn('node03')).toEqual([]);
    expect(cluster.api.list(TYPES.pod, 'lab')).toEqual([]);
  });

  it('tells that a VM ended only where a handler sees it', () => {
    const { time, cluster } = readyCluster();
    const phase = (name: string) =>
      cluster.api.get({ type: KUBEVIRT_TYPES.vmi, namespace: 'shop', name }).status?.['phase'];
    cluster.taint('node02', { key: 'maintenance', effect: 'NoExecute' });
    time.advance(100);
    cluster.endVmi('shop', 'web-01');
    expect(phase('web-01')).toBe('Succeeded');
    time.advance(5_000);
    cluster.endVmi('shop', 'web-02');
    expect(phase('web-02')).toBe('Running');
  });
});
