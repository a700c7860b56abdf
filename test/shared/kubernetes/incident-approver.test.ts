import nock from 'nock';
import { expect, it } from 'vitest';
import { createIncidentApprover } from '../../../shared/kubernetes/incident-approver.ts';
import { failureOf } from '../../support/failure.ts';
import { aClient, aStatus, SERVER, useNock } from './fake-api.ts';

useNock();

const PATH = '/apis/kubevirt-orphans.dev/v1alpha1/namespaces/orphans/orphanincidents/node02';
const record = { node: 'node02', uid: 'u1', resourceVersion: '7' };
const approve = () => createIncidentApprover(aClient(), 'orphans').approve(record, 3);
const patch = (bodies: unknown[] = []) =>
  nock(SERVER)
    .patch(PATH, (sent) => Boolean(bodies.push(sent)))
    .query({ fieldManager: 'kubevirt-orphans-approve' });

it('takes an old approval out before it gives the new one, each on what was read', async () => {
  const bodies: unknown[] = [];
  patch(bodies).reply(200, { metadata: { resourceVersion: '8' } });
  patch(bodies).reply(200, { metadata: { resourceVersion: '9' } });
  await approve();
  const body = (resourceVersion: string, value: string | null) => ({
    metadata: {
      uid: 'u1',
      resourceVersion,
      annotations: { 'kubevirt-orphans.dev/approved-revision': value },
    },
  });
  expect(bodies).toEqual([body('7', null), body('8', '3')]);
});

it.each([
  [409, 'INCIDENT_CONFLICT'],
  [404, 'INCIDENT_CONFLICT'],
  [422, 'INCIDENT_CONFLICT'],
  [403, 'KUBE_FORBIDDEN'],
  [400, 'KUBE_UNAVAILABLE'],
])('approves nothing when the API server answers %i', async (status, code) => {
  patch().reply(status, aStatus(status));
  expect((await failureOf(approve)).code).toBe(code);
});
