import { expect, it } from 'vitest';
import { type KubeObject, kinds, type Pod, ref } from '../e2e/support/objects.ts';
import { until } from '../e2e/support/until.ts';
import { type GetBackend, NOWHERE, refusal } from './backend.ts';
import { type Incident, incident, incidents } from './contract-objects.ts';

const pod = (name: string, nodeName?: string): KubeObject => ({
  ...kinds.pod,
  metadata: { name, namespace: 'default' },
  spec: {
    ...(nodeName !== undefined && { nodeName }),
    nodeSelector: { no: 'node' },
    containers: [{ name: 'none', image: 'none' }],
    terminationGracePeriodSeconds: 60,
  },
});
const podPath = (name: string) => `/api/v1/namespaces/default/pods/${name}`;
interface Deleted extends Pod {
  metadata: Pod['metadata'] & { deletionGracePeriodSeconds?: number };
}

/** Deletions: grace, conditions, finalizers, and what belongs to what is deleted. */
export function deletionContract(backend: GetBackend): void {
  const api = () => backend().api;
  const remove = (path: string, body: object = {}) => api().call<Deleted>({ method: 'DELETE', path, body });

  it('answers with a success that names what is gone', async () => {
    const { metadata } = await api().create(incident('gone'));
    const answer = await remove(
      '/apis/kubevirt-orphans.dev/v1alpha1/namespaces/default/orphanincidents/gone',
    );
    expect(answer).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'gone', kind: 'orphanincidents', uid: metadata.uid },
    });
    expect(await refusal(api().get(ref(incidents, 'gone', 'default')))).toBe('404 NotFound');
  });

  it('gives a pod that is bound its time, which can be shortened and not prolonged', async () => {
    await api().create(pod('graceful', NOWHERE));
    const marked = await remove(podPath('graceful'));
    expect(marked.metadata.deletionGracePeriodSeconds).toBe(60);
    expect(marked.metadata.deletionTimestamp).toBeDefined();
    const first = Date.parse(marked.metadata.deletionTimestamp ?? '');
    expect(
      (await remove(podPath('graceful'), { gracePeriodSeconds: 90 })).metadata.deletionGracePeriodSeconds,
    ).toBe(60);
    const shortened = await remove(podPath('graceful'), { gracePeriodSeconds: 10 });
    expect(shortened.metadata.deletionGracePeriodSeconds).toBe(10);
    expect(first - Date.parse(shortened.metadata.deletionTimestamp ?? '')).toBe(50_000);
    expect((await api().get(ref(kinds.pod, 'graceful', 'default'))).status.phase).toBe('Pending');
    await remove(podPath('graceful'), { gracePeriodSeconds: 0 });
    expect(await api().find(ref(kinds.pod, 'graceful', 'default'))).toBeUndefined();
  });

  it('gives no time to a pod that is not bound, or that has ended', async () => {
    await api().create(pod('unbound'));
    await remove(podPath('unbound'));
    expect(await api().find(ref(kinds.pod, 'unbound', 'default'))).toBeUndefined();
    const ended = await api().create(pod('ended', NOWHERE));
    await api().patch(ended, { status: { phase: 'Succeeded' } }, { subresource: 'status' });
    await remove(podPath('ended'));
    expect(await api().find(ended)).toBeUndefined();
  });

  it('deletes only what meets the conditions', async () => {
    const created = await api().create(incident('conditional'));
    const { uid = '', resourceVersion = '' } = created.metadata;
    const path = '/apis/kubevirt-orphans.dev/v1alpha1/namespaces/default/orphanincidents/conditional';
    expect(await refusal(remove(path, { preconditions: { uid: 'other' } }))).toBe('409 Conflict');
    expect(await refusal(remove(path, { preconditions: { resourceVersion: '1' } }))).toBe('409 Conflict');
    expect(await refusal(remove(path, { preconditions: { uid, resourceVersion } }))).toBe('accepted');
    expect(await refusal(remove(path))).toBe('404 NotFound');
  });

  it('keeps what has a finalizer, marked, until that is taken away', async () => {
    const held = {
      ...incident('held'),
      metadata: { ...incident('held').metadata, finalizers: ['example.dev/wait'] },
    };
    await api().create<Incident>(held);
    const target = ref(incidents, 'held', 'default');
    await api().delete(target);
    const marked = await api().get(target);
    expect(marked.metadata).toMatchObject({ generation: 2, deletionGracePeriodSeconds: 0 });
    expect(marked.metadata.deletionTimestamp).toBeDefined();
    await api().delete(target);
    expect((await api().get(target)).metadata.resourceVersion).toBe(marked.metadata.resourceVersion);
    await api().patch(target, { metadata: { finalizers: null } });
    expect(await api().find(target)).toBeUndefined();
  });

  it('deletes a collection as far as it is selected', async () => {
    for (const [name, batch] of [
      ['many-1', 'yes'],
      ['many-2', 'yes'],
      ['many-3', 'no'],
    ] as const)
      await api().create<Incident>({
        ...incident(name),
        metadata: { name, namespace: 'default', labels: { batch } },
      });
    await remove(
      '/apis/kubevirt-orphans.dev/v1alpha1/namespaces/default/orphanincidents?labelSelector=batch%3Dyes',
    );
    const left = await api().list(incidents, { namespace: 'default', labelSelector: 'batch' });
    expect(left.map(({ metadata }) => metadata.name)).toEqual(['many-3']);
  });

  it.each([
    ['Background', true],
    ['Foreground', true],
    ['Orphan', false],
  ] as const)('with %s deletes what is owned: %s', async (propagationPolicy, deletesOwned) => {
    const name = `owner-${propagationPolicy.toLowerCase()}`;
    const owner = await api().create<KubeObject>({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace: 'default' },
    });
    const { uid = '' } = owner.metadata;
    const ownerReferences = [
      { apiVersion: 'v1', kind: 'ServiceAccount', name, uid, blockOwnerDeletion: true },
    ];
    const owned = pod(`${name}-pod`);
    await api().create({ ...owned, metadata: { ...owned.metadata, ownerReferences } });
    await api().delete(owner, { propagationPolicy });
    await until('the owner is gone', async () => (await api().find(owner)) === undefined);
    const target = ref(kinds.pod, `${name}-pod`, 'default');
    if (deletesOwned) {
      await until('what it owned is gone', async () => (await api().find(target)) === undefined);
      return;
    }
    expect((await api().get(target)).metadata.ownerReferences).toBeUndefined();
    await api().delete(target);
  });
}
