import nock from 'nock';
import { describe, expect, it } from 'vitest';
import { createEventRecorder } from '../../../shared/kubernetes/event-recorder.ts';
import type { ObjectEvent } from '../../../shared/runtime/event-recorder.ts';
import { failureOf } from '../../support/failure.ts';
import { aClient, aStatus, NOW, SERVER, useNock } from './fake-api.ts';

useNock();

const NAME = 'kubevirt-orphans.0123';
const NODE = { apiVersion: 'v1', kind: 'Node', namespace: '', name: 'node02', uid: 'uid-2' };
const VMI = {
  apiVersion: 'kubevirt.io/v1',
  kind: 'VirtualMachineInstance',
  namespace: 'shop',
  name: 'web',
  uid: 'uid-web',
};
const ofNode = '/apis/events.k8s.io/v1/namespaces/default/events';
const ofOldNode = '/apis/events.k8s.io/v1/namespaces/kube-system/events';
const ofVmi = '/apis/events.k8s.io/v1/namespaces/shop/events';

function anEvent(parts: Partial<ObjectEvent> = {}): ObjectEvent {
  return {
    name: NAME,
    regarding: NODE,
    related: undefined,
    type: 'Warning',
    reason: 'VirtHandlerMissing',
    action: 'Detect',
    note: 'Nobody manages it.',
    at: NOW,
    ...parts,
  };
}

const recorder = () =>
  createEventRecorder(aClient(), { controller: 'kubevirt-orphans.dev/notify', instance: 'pod-1' });
const TERMINATING = {
  ...aStatus(403),
  details: { causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }] },
};

describe('record', () => {
  it('writes an Event where its object is', async () => {
    let body: unknown;
    nock(SERVER)
      .post(ofVmi, (sent) => {
        body = sent;
        return true;
      })
      .reply(201, {});
    expect(await recorder().record(anEvent({ regarding: VMI, related: NODE }))).toBe('there');
    expect(body).toEqual({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: NAME, namespace: 'shop' },
      eventTime: '2026-08-22T10:10:00.000000Z',
      reportingController: 'kubevirt-orphans.dev/notify',
      reportingInstance: 'pod-1',
      type: 'Warning',
      reason: 'VirtHandlerMissing',
      action: 'Detect',
      note: 'Nobody manages it.',
      regarding: VMI,
      related: { apiVersion: 'v1', kind: 'Node', name: 'node02', uid: 'uid-2' },
    });
  });

  it.each([
    ['is there already', 409, aStatus(409), 'there'],
    ['has no namespace', 404, aStatus(404), 'gone'],
    ['has a namespace that is going', 403, TERMINATING, 'gone'],
    ['may not be written', 403, aStatus(403), 'forbidden'],
  ])('answers when it %s', async (_, status, body, outcome) => {
    nock(SERVER).post(ofNode).reply(status, body);
    expect(await recorder().record(anEvent())).toBe(outcome);
  });

  it.each([
    [201, 'there'],
    [422, 'refused'],
    [403, 'forbidden'],
  ])('tries where older servers take Events about nodes, which answers %i: %s', async (status, outcome) => {
    nock(SERVER).post(ofNode).reply(422, aStatus(422)).post(ofOldNode).reply(status, aStatus(status));
    expect(await recorder().record(anEvent())).toBe(outcome);
  });

  it('tries nowhere else what is not taken of an object with a namespace', async () => {
    nock(SERVER).post(ofVmi).reply(422, aStatus(422));
    expect(await recorder().record(anEvent({ regarding: VMI }))).toBe('refused');
  });

  it('writes again what the server could not take, which is there then', async () => {
    nock(SERVER).post(ofNode).reply(503, aStatus(503)).post(ofNode).reply(409, aStatus(409));
    expect(await recorder().record(anEvent())).toBe('there');
  });

  it('fails when the server cannot be reached', async () => {
    nock(SERVER).post(ofNode).times(3).reply(503, aStatus(503));
    expect((await failureOf(() => recorder().record(anEvent()))).code).toBe('KUBE_UNAVAILABLE');
  });
});

describe('repeat', () => {
  const stored = { metadata: { resourceVersion: '7' }, eventTime: '2026-08-22T10:00:00.000000Z' };
  const path = `${ofNode}/${NAME}`;
  const oldPath = `${ofOldNode}/${NAME}`;
  const patchTo = (count: number) => ({
    metadata: { resourceVersion: '7' },
    series: { count, lastObservedTime: '2026-08-22T10:10:00.000000Z' },
  });

  it.each([
    [stored, 2],
    [{ ...stored, series: { count: 4, lastObservedTime: '2026-08-22T10:05:00.000000Z' } }, 5],
  ])('counts the series up: %j', async (found, count) => {
    nock(SERVER).get(path).reply(200, found);
    nock(SERVER, { reqheaders: { 'content-type': 'application/merge-patch+json' } })
      .patch(path, patchTo(count))
      .reply(200, {});
    expect(await recorder().repeat(anEvent())).toBe('there');
  });

  it('counts once what is tried again', async () => {
    const series = { count: 2, lastObservedTime: '2026-08-22T10:09:30.000000Z' };
    nock(SERVER)
      .get(path)
      .reply(200, { ...stored, series });
    expect(await recorder().repeat(anEvent())).toBe('there');
  });

  it('leaves it to whoever counted meanwhile', async () => {
    nock(SERVER).get(path).reply(200, stored).patch(path).reply(409, aStatus(409));
    expect(await recorder().repeat(anEvent())).toBe('there');
  });

  it('counts it where older servers have it', async () => {
    nock(SERVER).get(path).reply(404, aStatus(404)).get(oldPath).reply(200, stored);
    nock(SERVER).patch(oldPath, patchTo(2)).reply(200, {});
    expect(await recorder().repeat(anEvent())).toBe('there');
  });

  it('writes an Event anew that has expired, also just now', async () => {
    const gone = aStatus(404);
    nock(SERVER).get(path).reply(404, gone).get(oldPath).reply(404, gone).post(ofNode).reply(201, {});
    expect(await recorder().repeat(anEvent())).toBe('there');
    nock(SERVER).get(path).reply(200, stored).patch(path).reply(404, gone).get(oldPath).reply(404, gone);
    nock(SERVER).post(ofNode).reply(201, {});
    expect(await recorder().repeat(anEvent())).toBe('there');
  });

  it('says that it may not write, and is content when it may not count what is there', async () => {
    const no = aStatus(403);
    nock(SERVER).get(path).reply(403, no).get(oldPath).reply(403, no).post(ofNode).reply(403, no);
    expect(await recorder().repeat(anEvent())).toBe('forbidden');
    nock(SERVER).get(path).reply(200, stored).patch(path).reply(403, no).get(oldPath).reply(403, no);
    nock(SERVER).post(ofNode).reply(409, aStatus(409));
    expect(await recorder().repeat(anEvent())).toBe('there');
  });
});
