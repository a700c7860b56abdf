import { beforeAll, describe, expect, it } from 'vitest';
import type {
  Addition,
  ChangeTarget,
  ClusterChange,
} from '../../shared/domain/mitigations/cluster-change.ts';
import { PatchDraft } from '../../shared/domain/mitigations/patch-draft.ts';
import { durationMs } from '../../shared/domain/units.ts';
import { ApiClient } from '../../shared/kubernetes/api-client.ts';
import { createClusterWriter } from '../../shared/kubernetes/cluster-writer.ts';
import { loadConnection } from '../../shared/kubernetes/kube-config.ts';
import type { ClusterWriter } from '../../shared/runtime/remediation-ports.ts';
import { ApiProxy, type Treatment } from './support/api-proxy.ts';
import { describeCluster } from './support/describe-cluster.ts';
import { installKubeVirt } from './support/kubevirt.ts';
import { createNode } from './support/nodes.ts';
import { type KubeObject, kinds, type Node, type Pod, type Ref, ref } from './support/objects.ts';
import { until } from './support/until.ts';
import { installHyperConverged, owners } from './support/virt-operator.ts';

const clock = { now: () => Date.now() as never };
const WORKLOADS = ['spec', 'workloads', 'nodePlacement'];
const TERMS = [
  ...WORKLOADS,
  'affinity',
  'nodeAffinity',
  'requiredDuringSchedulingIgnoredDuringExecution',
  'nodeSelectorTerms',
];
const GPU = { key: 'gpu', operator: 'Exists', effect: 'NoSchedule' };
const TERM = { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node02'] }] };
const label = (key: string, value: string): Addition => ({
  kind: 'member',
  path: ['metadata', 'labels', key],
  value,
});
const toleration = (value: unknown): Addition => ({
  kind: 'item',
  path: [...WORKLOADS, 'tolerations'],
  value,
});
const term: Addition = { kind: 'item', path: TERMS, value: TERM };

/** The change that a plan makes of additions to an object as it was judged. */
function changeOf(object: KubeObject, ...additions: readonly Addition[]): ClusterChange {
  const draft = new PatchDraft(object);
  for (const { kind, path, value } of additions)
    if (kind === 'item') draft.append(path, [value]);
    else draft.set(path, value);
  return { action: 'patch', target: targetOf(object), operations: draft.operations, additions };
}

function targetOf({ apiVersion, kind, metadata }: KubeObject): ChangeTarget {
  const { name, namespace = '', uid = '', resourceVersion = '', generation } = metadata;
  return {
    apiVersion,
    kind: kind as ChangeTarget['kind'],
    namespace,
    name,
    uid,
    resourceVersion,
    generation,
  };
}

describeCluster('remediation on a real API server', (cluster) => {
  let client: ApiClient;
  let writer: ClusterWriter;
  let proxy: ApiProxy;
  beforeAll(async () => {
    proxy = await ApiProxy.start(cluster.plane);
    client = openClient();
    writer = createClusterWriter(client);
    await installKubeVirt(cluster.api);
    await installHyperConverged(cluster.api);
    const { apiVersion, kind, metadata } = owners.HyperConverged;
    await cluster.api.create({ apiVersion, kind, metadata, spec: { other: true } } as KubeObject);
    return async () => {
      client.close();
      await proxy.close();
    };
  });

  function openClient(): ApiClient {
    return new ApiClient(loadConnection({ kubeconfig: proxy.kubeconfig, env: {} }), {
      clock,
      requestTimeoutMs: durationMs(1_000),
    });
  }

  /** A node that the controllers of the control plane have written all that they had to. */
  async function aNode(name: string): Promise<Node> {
    await createNode(cluster.api, name);
    let seen = { version: '', times: 0 };
    return until(`node ${name} is left alone`, async () => {
      const now = await cluster.api.get(ref(kinds.node, name));
      const { resourceVersion: version = '' } = now.metadata;
      seen = { version, times: version === seen.version ? seen.times + 1 : 0 };
      return seen.times === 3 && now;
    });
  }

  /** Once, on the first write. */
  function onFirstWrite(treatment: Treatment): void {
    let done = false;
    proxy.calls = [];
    proxy.treat = ({ method }) => {
      if (done || method === 'GET') return 'pass';
      done = true;
      return treatment;
    };
  }
  const writes = () => proxy.calls.filter(({ method }) => method !== 'GET').length;
  const get = <T extends KubeObject>(of: Ref<T>) => cluster.api.get(of);
  const specOf = async (of: Ref) => (await get(of)).spec;

  it('labels a node, and takes the label back', async () => {
    const node = await aNode('label');
    const change = changeOf(node, label('virt', 'yes'));
    expect(await writer.look(change)).toBe('absent');
    expect(await writer.tryOut(change)).toMatchObject({ kind: 'made' });
    expect(await writer.look(change)).toBe('absent');
    expect(await writer.write(change)).toMatchObject({ kind: 'made' });
    const labelled = await get(node);
    expect(labelled.metadata.labels).toEqual({ ...node.metadata.labels, virt: 'yes' });
    const { managedFields } = labelled.metadata as { managedFields?: { manager: string }[] };
    expect(managedFields?.map(({ manager }) => manager)).toContain('kubevirt-orphans');
    expect(await writer.look(change)).toBe('made');
    expect(await writer.revert(change)).toMatchObject({ kind: 'made' });
    expect((await get(node)).metadata.labels).toEqual(node.metadata.labels);
  });

  it.each(['KubeVirt', 'HyperConverged'] as const)(
    'extends the placement of %s, and takes it back',
    async (owner) => {
      const before = await get(owners[owner]);
      const change = changeOf(before, term, toleration(GPU));
      expect(await writer.tryOut(change)).toMatchObject({ kind: 'made' });
      expect(await specOf(before)).toEqual(before.spec);
      const generation = (before.metadata.generation ?? 0) + 1;
      expect(await writer.write(change)).toEqual({ kind: 'made', generation });
      expect(await writer.write(change)).toEqual({ kind: 'made', generation });
      expect(await writer.look(change)).toBe('made');
      expect(await writer.revert(change)).toEqual({ kind: 'made', generation: generation + 1 });
      expect(await specOf(before)).toEqual(before.spec);
    },
  );

  it('takes back no more than its own after somebody changed the list', async () => {
    const before = await get(owners.KubeVirt);
    const change = changeOf(before, toleration(GPU));
    await writer.write(change);
    const theirs = [{ key: 'a', operator: 'Exists' }, GPU, { key: 'b', operator: 'Exists' }];
    await cluster.api.patch(before, { spec: { workloads: { nodePlacement: { tolerations: theirs } } } });
    expect(await writer.revert(change)).toMatchObject({ kind: 'made' });
    expect(await specOf(before)).toMatchObject({
      workloads: { nodePlacement: { tolerations: [theirs[0], theirs[2]] } },
    });
    await cluster.api.patch(before, { spec: { workloads: null } });
  });

  it('adds to what others have made meanwhile', async () => {
    const before = await get(owners.KubeVirt);
    const change = changeOf(before, toleration(GPU));
    await cluster.api.patch(before, {
      spec: { workloads: { nodePlacement: { nodeSelector: { virt: 'yes' } } } },
    });
    expect(await writer.write(change)).toMatchObject({ kind: 'made' });
    expect(await specOf(before)).toMatchObject({
      workloads: { nodePlacement: { nodeSelector: { virt: 'yes' }, tolerations: [GPU] } },
    });
    await cluster.api.patch(before, { spec: { workloads: null } });
  });

  it('is not spoilt by status updates while it is written, but by a change of the spec', async () => {
    const before = await get(owners.KubeVirt);
    const change = changeOf(before, toleration(GPU));
    /** Somebody writes between our look and our write. */
    const meanwhile = async (write: () => Promise<unknown>) => {
      const patient = createClusterWriter(intercepted(client, write));
      const outcome = await patient.write(change);
      await cluster.api.patch(before, { spec: { workloads: null, infra: null } });
      return outcome.kind;
    };
    const status = { status: { outdatedVirtualMachineInstanceWorkloads: 3 } };
    expect(await meanwhile(() => cluster.api.patch(before, status, { subresource: 'status' }))).toBe('made');
    const infra = { spec: { infra: { nodePlacement: { nodeSelector: { a: 'b' } } } } };
    expect(await meanwhile(() => cluster.api.patch(before, infra))).toBe('conflict');
  });

  it('knows a node that was made anew from the one that was judged', async () => {
    const node = await createNode(cluster.api, 'anew');
    const change = changeOf(node, label('virt', 'yes'));
    await cluster.api.delete(node);
    expect(await writer.write(change)).toEqual({ kind: 'gone' });
    await createNode(cluster.api, 'anew');
    for (const call of [writer.write, writer.tryOut, writer.revert])
      expect(await call.call(writer, change)).toEqual({ kind: 'gone' });
    expect(await writer.look(change)).toBe('gone');
  });

  it('is refused what cannot be, in the API server’s words', async () => {
    const change = changeOf(await aNode('refused'), label('virt', 'no value!'));
    const outcome = { kind: 'refused', message: expect.stringContaining('metadata.labels') };
    expect(await writer.tryOut(change)).toEqual(outcome);
    expect(await writer.write(change)).toEqual(outcome);
  });

  it('is refused what the definition does not allow', async () => {
    const some = (properties: object) => ({
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
      properties,
    });
    const tolerations = { type: 'array', items: some({ key: { type: 'string' } }) };
    const spec = some({ workloads: some({ nodePlacement: some({ tolerations }) }) });
    const path = '/spec/versions/0/schema/openAPIV3Schema';
    const crd = ref(kinds.crd, 'hyperconvergeds.hco.kubevirt.io');
    await cluster.api.patch(crd, [{ op: 'replace', path, value: some({ spec }) }], { type: 'json' });
    const change = changeOf(await get(owners.HyperConverged), toleration({ key: 5 }));
    await until('it is refused', async () => (await writer.tryOut(change)).kind === 'refused');
    expect(await writer.write(change)).toMatchObject({
      message: expect.stringMatching(/^422: .*spec\.workloads\.nodePlacement\.tolerations/),
    });
  });

  it.each(['lose the answer', 'cut', 'silence'] as const)(
    'writes once when the first try is met by: %s',
    async (treatment) => {
      const node = await aNode(treatment.replaceAll(' ', '-'));
      onFirstWrite(treatment);
      expect(await writer.write(changeOf(node, label('virt', 'yes')))).toMatchObject({ kind: 'made' });
      expect(writes()).toBe(2);
      expect((await get(node)).metadata.labels).toMatchObject({ virt: 'yes' });
      proxy.treat = () => 'pass';
    },
  );

  describe('a pod', () => {
    beforeAll(async () => {
      await aNode('pods');
      // One that never becomes ready is what may be deleted.
      return cluster.kubelet.when(({ spec }) => spec.nodeName === 'pods', { reports: 'nothing' });
    });

    /** It is on its node from the beginning: so the scheduler does not write it. */
    async function aPod(name: string): Promise<Pod> {
      const containers = [{ name: 'main', image: 'none' }];
      const pod = {
        ...kinds.pod,
        metadata: { name, namespace: 'default' },
        spec: { nodeName: 'pods', containers },
        status: {},
      };
      return cluster.api.create<Pod>(pod);
    }
    const deletionOf = (pod: Pod): ClusterChange => ({ action: 'delete', target: targetOf(pod) });

    it('is deleted, but not by a dry run', async () => {
      const pod = await aPod('deleted');
      const change = deletionOf(pod);
      expect(await writer.tryOut(change)).toMatchObject({ kind: 'made' });
      expect(await writer.look(change)).toBe('absent');
      expect(await writer.write(change)).toMatchObject({ kind: 'made' });
      expect(await writer.look(change)).toBe('made');
      await until('it is gone', async () => (await cluster.api.find(pod)) === undefined);
      expect(await writer.write(change)).toEqual({ kind: 'gone' });
    });

    it('is left alone when it is another one, or has changed while it was deleted', async () => {
      const old = await aPod('again');
      await cluster.api.delete(old, { gracePeriodSeconds: 0 });
      const pod = await aPod('again');
      expect(await writer.write(deletionOf(old))).toEqual({ kind: 'gone' });
      const annotate = () => cluster.api.patch(pod, { metadata: { annotations: { a: 'b' } } });
      const outcome = await createClusterWriter(intercepted(client, annotate)).write(deletionOf(pod));
      expect(outcome).toEqual({ kind: 'conflict' });
      expect((await get(pod)).metadata).not.toHaveProperty('deletionTimestamp');
    });
  });
});

/** A client that lets something happen before its first write. */
function intercepted(client: ApiClient, before: () => Promise<unknown>): ApiClient {
  let happened = false;
  return new Proxy(client, {
    get(of, name) {
      if (name !== 'call') return Reflect.get(of, name, of);
      return async (request: Parameters<ApiClient['call']>[0]) => {
        if (request.method !== 'GET' && !happened) {
          happened = true;
          await before();
        }
        return of.call(request);
      };
    },
  });
}
