import { expect, it } from 'vitest';
import { type DaemonSet, isTrue, kinds, type Node, type Pod, ref } from '../e2e/support/objects.ts';
import { until } from '../e2e/support/until.ts';
import type { GetBackend } from './backend.ts';

const NAMESPACE = 'daemons';
const target = ref(kinds.daemonSet, 'daemon', NAMESPACE);
// Room for pods, which the real scheduler asks for.
const room = { cpu: '8', memory: '8Gi', pods: '100' };
const ready = { conditions: [{ type: 'Ready', status: 'True' as const }], allocatable: room, capacity: room };

const daemonSet = (image: string): DaemonSet => ({
  ...kinds.daemonSet,
  metadata: { name: 'daemon', namespace: NAMESPACE },
  spec: {
    selector: { matchLabels: { app: 'daemon' } },
    template: {
      metadata: { labels: { app: 'daemon' } },
      spec: { nodeSelector: { pool: 'daemons' }, containers: [{ name: 'none', image }] },
    },
  } as unknown as DaemonSet['spec'],
  status: {},
});

/** What the DaemonSet controller, the scheduler and the garbage collector make of nodes, pods and DaemonSets. */
export function daemonSetContract(backend: GetBackend): void {
  const api = () => backend().api;
  const pods = () => api().list(kinds.pod, { namespace: NAMESPACE });
  const livePods = async () =>
    (await pods()).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const placed = async () => (await livePods()).map(({ spec }) => spec.nodeName ?? '').sort();
  const podOn = (node: string) =>
    until(`a live pod on ${node}`, async () => (await livePods()).find(({ spec }) => spec.nodeName === node));
  const arePlaced = (...nodes: string[]) =>
    until(`pods are on ${nodes}`, async () => `${await placed()}` === `${nodes}`);
  const statusBecomes = (expected: object) =>
    until(`the status is ${JSON.stringify(expected)}`, async () => {
      expect((await api().get(target)).status).toMatchObject(expected);
      return true;
    });
  const setTaints = (node: string, taints: Node['spec']['taints']) =>
    api().patch(ref(kinds.node, node), { spec: { taints } });
  const addNode = (name: string, labels: Record<string, string> = { pool: 'daemons' }) =>
    api().create<Node>({ ...kinds.node, metadata: { name, labels }, spec: {}, status: ready });

  it('runs one pod on every node that the selector names, once the node is ready', async () => {
    await api().apply([{ ...kinds.namespace, metadata: { name: NAMESPACE } }]);
    await until(
      'pods are admitted',
      () =>
        api().call({
          method: 'POST',
          path: `/api/v1/namespaces/${NAMESPACE}/pods?dryRun=All`,
          body: { metadata: { name: 'dry' }, spec: { containers: [{ name: 'none', image: 'none' }] } },
        }),
      30_000,
    );
    await api().create(daemonSet('one'));
    await Promise.all([addNode('one'), addNode('two'), addNode('three'), addNode('other', { pool: 'none' })]);
    await statusBecomes({
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
      numberReady: 3,
      numberAvailable: 3,
      updatedNumberScheduled: 3,
      numberMisscheduled: 0,
      observedGeneration: 1,
    });
    await arePlaced('one', 'three', 'two');
  });

  it('makes its pods as virt-handler pods look', async () => {
    const { metadata, spec } = await podOn('one');
    const { uid } = (await api().get(target)).metadata;
    expect(metadata.ownerReferences).toEqual([
      {
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        name: 'daemon',
        uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    expect(metadata.generateName).toBe('daemon-');
    expect(Object.keys(metadata.labels ?? {}).sort()).toEqual([
      'app',
      'controller-revision-hash',
      'pod-template-generation',
    ]);
    const { affinity, tolerations } = spec as unknown as {
      affinity: object;
      tolerations: { key: string; effect: string }[];
    };
    const matchFields = [{ key: 'metadata.name', operator: 'In', values: ['one'] }];
    expect(affinity).toEqual({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] },
      },
    });
    expect(
      tolerations.map(({ key, effect }) => `${key.replace('node.kubernetes.io/', '')} ${effect}`),
    ).toEqual([
      'not-ready NoExecute',
      'unreachable NoExecute',
      'disk-pressure NoSchedule',
      'memory-pressure NoSchedule',
      'pid-pressure NoSchedule',
      'unschedulable NoSchedule',
    ]);
  });

  it('replaces a pod that is deleted, and one that failed', async () => {
    for (const end of ['delete', 'fail'] as const) {
      const old = await podOn('one');
      if (end === 'delete') await api().delete(old);
      else await api().patch(old, { status: { phase: 'Failed' } }, { subresource: 'status' });
      await until('another pod', async () => (await podOn('one')).metadata.uid !== old.metadata.uid);
      await statusBecomes({ numberReady: 3 });
    }
  });

  it('spares a pod from a NoSchedule taint, counts it as misscheduled, and does not make it again', async () => {
    const old = await podOn('two');
    await setTaints('two', [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }]);
    await statusBecomes({
      desiredNumberScheduled: 2,
      currentNumberScheduled: 2,
      numberReady: 2,
      numberMisscheduled: 1,
    });
    expect((await api().get<Pod>(old)).metadata.deletionTimestamp).toBeUndefined();
    await api().delete(old);
    await statusBecomes({ desiredNumberScheduled: 2, numberMisscheduled: 0 });
    expect(await placed()).toEqual(['one', 'three']);
    await setTaints('two', []);
    await arePlaced('one', 'three', 'two');
  });

  it('removes a pod for a NoExecute taint, and for a label that is taken away, and brings it back', async () => {
    await setTaints('two', [{ key: 'maintenance', effect: 'NoExecute' }]);
    await arePlaced('one', 'three');
    await setTaints('two', []);
    await arePlaced('one', 'three', 'two');
    await api().patch(ref(kinds.node, 'two'), { metadata: { labels: { pool: null } } });
    await arePlaced('one', 'three');
    await api().patch(ref(kinds.node, 'two'), { metadata: { labels: { pool: 'daemons' } } });
    await arePlaced('one', 'three', 'two');
    await statusBecomes({ numberReady: 3 });
  });

  it('keeps the pod of a node that is not ready, which is tainted twice', async () => {
    const old = await podOn('three');
    const report = (status: 'True' | 'False') =>
      api().patch(
        ref(kinds.node, 'three'),
        { status: { conditions: [{ type: 'Ready', status }] } },
        { type: 'strategic', subresource: 'status' },
      );
    await report('False');
    await until('both taints', async () => {
      const { taints = [] } = (await api().get(ref(kinds.node, 'three'))).spec;
      return (
        `${taints.map(({ key, effect }) => `${key.replace('node.kubernetes.io/', '')} ${effect}`).sort()}` ===
        'not-ready NoExecute,not-ready NoSchedule'
      );
    });
    await statusBecomes({ desiredNumberScheduled: 2, numberMisscheduled: 1 });
    expect((await api().get<Pod>(old)).metadata.deletionTimestamp).toBeUndefined();
    await report('True');
    await statusBecomes({ desiredNumberScheduled: 3, numberMisscheduled: 0 });
    await api().patch(
      old,
      { status: { conditions: [{ type: 'Ready', status: 'True' }] } },
      { type: 'strategic', subresource: 'status' },
    );
    await statusBecomes({ numberReady: 3 });
  });

  it('rolls a new template out one node at a time', async () => {
    const before = new Set((await livePods()).map(({ metadata }) => metadata.uid));
    const down: number[] = [];
    await api().patch(target, {
      spec: { template: { spec: { containers: [{ name: 'none', image: 'two' }] } } },
    });
    await until(
      'all pods are new and ready',
      async () => {
        const live = (await livePods()).filter(({ status }) => isTrue(status.conditions, 'Ready'));
        down.push(3 - live.length);
        return live.length === 3 && live.every(({ metadata }) => !before.has(metadata.uid));
      },
      30_000,
    );
    // A roll-out can be faster than it is looked at.
    expect(Math.max(...down)).toBeLessThanOrEqual(1);
    await statusBecomes({ observedGeneration: 2, updatedNumberScheduled: 3, numberAvailable: 3 });
    const hashes = (await livePods()).map(({ metadata }) => metadata.labels?.['controller-revision-hash']);
    expect(new Set(hashes).size).toBe(1);
  });

  it('leaves its pods when it is orphaned, and another of its name takes them', async () => {
    const before = (await livePods()).map(({ metadata }) => metadata.uid).sort();
    await api().delete(target, { propagationPolicy: 'Orphan' });
    await until('it is gone', async () => (await api().find(target)) === undefined);
    expect((await livePods()).map(({ metadata }) => metadata.uid).sort()).toEqual(before);
    expect((await livePods()).every(({ metadata }) => metadata.ownerReferences === undefined)).toBe(true);
    const { metadata } = await api().create({ ...daemonSet('two') });
    await until('it has adopted them', async () =>
      (await livePods()).every((pod) => pod.metadata.ownerReferences?.[0]?.uid === metadata.uid),
    );
    await statusBecomes({ numberReady: 3 });
  });

  it('takes its pods with it when it is deleted', async () => {
    await api().delete(target);
    await until('no pods', async () => (await pods()).length === 0);
    for (const name of ['one', 'two', 'three', 'other']) await api().delete(ref(kinds.node, name));
  });
}
