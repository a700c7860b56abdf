import nock from 'nock';
import { describe, expect, it } from 'vitest';
import type { Interlocks } from '../../../shared/domain/remediation/situation.ts';
import { createInterlockReader } from '../../../shared/kubernetes/interlock-reader.ts';
import { failureOf } from '../../support/failure.ts';
import { aClient, aStatus, NOW, SERVER, useNock } from './fake-api.ts';

useNock();

const LEASES = '/apis/coordination.k8s.io/v1/namespaces';
const PATHS = {
  own: `${LEASES}/orphans/leases/kubevirt-orphans-remediation`,
  node: `${LEASES}/medik8s-leases/leases/node-node02`,
  maintenances: '/apis/nodemaintenance.medik8s.io/v1beta1/nodemaintenances?limit=500',
  oldMaintenances: '/apis/nodemaintenance.kubevirt.io/v1beta1/nodemaintenances?limit=500',
  migrations: '/apis/kubevirt.io/v1/virtualmachineinstancemigrations?limit=500',
  platform: '/apis/config.openshift.io/v1/clusterversions/version',
};

type Answers = Partial<Record<keyof typeof PATHS, readonly [number, object]>>;

/** Reads while the cluster serves none of it but what is told. */
function read(answers: Answers = {}): Promise<Interlocks> {
  for (const [name, path] of Object.entries(PATHS)) {
    const [status, body] = answers[name as keyof Answers] ?? [404, aStatus(404)];
    nock(SERVER).get(path).reply(status, body);
  }
  return createInterlockReader(aClient(), { clock: { now: () => NOW }, namespace: 'orphans' }).read('Node02');
}
const list = (...items: readonly object[]) => [200, { metadata: { resourceVersion: '1' }, items }] as const;
const lease = (spec: object) => [200, { spec }] as const;
const renewed = { renewTime: '2026-08-22T10:09:30.000000Z', leaseDurationSeconds: 60 };

describe('what other operators are doing', () => {
  it('is nothing where none of it is served', async () => {
    expect(await read()).toEqual({
      ownLock: { value: undefined },
      nodeLease: { value: undefined },
      maintenances: { value: [] },
      migrations: { value: [] },
      platformUpdate: { value: undefined },
    });
  });

  it.each([
    ['held', { holderIdentity: 'NHC', ...renewed }, { holder: 'NHC', until: NOW + 30_000 }],
    ['expired', { holderIdentity: 'NHC', ...renewed, leaseDurationSeconds: 30 }, undefined],
    ['nobody’s', { ...renewed }, undefined],
    ['held without an end', { holderIdentity: 'NHC' }, { holder: 'NHC', until: undefined }],
  ])('is a lease that is %s', async (_, spec, value) => {
    const { ownLock, nodeLease } = await read({ own: lease(spec), node: lease(spec) });
    expect([ownLock, nodeLease]).toEqual([{ value }, { value }]);
  });

  it('is maintenance of the node, under the old name of its API too', async () => {
    const of = (name: string, nodeName: string) => ({ metadata: { name }, spec: { nodeName } });
    const { maintenances } = await read({
      maintenances: list(of('a', 'Node02'), of('b', 'node03'), { metadata: { name: 'c' } }),
      oldMaintenances: list(of('d', 'Node02')),
    });
    expect(maintenances).toEqual({ value: ['a', 'd'] });
  });

  it('is migrations that are not over', async () => {
    const of = (name: string, status?: object) => ({ metadata: { name, namespace: 'shop' }, status });
    const { migrations } = await read({
      migrations: list(
        of('a', { phase: 'Running', migrationState: { sourceNode: 'node01', targetNode: 'node02' } }),
        of('b', { phase: 'Succeeded' }),
        of('c', { phase: 'Failed' }),
        of('d', { phase: 'Pending', migrationState: null }),
        of('e'),
      ),
    });
    const unknown = { namespace: 'shop', sourceNode: '', targetNode: '' };
    expect(migrations).toEqual({
      value: [
        { namespace: 'shop', name: 'a', sourceNode: 'node01', targetNode: 'node02' },
        { ...unknown, name: 'd' },
        { ...unknown, name: 'e' },
      ],
    });
  });

  it.each([
    ['True', { value: 'Working towards 4.20' }],
    ['False', { value: undefined }],
  ])('is an update of the platform when Progressing is %s', async (status, expected) => {
    const conditions = [
      { type: 'Available', status: 'True' },
      { type: 'Progressing', status, message: 'Working towards 4.20' },
    ];
    expect((await read({ platform: [200, { status: { conditions } }] })).platformUpdate).toEqual(expected);
  });

  it('is not known where it may not be read, and says what is missing', async () => {
    const no = [403, aStatus(403)] as const;
    const all = { own: no, node: no, maintenances: no, oldMaintenances: no, migrations: no, platform: no };
    const lease_ = 'the API server forbids to get leases of coordination.k8s.io';
    expect(await read(all)).toEqual({
      ownLock: { unreadable: lease_ },
      nodeLease: { unreadable: lease_ },
      maintenances: {
        unreadable: 'the API server forbids to list nodemaintenances of nodemaintenance.medik8s.io',
      },
      migrations: {
        unreadable: 'the API server forbids to list virtualmachineinstancemigrations of kubevirt.io',
      },
      platformUpdate: { unreadable: 'the API server forbids to get clusterversions of config.openshift.io' },
    });
  });

  it('is not known while one of the two kinds of maintenance is not', async () => {
    const { maintenances } = await read({ oldMaintenances: [403, aStatus(403)] });
    expect(maintenances).toEqual({
      unreadable: 'the API server forbids to list nodemaintenances of nodemaintenance.kubevirt.io',
    });
  });

  it('fails when the API server does', async () => {
    nock(SERVER).get(/.*/).times(99).reply(503, aStatus(503)).persist(false);
    const reader = createInterlockReader(aClient(), { clock: { now: () => NOW }, namespace: 'orphans' });
    expect((await failureOf(() => reader.read('node02'))).code).toBe('KUBE_UNAVAILABLE');
    nock.cleanAll();
  });
});
