import nock from 'nock';
import { describe, expect, it } from 'vitest';
import type { ClusterChange } from '../../../shared/domain/mitigations/cluster-change.ts';
import { createClusterWriter } from '../../../shared/kubernetes/cluster-writer.ts';
import { failureOf } from '../../support/failure.ts';
import { aClient, aStatus, SERVER, useNock } from './fake-api.ts';
import { aPod, DELETION, POD } from './fake-handler-pod.ts';

useNock();

const target = {
  apiVersion: 'v1',
  kind: 'Node',
  namespace: '',
  name: 'node02',
  uid: 'u2',
  resourceVersion: '7',
} as const;
const LABEL: ClusterChange = {
  action: 'patch',
  target: { ...target, generation: undefined },
  operations: [{ op: 'add', path: '/metadata/labels/virt', value: 'yes' }],
  additions: [{ kind: 'member', path: ['metadata', 'labels', 'virt'], value: 'yes' }],
};
const GPU = { key: 'gpu', operator: 'Exists' };
const PLACE = ['spec', 'workloads', 'nodePlacement', 'tolerations'];
const TOLERATION: ClusterChange = {
  action: 'patch',
  target: {
    apiVersion: 'hco.kubevirt.io/v1beta1',
    kind: 'HyperConverged',
    namespace: 'kubevirt',
    name: 'hco',
    uid: 'h1',
    resourceVersion: '5',
    generation: 3,
  },
  operations: [{ op: 'add', path: '/spec/workloads', value: { nodePlacement: { tolerations: [GPU] } } }],
  additions: [{ kind: 'item', path: PLACE, value: GPU }],
};
const NODE = '/api/v1/nodes/node02';
const HCO = '/apis/hco.kubevirt.io/v1beta1/namespaces/kubevirt/hyperconvergeds/hco';

const aNode = (resourceVersion: string, labels: object = {}, uid = 'u2') => ({
  metadata: { uid, resourceVersion, labels },
});
const anHco = (generation: number, spec: object = {}) => ({
  metadata: { uid: 'h1', resourceVersion: '5', generation },
  spec,
});
const found = (path: string, ...bodies: readonly object[]) => {
  for (const body of bodies) nock(SERVER).get(path).reply(200, body);
};
const gone = (path: string) => nock(SERVER).get(path).reply(404, aStatus(404));
const said = (code: number, message: string) => ({ ...aStatus(code), message });
const writer = () => createClusterWriter(aClient());
const patch = (path = NODE) => nock(SERVER).patch(path).query({ fieldManager: 'kubevirt-orphans' });

describe('writing a patch', () => {
  it('is guarded by the uid and the version that were read at that moment', async () => {
    found(NODE, aNode('41'));
    const bodies: unknown[] = [];
    nock(SERVER, { reqheaders: { 'content-type': 'application/json-patch+json' } })
      .patch(NODE, (sent) => Boolean(bodies.push(sent)))
      .query({ fieldManager: 'kubevirt-orphans' })
      .reply(200, aNode('42', { virt: 'yes' }));
    expect(await writer().write(LABEL)).toEqual({ kind: 'made', generation: undefined });
    expect(bodies[0]).toEqual([
      { op: 'test', path: '/metadata/uid', value: 'u2' },
      { op: 'test', path: '/metadata/resourceVersion', value: '41' },
      { op: 'add', path: '/metadata/labels/virt', value: 'yes' },
    ]);
  });

  it('is guarded by the generation where a rollout changes the version all the time, and says the new one', async () => {
    found(HCO, anHco(4, { workloads: { nodePlacement: { tolerations: [{ key: 'a' }] } } }));
    const bodies: unknown[] = [];
    nock(SERVER)
      .patch(HCO, (sent) => Boolean(bodies.push(sent)))
      .query({ fieldManager: 'kubevirt-orphans' })
      .reply(200, anHco(5));
    expect(await writer().write(TOLERATION)).toEqual({ kind: 'made', generation: 5 });
    expect(bodies[0]).toEqual([
      { op: 'test', path: '/metadata/uid', value: 'h1' },
      { op: 'test', path: '/metadata/generation', value: 4 },
      { op: 'add', path: '/spec/workloads/nodePlacement/tolerations/-', value: GPU },
    ]);
  });

  it('is tried without an effect', async () => {
    found(NODE, aNode('41'));
    nock(SERVER)
      .patch(NODE)
      .query({ fieldManager: 'kubevirt-orphans', dryRun: 'All' })
      .reply(200, aNode('41'));
    expect(await writer().tryOut(LABEL)).toMatchObject({ kind: 'made' });
  });

  it('is tried to be taken back without an effect', async () => {
    found(NODE, aNode('41', { virt: 'yes' }));
    const sent: unknown[] = [];
    nock(SERVER)
      .patch(NODE, (body) => Boolean(sent.push(body)))
      .query({ fieldManager: 'kubevirt-orphans', dryRun: 'All' })
      .reply(200, aNode('41', { virt: 'yes' }));
    expect(await writer().tryRevert(LABEL)).toMatchObject({ kind: 'made' });
    expect(sent[0]).toContainEqual({ op: 'remove', path: '/metadata/labels/virt' });
  });

  it('is not made when it is there already', async () => {
    found(NODE, aNode('41', { virt: 'yes' }));
    expect(await writer().write(LABEL)).toMatchObject({ kind: 'made' });
  });

  it.each([
    ['gone', () => gone(NODE)],
    ['another one by now', () => found(NODE, aNode('41', {}, 'u3'))],
  ])('is not made to an object that is %s', async (_, serve) => {
    serve();
    expect(await writer().write(LABEL)).toEqual({ kind: 'gone' });
  });

  it('is not made over somebody else’s value', async () => {
    found(NODE, aNode('41', { virt: 'no' }));
    expect(await writer().write(LABEL)).toEqual({
      kind: 'refused',
      message: '/metadata/labels/virt has another value by now',
    });
  });

  it('is not made when it could not be taken back', async () => {
    const outcome = { kind: 'refused', message: expect.stringContaining('people') };
    const change = { ...LABEL, additions: undefined };
    for (const call of [
      () => writer().write(change),
      () => writer().tryOut(change),
      () => writer().revert(change),
      () => writer().tryRevert(change),
    ])
      expect(await call()).toEqual(outcome);
  });

  it.each([
    ['the guard failed', 422, [aNode('41'), aNode('43')], { kind: 'conflict' }],
    ['somebody else wrote at the same time', 409, [aNode('41'), aNode('41')], { kind: 'conflict' }],
    ['somebody else wrote the same', 422, [aNode('41'), aNode('43', { virt: 'yes' })], { kind: 'made' }],
    ['it is another object by now', 422, [aNode('41'), aNode('43', {}, 'u3')], { kind: 'gone' }],
    [
      'an admission webhook denies it',
      403,
      [aNode('41'), aNode('41')],
      { kind: 'refused', message: '403: denied: no labels' },
    ],
    [
      'it is invalid',
      422,
      [aNode('41'), aNode('41')],
      { kind: 'refused', message: '422: denied: no labels' },
    ],
  ])('tells by a second look that %s', async (_, status, looks, outcome) => {
    found(NODE, ...looks);
    patch().reply(status, said(status, 'denied:\n  no labels'));
    expect(await writer().write(LABEL)).toMatchObject(outcome);
  });

  it('hands on at most 500 characters of what the API server says', async () => {
    found(NODE, aNode('41'), aNode('41'));
    patch().reply(400, said(400, 'x'.repeat(9_000)));
    const outcome = await writer().write(LABEL);
    expect(outcome).toEqual({ kind: 'refused', message: `400: ${'x'.repeat(494)}…` });
  });

  it('is made once when its answer is lost', async () => {
    found(NODE, aNode('41'), aNode('42', { virt: 'yes' }));
    patch().replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    // The second try finds its guard broken, by the first one.
    patch().reply(422, said(422, 'the server rejected our request due to an error in our request'));
    expect(await writer().write(LABEL)).toMatchObject({ kind: 'made' });
  });

  it('fails when nothing is known of it, and finds it made the next time', async () => {
    found(NODE, aNode('41'));
    patch().times(3).reply(504, said(504, 'timeout'));
    expect((await failureOf(() => writer().write(LABEL))).code).toBe('KUBE_UNAVAILABLE');
    found(NODE, aNode('42', { virt: 'yes' }));
    expect(await writer().write(LABEL)).toMatchObject({ kind: 'made' });
  });

  it('says which permission is missing to look', async () => {
    nock(SERVER).get(HCO).reply(403, aStatus(403));
    const failure = await failureOf(() => writer().write(TOLERATION));
    expect(failure.message).toContain(
      'forbids to get hyperconvergeds.hco.kubevirt.io in the namespace kubevirt',
    );
  });

  it('takes no other answer for an object', async () => {
    nock(SERVER).get(NODE).reply(200, { kind: 'Status' });
    expect((await failureOf(() => writer().look(LABEL))).code).toBe('KUBE_UNAVAILABLE');
  });
});

describe('taking a patch back', () => {
  it('removes what is still there as it was put in, with the parents that it made', async () => {
    found(HCO, anHco(4, { workloads: { nodePlacement: { tolerations: [GPU] } }, x: 1 }));
    const bodies: { readonly op: string; readonly path: string }[][] = [];
    nock(SERVER)
      .patch(HCO, (sent) => Boolean(bodies.push(sent)))
      .query({ fieldManager: 'kubevirt-orphans' })
      .reply(200, anHco(5));
    expect(await writer().revert(TOLERATION)).toEqual({ kind: 'made', generation: 5 });
    expect(
      bodies
        .flat()
        .filter(({ op }) => op === 'remove')
        .map(({ path }) => path),
    ).toEqual([
      '/spec/workloads/nodePlacement/tolerations/0',
      '/spec/workloads/nodePlacement/tolerations',
      '/spec/workloads/nodePlacement',
      '/spec/workloads',
    ]);
  });

  it.each([
    ['is gone', aNode('41')],
    ['has another value', aNode('41', { virt: 'no' })],
  ])('has nothing to do where it %s', async (_, node) => {
    found(NODE, node);
    expect(await writer().revert(LABEL)).toMatchObject({ kind: 'made' });
  });

  it('is made once when its answer is lost', async () => {
    found(NODE, aNode('41', { virt: 'yes' }), aNode('42'));
    patch().replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    patch().reply(422, said(422, 'rejected'));
    expect(await writer().revert(LABEL)).toMatchObject({ kind: 'made' });
  });

  it('has nothing to take out of a deletion', async () => {
    expect(await writer().revert(DELETION)).toEqual({ kind: 'made', generation: undefined });
  });
});

describe('looking whether a change is there', () => {
  it.each([
    ['a label', LABEL, NODE, aNode('1', { virt: 'yes' }), 'made'],
    ['no label', LABEL, NODE, aNode('1'), 'absent'],
    ['another node', LABEL, NODE, aNode('1', {}, 'u3'), 'gone'],
    [
      'one of two',
      {
        ...LABEL,
        additions: [...(LABEL.additions ?? []), { kind: 'member', path: ['spec', 'x'], value: 1 }],
      },
      NODE,
      aNode('1', { virt: 'yes' }),
      'partly',
    ],
    ['what only people make', { ...LABEL, additions: undefined }, NODE, aNode('1'), 'absent'],
    ['a pod', DELETION, POD, aPod(), 'absent'],
    ['a pod that is leaving', DELETION, POD, aPod({ deletionTimestamp: '2026-08-22T10:00:00Z' }), 'made'],
    ['another pod', DELETION, POD, aPod({ uid: 'p2' }), 'made'],
  ] as const)('finds %s', async (_, change, path, object, state) => {
    found(path, object);
    expect(await writer().look(change)).toBe(state);
  });
});
