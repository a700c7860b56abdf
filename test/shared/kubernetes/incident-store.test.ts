import nock from 'nock';
import { describe, expect, it } from 'vitest';
import { toIncidentResource } from '../../../shared/kubernetes/incident-resource.ts';
import { createIncidentStore } from '../../../shared/kubernetes/incident-store.ts';
import type { IncidentStore } from '../../../shared/runtime/ports.ts';
import { aRecord } from '../../support/arbitrary-incidents.ts';
import { failureOf } from '../../support/failure.ts';
import { aClient, SERVER, useNock, waits } from './fake-api.ts';

useNock();

const COLLECTION = '/apis/kubevirt-orphans.dev/v1alpha1/namespaces/orphans/orphanincidents';
const OBJECT = `${COLLECTION}/node02`;
const NOT_SERVED = ['404 page not found\n', { 'content-type': 'text/plain; charset=utf-8' }] as const;

function aStore(unreadable: string[] = []): IncidentStore {
  const onUnreadable = ({ message }: Error): void => void unreadable.push(message);
  return createIncidentStore(aClient(), { namespace: 'orphans', onUnreadable });
}

const NAMESPACE = '/api/v1/namespaces/orphans';
const check = (): Promise<void> => createIncidentStore(aClient(), { namespace: 'orphans' }).check();

function stored(record = aRecord()): Record<string, unknown> {
  return toIncidentResource(record, 'orphans');
}

/** What the server says about an object it does not do something with. */
function aRefusal(code: number, name = 'node02'): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, details: { name } };
}

describe('get', () => {
  it('reads the record of a node', async () => {
    nock(SERVER).get(OBJECT).reply(200, stored());
    expect(await aStore().get('node02')).toEqual(aRecord());
  });

  it('is undefined when there is none', async () => {
    nock(SERVER).get(OBJECT).reply(404, aRefusal(404));
    expect(await aStore().get('node02')).toBeUndefined();
  });

  it.each(['.', '..'])('asks for nothing when a forged event calls a node %s', async (node) => {
    expect(await aStore().get(node)).toBeUndefined();
  });

  it('says that the resource is not installed, which is not the same as that there is no record', async () => {
    nock(SERVER)
      .get(OBJECT)
      .reply(404, ...NOT_SERVED);
    const failure = await failureOf(() => aStore().get('node02'));
    expect(failure).toMatchObject({ code: 'KUBE_UNAVAILABLE', disposition: 'retry' });
    expect(failure.message).toContain('does not serve orphanincidents.kubevirt-orphans.dev/v1alpha1');
    expect(failure.remedy).toContain('kubectl apply -f infra/deploy/records/orphan-incident-crd.yaml');
  });

  it('names the field of a record that cannot be read, and does not take it for an empty one', async () => {
    const resource = stored();
    nock(SERVER)
      .get(OBJECT)
      .reply(200, { ...resource, status: { ...(resource['status'] as object), state: 'Broken' } });
    const failure = await failureOf(() => aStore().get('node02'));
    expect(failure.code).toBe('INPUT_MALFORMED');
    expect(failure.message).toContain('the OrphanIncident orphans/node02 cannot be read: status.state:');
    expect(failure.remedy).toContain('kubectl -n orphans delete orphanincidents node02');
  });

  it('says which permission is missing', async () => {
    nock(SERVER).get(OBJECT).reply(403, aRefusal(403));
    expect(await failureOf(() => aStore().get('node02'))).toMatchObject({
      code: 'KUBE_FORBIDDEN',
      message: `the server ${SERVER} forbids to get orphanincidents.kubevirt-orphans.dev in the namespace orphans`,
      remedy: expect.stringContaining(
        'Role in the namespace orphans with the rule {apiGroups: ["kubevirt-orphans.dev"], resources: ["orphanincidents"], verbs: ["get"]}',
      ),
    });
  });
});

describe('list', () => {
  const other = aRecord({ node: 'node03', incident: undefined, outbox: [] });

  it('reads page by page', async () => {
    const page = (items: object[], token?: string): object => ({
      metadata: { resourceVersion: '9', continue: token },
      items,
    });
    nock(SERVER)
      .get(COLLECTION)
      .query({ limit: 500 })
      .reply(200, page([stored()], 'more'));
    nock(SERVER)
      .get(COLLECTION)
      .query({ limit: 500, continue: 'more' })
      .reply(200, page([stored(other)]));
    expect(await aStore().list()).toEqual([aRecord(), other]);
  });

  it('leaves out a record that cannot be read, and says so: it does not stop the others', async () => {
    const items = [{ ...stored(), spec: { nodeName: 'node99' } }, stored(other)];
    nock(SERVER)
      .get(COLLECTION)
      .query(true)
      .reply(200, { metadata: { resourceVersion: '9' }, items });
    const unreadable: string[] = [];
    expect(await aStore(unreadable).list()).toEqual([other]);
    expect(unreadable).toEqual([
      "the OrphanIncident orphans/node02 cannot be read: spec.nodeName: is not the record's name node02",
    ]);
  });

  it('says that the resource is not installed', async () => {
    nock(SERVER)
      .get(COLLECTION)
      .query(true)
      .reply(404, ...NOT_SERVED);
    expect((await failureOf(() => aStore().list())).code).toBe('KUBE_UNAVAILABLE');
  });

  it('takes nothing else for a list', async () => {
    nock(SERVER).get(COLLECTION).query(true).reply(200, { kind: 'Status' });
    expect((await failureOf(() => aStore().list())).message).toContain('its answer is no list');
  });
});

describe('create', () => {
  it('makes an empty record, named after the node', async () => {
    const made = aRecord({ incident: undefined, outbox: [], resourceVersion: '1' });
    nock(SERVER)
      .post(COLLECTION, {
        apiVersion: 'kubevirt-orphans.dev/v1alpha1',
        kind: 'OrphanIncident',
        metadata: { name: 'node02', namespace: 'orphans' },
        spec: { nodeName: 'node02' },
      })
      .reply(201, stored(made));
    expect(await aStore().create('node02')).toEqual(made);
  });

  it('is a conflict when there is one', async () => {
    nock(SERVER).post(COLLECTION).reply(409, aRefusal(409));
    expect((await failureOf(() => aStore().create('node02'))).code).toBe('INCIDENT_CONFLICT');
  });

  it('says that the namespace is missing', async () => {
    nock(SERVER).post(COLLECTION).reply(404, aRefusal(404, 'orphans'));
    const failure = await failureOf(() => aStore().create('node02'));
    expect(failure.message).toBe('the namespace orphans, in which incidents are kept, does not exist');
  });
});

describe('update', () => {
  it('writes the status, on the condition that the record is the one that was read', async () => {
    nock(SERVER)
      .put(`${OBJECT}/status`, JSON.parse(JSON.stringify(stored())))
      .reply(200, { ...stored(), metadata: { ...(stored()['metadata'] as object), resourceVersion: '8' } });
    expect(await aStore().update(aRecord())).toEqual(aRecord({ resourceVersion: '8' }));
  });

  it.each([
    [404, 'it is gone'],
    [409, 'somebody else wrote it meanwhile'],
  ])('is a conflict after %i, however often it is tried', async (status, what) => {
    nock(SERVER).put(`${OBJECT}/status`).times(3).reply(status, aRefusal(status));
    const store = aStore();
    for (const _ of [1, 2, 3]) {
      const failure = await failureOf(() => store.update(aRecord()));
      expect(failure).toMatchObject({ code: 'INCIDENT_CONFLICT', disposition: 'retry' });
      expect(failure.message).toContain(what);
    }
  });

  it('tells a resource that was removed from a conflict', async () => {
    nock(SERVER)
      .put(`${OBJECT}/status`)
      .reply(404, ...NOT_SERVED);
    expect((await failureOf(() => aStore().update(aRecord()))).code).toBe('KUBE_UNAVAILABLE');
  });

  it('says what to do when the server serves another version of the resource', async () => {
    nock(SERVER).put(`${OBJECT}/status`).reply(422, aRefusal(422));
    const failure = await failureOf(() => aStore().update(aRecord()));
    expect(failure.message).toContain('refuses an OrphanIncident (422)');
    expect(failure.code).toBe('KUBE_UNAVAILABLE');
  });

  it('succeeds when the server is well again', async () => {
    nock(SERVER).put(`${OBJECT}/status`).times(2).reply(503, aRefusal(503));
    nock(SERVER).put(`${OBJECT}/status`).reply(200, stored());
    expect(await aStore().update(aRecord())).toEqual(aRecord());
    expect(waits).toEqual([50, 100]);
  });

  it.each([503, 429, 500])(
    'gives up after two retries of %i: whoever delivers comes again',
    async (status) => {
      nock(SERVER).put(`${OBJECT}/status`).times(3).reply(status, aRefusal(status), { 'retry-after': '60' });
      expect((await failureOf(() => aStore().update(aRecord()))).code).toBe('KUBE_UNAVAILABLE');
      expect(waits).toEqual([2_000, 2_000]);
    },
  );
});

describe('remove', () => {
  it('removes the record that was read and no other', async () => {
    const preconditions = { uid: 'u1', resourceVersion: '7' };
    nock(SERVER)
      .delete(OBJECT, { apiVersion: 'v1', kind: 'DeleteOptions', preconditions })
      .reply(200, { kind: 'Status' });
    await expect(aStore().remove(aRecord())).resolves.toBeUndefined();
  });

  it('is content when it is gone', async () => {
    nock(SERVER).delete(OBJECT).reply(404, aRefusal(404));
    await expect(aStore().remove(aRecord())).resolves.toBeUndefined();
  });

  it('is a conflict when it was written meanwhile', async () => {
    nock(SERVER).delete(OBJECT).reply(409, aRefusal(409));
    expect((await failureOf(() => aStore().remove(aRecord()))).code).toBe('INCIDENT_CONFLICT');
  });
});

describe('check', () => {
  it.each([
    ['everything is there', 200],
    ['the namespace may not be looked at: the first write finds out', 403],
  ])('finds nothing wrong when %s', async (_, status) => {
    nock(SERVER).get(COLLECTION).query({ limit: 1 }).reply(200, { metadata: {}, items: [] });
    nock(SERVER).get(NAMESPACE).reply(status, aRefusal(status, 'orphans'));
    await expect(check()).resolves.toBeUndefined();
  });

  it('finds that the resource is missing', async () => {
    nock(SERVER)
      .get(COLLECTION)
      .query(true)
      .reply(404, ...NOT_SERVED);
    expect(await failureOf(check)).toMatchObject({
      code: 'KUBE_UNAVAILABLE',
      remedy: expect.stringContaining('kubectl apply -f') as string,
    });
  });

  it('finds that the namespace is missing, which a list does not tell', async () => {
    nock(SERVER).get(COLLECTION).query(true).reply(200, { metadata: {}, items: [] });
    nock(SERVER).get(NAMESPACE).reply(404, aRefusal(404, 'orphans'));
    expect(await failureOf(check)).toMatchObject({
      code: 'KUBE_UNAVAILABLE',
      remedy: expect.stringContaining('kubectl create namespace orphans') as string,
    });
  });
});
