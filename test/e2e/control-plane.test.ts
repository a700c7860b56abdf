import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { serviceAccountKubeconfig, startControlPlane } from './support/control-plane.ts';
import { type Cluster, describeCluster } from './support/describe-cluster.ts';
import { findControlPlane } from './support/find-control-plane.ts';
import { createLauncher, createVmi, installKubeVirt } from './support/kubevirt.ts';
import { createNode, setNodeReady, setTaints } from './support/nodes.ts';
import { isTrue, type KubeObject, kinds, type Pod, ref } from './support/objects.ts';
import { until } from './support/until.ts';

const daemonSet = ref(kinds.daemonSet, 'virt-handler', 'kubevirt');

describe('findControlPlane', () => {
  it('says that nothing says where one is', () => {
    expect(findControlPlane({ shared: '/none', assets: '' })).toHaveProperty('skip');
  });

  it('says which components a directory lacks', () => {
    const { skip } = findControlPlane({ shared: '/none', assets: '/none' }) as { skip: string };
    expect(skip).toContain('has no etcd, no kube-apiserver, no kube-controller-manager, no kube-scheduler');
  });
});

describe('startControlPlane', () => {
  it('fails with what the starter said, when it does not start', async () => {
    const starter = { command: 'sh', args: ['-c', 'echo no luck >&2; exit 1'], env: process.env };
    await expect(startControlPlane({ starter })).rejects.toThrow('no luck');
  });
});

describeCluster('a control plane', (cluster) => {
  it('places handlers with the real DaemonSet controller, and the stand-in for the kubelet starts them', async () => {
    const { api } = cluster;
    await installKubeVirt(api);
    await Promise.all([
      createNode(api, 'node-1'),
      createNode(api, 'node-2'),
      createNode(api, 'node-3', { taints: [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }] }),
    ]);
    await daemonSetHas(cluster, { desiredNumberScheduled: 2, numberReady: 2, numberMisscheduled: 0 });
    expect(await handlerNodes(cluster)).toEqual(['node-1', 'node-2']);
  });

  it('brings a deleted handler back', async () => {
    const { api } = cluster;
    const old = await handlerOn(cluster, 'node-1');
    await api.delete(old);
    await until('another ready handler on node-1', async () => {
      const handler = await handlerOn(cluster, 'node-1');
      return handler.metadata.uid !== old.metadata.uid && isTrue(handler.status.conditions, 'Ready');
    });
  });

  it('lets a handler linger, ready, while it is being deleted', async () => {
    const end = cluster.kubelet.when(({ spec }) => spec.nodeName === 'node-1', { ends: false });
    const old = await handlerOn(cluster, 'node-1');
    await cluster.api.delete(old);
    const lingering = await cluster.api.get<Pod>(old);
    expect(lingering.metadata.deletionTimestamp).toBeDefined();
    expect(isTrue(lingering.status.conditions, 'Ready')).toBe(true);
    end();
    await until('it is gone', async () => (await cluster.api.find(old))?.metadata.uid !== old.metadata.uid);
  });

  it('reports a handler as told', async () => {
    await daemonSetHas(cluster, { numberReady: 2 });
    const end = cluster.kubelet.when(({ spec }) => spec.nodeName === 'node-2', { reports: 'crash-looping' });
    await daemonSetHas(cluster, { desiredNumberScheduled: 2, numberReady: 1 });
    end();
    await daemonSetHas(cluster, { desiredNumberScheduled: 2, numberReady: 2 });
  });

  it('starts the launcher of a VMI, on a node that would not take a handler too', async () => {
    const { api } = cluster;
    const vmi = await createVmi(api, {
      name: 'db-7',
      namespace: 'tenant-a',
      node: 'node-3',
      labels: { app: 'db' },
    });
    const launcher = await createLauncher(api, vmi);
    expect(vmi.status).toMatchObject({ phase: 'Running', nodeName: 'node-3' });
    expect(launcher.metadata.ownerReferences).toMatchObject([{ kind: vmi.kind, uid: vmi.metadata.uid }]);
    expect(launcher.metadata.labels).toMatchObject({ 'kubevirt.io/created-by': vmi.metadata.uid, app: 'db' });
    await until('it is ready', async () => isTrue((await api.get<Pod>(launcher)).status.conditions, 'Ready'));
  });

  it('answers kubectl', async () => {
    const resources = 'nodes,pods,daemonsets,virtualmachineinstances,kubevirts';
    const { code, stdout, stderr } = await cluster.kubectl(['get', resources, '-A', '-o', 'json']);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { items } = JSON.parse(stdout) as { items: KubeObject[] };
    const count = (kind: string) => items.filter((item) => item.kind === kind).length;
    expect(['Node', 'Pod', 'DaemonSet', 'VirtualMachineInstance', 'KubeVirt'].map(count)).toEqual([
      3, 3, 1, 1, 1,
    ]);
  });

  it('refuses a service account what nobody allowed it', async () => {
    const path = await serviceAccountKubeconfig(cluster.plane, {
      namespace: 'kubevirt',
      name: 'kubevirt-handler',
    });
    const { code, stderr } = await cluster.kubectl(['get', 'nodes'], { env: { KUBECONFIG: path } });
    expect(code).toBe(1);
    expect(stderr).toContain(
      'User "system:serviceaccount:kubevirt:kubevirt-handler" cannot list resource "nodes"',
    );
  });

  it('keeps the handler of a node that is not ready', async () => {
    const handler = await handlerOn(cluster, 'node-2');
    const { spec } = await setNodeReady(cluster.api, 'node-2', false);
    expect(spec.taints?.map(({ effect }) => effect).sort()).toEqual(['NoExecute', 'NoSchedule']);
    expect((await cluster.api.get(handler)).metadata.deletionTimestamp).toBeUndefined();
    await setNodeReady(cluster.api, 'node-2', true);
  });

  it('removes the handler from a node that is tainted NoExecute', async () => {
    await setTaints(cluster.api, 'node-2', [{ key: 'maintenance', effect: 'NoExecute' }]);
    await until('only node-1 has one', async () => (await handlerNodes(cluster)).join() === 'node-1');
    await daemonSetHas(cluster, { desiredNumberScheduled: 1, numberReady: 1 });
  });

  it('removes all handlers with their DaemonSet', async () => {
    await cluster.api.delete(daemonSet);
    await until('no handlers', async () => (await handlerNodes(cluster)).length === 0);
    expect(await cluster.api.find(daemonSet)).toBeUndefined();
  });
});

const beside = fileURLToPath(new URL('../../../shared/control-plane', import.meta.url));
const assetsAlone = findControlPlane({ shared: '/none', ...(existsSync(beside) && { assets: beside }) });

describeCluster(
  'a control plane from a directory of binaries alone',
  (cluster) => {
    it('places handlers, and leaves nothing when it stops', async () => {
      const { api, plane } = cluster;
      await installKubeVirt(api);
      await createNode(api, 'node-1');
      await daemonSetHas(cluster, { desiredNumberScheduled: 1, numberReady: 1 });
      await cluster.stop();
      expect(existsSync(plane.directory)).toBe(false);
    });
  },
  { starter: assetsAlone },
);

function handlers({ api }: Cluster): Promise<Pod[]> {
  return api.list(kinds.pod, { namespace: 'kubevirt', labelSelector: 'kubevirt.io=virt-handler' });
}

async function handlerNodes(cluster: Cluster): Promise<string[]> {
  return (await handlers(cluster)).map(({ spec }) => spec.nodeName ?? '').sort();
}

function handlerOn(cluster: Cluster, node: string): Promise<Pod> {
  return until(`a handler on ${node}`, async () =>
    (await handlers(cluster)).find(({ spec }) => spec.nodeName === node),
  );
}

async function daemonSetHas({ api }: Cluster, expected: object): Promise<void> {
  await until(`the DaemonSet has ${JSON.stringify(expected)}`, async () => {
    expect((await api.get(daemonSet)).status).toMatchObject(expected);
    return true;
  });
}
