import { expect, it } from 'vitest';
import { kinds, type Node, ref } from '../e2e/support/objects.ts';
import { type GetBackend, refusal } from './backend.ts';
import { type Incident, incident, incidents } from './contract-objects.ts';

/** What each kind of patch does, and what is refused. */
export function patchesContract(backend: GetBackend): void {
  const api = () => backend().api;

  it.each<[string, object, 'merge' | 'json' | 'strategic', string]>([
    ['a merge patch of an old version', { metadata: { resourceVersion: '1' } }, 'merge', '409 Conflict'],
    ['a patch of another uid', { metadata: { uid: 'other' } }, 'merge', '422 Invalid'],
    ['a test that fails', [{ op: 'test', path: '/spec/node', value: 'z' }], 'json', '422 Invalid'],
    ['a test of what is not there', [{ op: 'test', path: '/spec/gone', value: 'z' }], 'json', '422 Invalid'],
    ['a removal of what is not there', [{ op: 'remove', path: '/spec/gone' }], 'json', '422 Invalid'],
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
    await api().delete(node);
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
    await api().delete(node);
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
}
