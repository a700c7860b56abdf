import nock from 'nock';
import { describe, expect, it } from 'vitest';
import { durationMs } from '../../../shared/domain/units.ts';
import { createLeaseLock } from '../../../shared/kubernetes/lease-lock.ts';
import { failureOf } from '../../support/failure.ts';
import { aClient, aStatus, NOW, SERVER, useNock } from './fake-api.ts';

useNock();

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/orphans/leases';
const LEASE = `${LEASES}/kubevirt-orphans-remediation`;
const MINUTE = durationMs(60_000);
const lock = () =>
  createLeaseLock(aClient(), {
    clock: { now: () => NOW },
    namespace: 'orphans',
    name: 'kubevirt-orphans-remediation',
  });

/** A lease that was renewed so many seconds before now, for a minute. */
function held(holderIdentity: string | undefined, secondsAgo: number, more: object = {}) {
  const renewTime = new Date(NOW - secondsAgo * 1_000).toISOString().replace('Z', '000Z');
  const spec = {
    holderIdentity,
    renewTime,
    acquireTime: '2026-08-22T09:00:00.000000Z',
    leaseDurationSeconds: 60,
    leaseTransitions: 4,
    ...more,
  };
  return { metadata: { uid: 'l1', resourceVersion: '8' }, spec };
}
const found = (lease: object) => nock(SERVER).get(LEASE).reply(200, lease);
const gone = () => nock(SERVER).get(LEASE).reply(404, aStatus(404));
const put = (bodies: unknown[] = []) => nock(SERVER).put(LEASE, (sent) => Boolean(bodies.push(sent)));

describe('taking the lock', () => {
  it('makes the Lease', async () => {
    gone();
    const bodies: unknown[] = [];
    nock(SERVER)
      .post(LEASES, (sent) => Boolean(bodies.push(sent)))
      .reply(201, {});
    expect(await lock().acquire('us', durationMs(90_500))).toBeUndefined();
    expect(bodies).toEqual([
      {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: 'kubevirt-orphans-remediation', namespace: 'orphans' },
        spec: {
          holderIdentity: 'us',
          acquireTime: '2026-08-22T10:10:00.000000Z',
          renewTime: '2026-08-22T10:10:00.000000Z',
          leaseDurationSeconds: 91,
          leaseTransitions: 1,
        },
      },
    ]);
  });

  it.each([
    ['is ours', held('us', 30), { acquireTime: '2026-08-22T09:00:00.000000Z', leaseTransitions: 4 }],
    ['has expired', held('them', 60), { acquireTime: '2026-08-22T10:10:00.000000Z', leaseTransitions: 5 }],
    ['is free', held(undefined, 1), { acquireTime: '2026-08-22T10:10:00.000000Z', leaseTransitions: 5 }],
  ])('writes one that %s, as it was read', async (_, lease, spec) => {
    found(lease);
    const bodies: unknown[] = [];
    put(bodies).reply(200, {});
    expect(await lock().acquire('us', MINUTE)).toBeUndefined();
    expect(bodies).toMatchObject([
      {
        metadata: { uid: 'l1', resourceVersion: '8' },
        spec: { ...spec, holderIdentity: 'us', renewTime: '2026-08-22T10:10:00.000000Z' },
      },
    ]);
  });

  it.each([
    ['for a second still', held('them', 59), { holder: 'them', until: NOW + 1_000 }],
    [
      'from the future, as a clock ahead of ours writes',
      held('them', -600),
      { holder: 'them', until: NOW + 660_000 },
    ],
    [
      'without an end',
      held('a person', 9_999, { leaseDurationSeconds: null }),
      { holder: 'a person', until: undefined },
    ],
  ])('leaves it to who has it %s', async (_, lease, hold) => {
    found(lease);
    expect(await lock().acquire('us', MINUTE)).toEqual(hold);
  });

  it('looks again when somebody else is faster', async () => {
    gone();
    nock(SERVER).post(LEASES).reply(409, aStatus(409));
    found(held('them', 0));
    expect(await lock().acquire('us', MINUTE)).toMatchObject({ holder: 'them' });
  });

  it('has it when its own write is what was faster: the answer was lost', async () => {
    found(held('them', 90));
    put().replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    put().reply(409, aStatus(409));
    found(held('us', 0));
    put().reply(200, {});
    expect(await lock().acquire('us', MINUTE)).toBeUndefined();
  });

  it('gives up for now where it never ends', async () => {
    nock(SERVER).get(LEASE).times(4).reply(200, held('them', 90));
    nock(SERVER).put(LEASE).times(4).reply(409, aStatus(409));
    expect((await failureOf(() => lock().acquire('us', MINUTE))).code).toBe('KUBE_UNAVAILABLE');
  });

  it('says what is missing', async () => {
    gone();
    nock(SERVER).post(LEASES).reply(403, aStatus(403));
    expect((await failureOf(() => lock().acquire('us', MINUTE))).message).toContain(
      'forbids to create leases.coordination.k8s.io in the namespace orphans',
    );
    gone();
    nock(SERVER).post(LEASES).reply(404, aStatus(404));
    expect((await failureOf(() => lock().acquire('us', MINUTE))).message).toContain('namespace orphans');
  });
});

describe('releasing the lock', () => {
  it('leaves the Lease to nobody', async () => {
    found(held('us', 10));
    const bodies: unknown[] = [];
    put(bodies).reply(200, {});
    await lock().release('us');
    expect(bodies).toMatchObject([{ metadata: { resourceVersion: '8' }, spec: { leaseTransitions: 4 } }]);
    expect(bodies[0]).not.toHaveProperty('spec.holderIdentity');
  });

  it.each([
    ['somebody else’s', () => found(held('them', 10))],
    ['not there', gone],
  ])('does nothing when it is %s', async (_, serve) => {
    serve();
    await lock().release('us');
  });

  it('does nothing when somebody else has taken it over meanwhile', async () => {
    found(held('us', 90));
    put().reply(409, aStatus(409));
    await lock().release('us');
  });
});
