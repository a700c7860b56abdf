import { expect, it } from 'vitest';
import { type KubeObject, kind, kinds, type Node, ref } from '../e2e/support/objects.ts';
import { type GetBackend, messageOf, refusal } from './backend.ts';

interface Incident extends KubeObject {
  spec?: { node?: string };
  status?: { state?: string };
}

export const incidents = kind<Incident>('kubevirt-orphans.dev/v1alpha1/OrphanIncident');
const incident = (name: string): Incident => ({
  ...incidents,
  metadata: { name, namespace: 'default' },
  spec: { node: 'a' },
});
const vmi = (name: string): KubeObject => ({
  ...kinds.vmi,
  metadata: { name, namespace: 'default' },
  spec: { running: true },
  status: { phase: 'Running' },
});
const daemonSet = (name: string): KubeObject => ({
  ...kinds.daemonSet,
  metadata: { name, namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { nodeSelector: { no: 'node' }, containers: [{ name: 'none', image: 'none' }] },
    },
  },
});
const pathOf = (name: string) =>
  `/apis/kubevirt-orphans.dev/v1alpha1/namespaces/default/orphanincidents/${name}`;

/** What is created, read, changed and refused, one object at a time. */
export function objectsContract(backend: GetBackend): void {
  const api = () => backend().api;

  it('names, dates and numbers what it creates', async () => {
    const { metadata } = await api().create({
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
    expect(
      (await api().create<Node>({ ...kinds.node, metadata: { name: 'uncounted' }, spec: {}, status: {} }))
        .metadata.generation,
    ).toBeUndefined();
  });

  it('leaves the resource version where nothing changes', async () => {
    const before = await api().create(incident('same'));
    const after = await api().patch(before, { spec: { node: 'a' } });
    expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  });

  it.each<[string, object, 'merge' | 'json' | 'strategic', string]>([
    ['a merge patch of an old version', { metadata: { resourceVersion: '1' } }, 'merge', '409 Conflict'],
    ['a patch of another uid', { metadata: { uid: 'other' } }, 'merge', '422 Invalid'],
    ['a test that fails', [{ op: 'test', path: '/spec/node', value: 'z' }], 'json', '422 Invalid'],
    ['a test of what is not there', [{ op: 'test', path: '/spec/gone', value: 'z' }], 'json', '422 Invalid'],
    ['a removal of what is not there', [{ op: 'remove', path: '/spec/gone' }], 'json', '422 Invalid'],
    [
      'a replacement of what is not there',
      [{ op: 'replace', path: '/spec/gone', value: 1 }],
      'json',
      '422 Invalid',
    ],
    [
      'an addition without a parent',
      [{ op: 'add', path: '/spec/gone/deep', value: 1 }],
      'json',
      '422 Invalid',
    ],
    ['a JSON patch that is no list', { op: 'test' }, 'json', '400 BadRequest'],
    ['a strategic patch', { spec: {} }, 'strategic', '415 UnsupportedMediaType'],
  ])('refuses %s of a custom resource', async (_, body, type, expected) => {
    await api().apply([incident('patched')]);
    expect(await refusal(api().patch(ref(incidents, 'patched', 'default'), body, { type }))).toBe(expected);
  });

  it('applies a JSON patch whose tests hold, as a whole', async () => {
    await api().create(incident('tested'));
    const { spec } = await api().patch<Incident>(
      ref(incidents, 'tested', 'default'),
      [
        { op: 'test', path: '/spec/node', value: 'a' },
        { op: 'replace', path: '/spec/node', value: 'b' },
        { op: 'add', path: '/spec/list', value: [1, 3] },
        { op: 'add', path: '/spec/list/1', value: 2 },
        { op: 'add', path: '/spec/list/-', value: 4 },
        { op: 'remove', path: '/spec/list/0' },
        { op: 'copy', from: '/spec/list', path: '/spec/copy' },
        { op: 'move', from: '/spec/node', path: '/spec/a~1b~0c' },
      ],
      { type: 'json' },
    );
    expect(spec).toEqual({ list: [2, 3, 4], copy: [2, 3, 4], 'a/b~c': 'b' });
  });

  it('merges objects and replaces lists in a merge patch', async () => {
    await api().create({
      ...incident('merged'),
      spec: { node: 'a', deep: { x: 1, y: 2 }, list: [1, 2] } as object,
    });
    const patched = await api().patch<Incident>(ref(incidents, 'merged', 'default'), {
      spec: { deep: { x: null, z: 3 }, list: [3] },
    });
    expect(patched.spec).toEqual({ node: 'a', deep: { y: 2, z: 3 }, list: [3] });
  });

  it('merges conditions by their type and replaces taints in a strategic patch', async () => {
    const node = ref(kinds.node, 'strategic');
    await api().create<Node>({
      ...kinds.node,
      metadata: { name: 'strategic' },
      spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] },
      status: {},
    });
    const condition = (type: string, status: 'True' | 'False') => ({
      status: { conditions: [{ type, status }] },
    });
    const status = { type: 'strategic', subresource: 'status' } as const;
    await api().patch(node, condition('One', 'True'), status);
    await api().patch(node, condition('Two', 'True'), status);
    const patched = await api().patch<Node>(node, condition('One', 'False'), status);
    const states = (patched.status.conditions ?? []).map((each) => `${each.type} ${each.status}`);
    expect(states.sort()).toEqual(['One False', 'Two True']);
    const tainted = await api().patch<Node>(
      node,
      { spec: { taints: [{ key: 'b', effect: 'NoSchedule' }] } },
      { type: 'strategic' },
    );
    expect(tainted.spec.taints?.map(({ key }) => key)).toEqual(['b']);
  });

  it('deletes an item of a list, and replaces a list, where a strategic patch says so', async () => {
    const node = ref(kinds.node, 'directed');
    const conditions = ['One', 'Two', 'Three'].map((type) => ({ type, status: 'True' as const }));
    await api().create<Node>({
      ...kinds.node,
      metadata: { name: 'directed' },
      spec: {},
      status: { conditions },
    });
    const status = { type: 'strategic', subresource: 'status' } as const;
    const types = async (list: object[]) =>
      (await api().patch<Node>(node, { status: { conditions: list } }, status)).status.conditions?.map(
        ({ type }) => type,
      );
    expect(await types([{ type: 'Two', $patch: 'delete' }])).toEqual(['One', 'Three']);
    expect(await types([{ $patch: 'replace' }, { type: 'Four', status: 'True' }])).toEqual(['Four']);
  });

  it.each(['application/yaml', 'application/octet-stream'])(
    'refuses a patch of type %s',
    async (contentType) => {
      const path = '/api/v1/namespaces/default';
      expect(await refusal(api().call({ method: 'PATCH', path, body: {}, contentType }))).toBe(
        '415 UnsupportedMediaType',
      );
    },
  );

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
