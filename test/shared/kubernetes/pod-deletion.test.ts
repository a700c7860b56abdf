import nock from 'nock';
import { describe, expect, it } from 'vitest';
import { createClusterWriter } from '../../../shared/kubernetes/cluster-writer.ts';
import { aClient, aStatus, SERVER, useNock } from './fake-api.ts';
import { aPod, DELETION, POD } from './fake-handler-pod.ts';

useNock();

const found = (...pods: readonly object[]) => {
  for (const pod of pods) nock(SERVER).get(POD).reply(200, pod);
};
const said = (code: number, message: string) => ({ ...aStatus(code), message });
const writer = () => createClusterWriter(aClient());

describe('deleting a pod', () => {
  it.each([
    ['write', {}],
    ['tryOut', { dryRun: ['All'] }],
  ] as const)('is conditional on what was read: %s', async (verb, more) => {
    found(aPod());
    const bodies: unknown[] = [];
    nock(SERVER)
      .delete(POD, (sent) => Boolean(bodies.push(sent)))
      .reply(200, aPod());
    expect(await writer()[verb](DELETION)).toMatchObject({ kind: 'made' });
    expect(bodies[0]).toEqual({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: 'p1', resourceVersion: '12' },
      ...more,
    });
  });

  it.each([
    ['gone', aPod({ uid: 'p2' }), 'gone'],
    ['leaving', aPod({ deletionTimestamp: '2026-08-22T10:00:00Z' }), 'made'],
    ['Ready by now', aPod({}, { conditions: [{ type: 'Ready', status: 'True' }] }), 'conflict'],
  ])('is not asked for when it is %s', async (_, pod, kind) => {
    found(pod);
    expect(await writer().write(DELETION)).toMatchObject({ kind });
  });

  it.each([
    ['changed', 409, aPod(), { kind: 'conflict' }],
    [
      'is leaving, perhaps by a try whose answer was lost',
      409,
      aPod({ deletionTimestamp: '2026-08-22T10:00:00Z' }),
      { kind: 'made' },
    ],
    ['is gone', 404, aPod({ uid: 'p2' }), { kind: 'made' }],
    ['may not be deleted', 403, aPod(), { kind: 'refused', message: '403: no' }],
  ])('tells by a second look that it %s', async (_, status, pod, outcome) => {
    found(aPod(), pod);
    nock(SERVER).delete(POD).reply(status, said(status, 'no'));
    expect(await writer().write(DELETION)).toMatchObject(outcome);
  });
});
