import { expect, it } from 'vitest';
import { type KubeObject, kinds, type Node, ref } from '../e2e/support/objects.ts';
import { type GetBackend, messageOf, refusal } from './backend.ts';
import { daemonSet, type Incident, incident, incidents, vmi } from './contract-objects.ts';

const pathOf = (name: string) =>
  `/apis/kubevirt-orphans.dev/v1alpha1/namespaces/default/orphanincidents/${name}`;

/** What is created, read, changed and refused, one object at a time. */
export function objectsContract(backend: GetBackend): void {
  const api = () => backend().api;

  it('names, dates and numbers what it creates', async () => {
    const { metadata }: KubeObject = await api().create<KubeObject>({
      ...incident(''),
      metadata: { name: '', generateName: 'made-', namespace: 'default' },
    });
    expect(metadata.name).toMatch(/^made-[a-z0-9]{5}$/);
    expect(metadata).toMatchObject({ namespace: 'default', generation: 1, generateName: 'made-' });
    expect(metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(metadata.resourceVersion).toMatch(/^\d+$/);
    expect((metadata as { creationTimestamp?: string }).creationTimestamp).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:]{8}Z$/,
    );
  });

  it.each<[string, KubeObject, string]>([
    ['a name that is taken', { ...kinds.namespace, metadata: { name: 'default' } }, '409 AlreadyExists'],
    ['a name that no object can have', { ...kinds.node, metadata: { name: 'A_b' } }, '422 Invalid'],
    ['no name', { ...kinds.node, metadata: { name: '' } }, '422 Invalid'],
    [
      'a namespace that is not there',
      { ...vmi('x'), metadata: { name: 'x', namespace: 'nowhere' } },
      '404 NotFound',
    ],
    ['a resource version', { ...vmi('x'), metadata: { ...vmi('x').metadata, resourceVersion: '5' } }, '500'],
    [
      'a selector that misses its own pods',
      {
        ...daemonSet('x'),
        spec: { ...(daemonSet('x').spec as object), selector: { matchLabels: { a: 'b' } } },
      },
      '422 Invalid',
    ],
  ])('does not create with %s', async (_, object, expected) => {
    expect(await refusal(api().create(object))).toBe(expected);
  });

  it('says in the words of the real server what is not there', async () => {
    expect(await messageOf(api().get(ref(kinds.node, 'nobody')))).toBe('nodes "nobody" not found');
    expect(await messageOf(api().get(ref(kinds.vmi, 'nobody', 'default')))).toBe(
      'virtualmachineinstances.kubevirt.io "nobody" not found',
    );
  });

  it.each([
    ['GET', '/apis/nothing.example/v1/things', '404'],
    ['GET', '/api/v1/things', '404 NotFound'],
    ['GET', '/api/v1/nodes/a/things', '404 NotFound'],
    ['PATCH', '/api/v1/nodes', '405 MethodNotAllowed'],
    ['POST', '/api/v1/nodes/a', '405 MethodNotAllowed'],
  ] as const)('answers %s %s with %s', async (method, path, expected) => {
    expect(
      (await refusal(api().call({ method, path, ...(method !== 'GET' && { body: {} }) }))).slice(
        0,
        expected.length,
      ),
    ).toBe(expected);
  });

  it('starts a kind with a status subresource without a status, a kind without one with it', async () => {
    expect((await api().create({ ...incident('fresh'), status: { state: 'Open' } })).status).toBeUndefined();
    expect((await api().create(vmi('running'))).status).toEqual({ phase: 'Running' });
  });

  it('changes through /status the status only, and through the object everything else', async () => {
    await api().create(incident('halves'));
    const change = { metadata: { labels: { a: 'b' } }, spec: { node: 'b' }, status: { state: 'Open' } };
    const status = await api().patch<Incident>(ref(incidents, 'halves', 'default'), change, {
      subresource: 'status',
    });
    expect(status).toMatchObject({
      spec: { node: 'a' },
      status: { state: 'Open' },
      metadata: { generation: 1 },
    });
    expect(status.metadata.labels).toBeUndefined();
    const main = await api().patch<Incident>(ref(incidents, 'halves', 'default'), {
      ...change,
      status: { state: 'Gone' },
    });
    expect(main).toMatchObject({
      spec: { node: 'b' },
      status: { state: 'Open' },
      metadata: { generation: 2, labels: { a: 'b' } },
    });
  });

  it('has no /status for a kind without one', async () => {
    await api().create(vmi('whole'));
    const target = ref(kinds.vmi, 'whole', 'default');
    expect(
      await refusal(api().patch(target, { status: { phase: 'Failed' } }, { subresource: 'status' })),
    ).toBe('404 NotFound');
    expect((await api().patch(target, { status: { phase: 'Failed' } })).status).toEqual({ phase: 'Failed' });
  });

  it('counts as generation what is neither metadata nor a status of its own', async () => {
    const generation = async (body: object) =>
      (await api().patch(ref(kinds.vmi, 'counted', 'default'), body)).metadata.generation;
    await api().create(vmi('counted'));
    expect(await generation({ metadata: { labels: { a: 'b' } } })).toBe(1);
    expect(await generation({ status: { phase: 'Failed' } })).toBe(2);
    expect(await generation({ spec: { running: false } })).toBe(3);
    await api().create(daemonSet('counted'));
    const set = ref(kinds.daemonSet, 'counted', 'default');
    expect((await api().patch(set, { metadata: { annotations: { a: 'b' } } })).metadata.generation).toBe(1);
    expect((await api().patch(set, { spec: { minReadySeconds: 1 } })).metadata.generation).toBe(2);
    const node = { ...kinds.node, metadata: { name: 'uncounted' }, spec: {}, status: {} };
    const uncounted = await api().create<Node>(node);
    expect(uncounted.metadata.generation).toBeUndefined();
    // A node that is not ready would make the node lifecycle controller careful with the others.
    await api().delete(uncounted);
  });

  it('leaves the resource version where nothing changes', async () => {
    const before = await api().create(incident('same'));
    const after = await api().patch(before, { spec: { node: 'a' } });
    expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  });

  it('replaces a whole object at the version that was read, and at no other', async () => {
    const created = await api().create(incident('put'));
    const put = (body: object) => api().call<Incident>({ method: 'PUT', path: pathOf('put'), body });
    const changed = await put({ ...created, spec: { node: 'b' } });
    expect(changed).toMatchObject({
      spec: { node: 'b' },
      metadata: { uid: created.metadata.uid, generation: 2 },
    });
    expect(await refusal(put({ ...created, spec: { node: 'c' } }))).toBe('409 Conflict');
    expect(await refusal(put(incident('put')))).toBe('422 Invalid');
    expect(await refusal(put({ ...changed, metadata: { ...changed.metadata, name: 'other' } }))).toBe(
      '400 BadRequest',
    );
    expect(await refusal(put({ ...changed, metadata: { ...changed.metadata, uid: 'other' } }))).toBe(
      '409 Conflict',
    );
  });

  it('keeps what only the server may change', async () => {
    const created = await api().create(incident('kept'));
    const change = {
      metadata: { creationTimestamp: '2001-01-01T00:00:00Z', generation: 9, namespace: 'default' },
    };
    const { metadata } = await api().patch(created, change);
    expect(metadata).toMatchObject({ generation: 1, uid: created.metadata.uid });
    expect((metadata as { creationTimestamp?: string }).creationTimestamp).not.toBe('2001-01-01T00:00:00Z');
  });

  it('stores nothing of a dry run', async () => {
    const path = '/apis/kubevirt-orphans.dev/v1alpha1/namespaces/default/orphanincidents?dryRun=All';
    const dry = await api().call<Incident>({ method: 'POST', path, body: incident('dry') });
    expect(dry.metadata.uid).toBeDefined();
    expect(await api().find(ref(incidents, 'dry', 'default'))).toBeUndefined();
    const stored = await api().create(incident('dry'));
    const contentType = 'application/merge-patch+json';
    const body = { spec: { node: 'z' } };
    expect(
      await api().call({ method: 'PATCH', path: `${pathOf('dry')}?dryRun=All`, body, contentType }),
    ).toMatchObject({ spec: { node: 'z' } });
    await api().call({ method: 'DELETE', path: `${pathOf('dry')}?dryRun=All` });
    expect(await api().get(stored)).toEqual(stored);
  });
}
