import { describe, expect, it } from 'vitest';
import { createFunction } from '../../../functions/alert-received/handler.ts';
import type { ClusterObject } from '../../../shared/domain/objects.ts';
import {
  EventInvalidError,
  KubeForbiddenError,
  KubeUnavailableError,
  SinkUnavailableError,
} from '../../../shared/errors/errors.ts';
import { ALERTMANAGER_WEBHOOK_TYPE } from '../../../shared/events/alertmanager-events.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import { payload, sentAlert } from '../../support/alerts.ts';
import { expectPublished } from '../../support/event-schemas.ts';
import { FakeCluster, functionPorts } from '../../support/fake-cluster.ts';
import { at, incident } from '../../support/incidents.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../../support/objects.ts';

const workloadOn = (node: string) => [aNode(node), aVmi(`on-${node}`, node), aLauncher(`on-${node}`, node)];
/** Not Ready for long, for a reason that may pass: nothing definite. */
const unready = (node: string) =>
  aHandler(node, {
    metadata: { creationTimestamp: '2026-08-22T08:00:00Z' },
    status: {
      phase: 'Running',
      startTime: '2026-08-22T08:00:00Z',
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '2026-08-22T10:00:00Z' }],
      containerStatuses: [
        {
          name: 'virt-handler',
          ready: false,
          restartCount: 0,
          state: { running: { startedAt: '2026-08-22T08:00:00Z' } },
        },
      ],
    },
  });
const installed = () => [aKubeVirt(), aDaemonSet()];

function webhook(alerts: readonly object[] = [sentAlert()], id = 'alerts.1'): IncomingEvent {
  return {
    specversion: '1.0',
    id,
    source: '/alertmanager',
    type: ALERTMANAGER_WEBHOOK_TYPE,
    data: payload(alerts),
  };
}

function aFunction(...objects: readonly ClusterObject[]) {
  const cluster = new FakeCluster(...installed(), ...objects);
  const ports = functionPorts(cluster);
  return { cluster, ports, fn: createFunction(ports) };
}
const typesOf = ({ sink }: { readonly sink: { readonly told: readonly string[] } }) =>
  sink.told.map((it) => it.split(' ')[0]);

describe('an alert that is confirmed', () => {
  it('opens an incident that nobody knows, at once, although its cause may pass', async () => {
    const { ports, fn } = aFunction(...workloadOn('node02'), unready('node02'));
    expect(await fn.handle(webhook())).toBe('done');
    expect(typesOf(ports)).toEqual(['incident.opened.v1', 'alert.verified.v1']);
    const told = ports.sink.events[1];
    expect(told).toMatchObject({
      subject: 'nodes/node02',
      node: 'node02',
      partitionkey: 'node02',
      severity: 'warning',
      cause: 'HandlerNotReady',
      verdict: 'Confirmed',
      time: '2026-08-22T10:00:00.000Z',
      data: {
        alertname: 'OrphanedVirtualMachineInstances',
        status: 'firing',
        startsAt: '2026-08-22T10:10:00.000Z',
        node: { name: 'node02', uid: 'node-node02' },
        verdict: 'Confirmed',
        reason: { code: 'Orphaned' },
        incident: { uid: 'record-1', episode: 1, revision: 1 },
      },
    });
    if (told !== undefined) expectPublished(told);
  });

  it('opens one that was only suspected', async () => {
    const { ports, fn } = aFunction(...workloadOn('node02'), unready('node02'));
    const since = at('2026-08-22T09:59:50Z');
    ports.incidents.put({
      node: 'node02',
      incident: incident('Suspected', { nodeUid: 'node-node02', since }),
    });
    await fn.handle(webhook());
    expect(ports.incidents.records.get('node02')?.incident).toMatchObject({ state: 'Open', since });
    expect(typesOf(ports)).toEqual(['incident.opened.v1', 'alert.verified.v1']);
  });

  it('leaves the grace period to one that has resolved', async () => {
    const { ports, fn } = aFunction(...workloadOn('node02'), unready('node02'));
    await fn.handle(webhook([sentAlert({}, { status: 'resolved' })]));
    expect(typesOf(ports)).toEqual(['incident.suspected.v1', 'alert.verified.v1']);
    expect(ports.sink.events[1]?.data).toMatchObject({ reason: { code: 'StillOrphaned' } });
  });

  it('leaves the grace period to a rollout', async () => {
    const starting = aHandler('node02', {
      metadata: { creationTimestamp: '2026-08-22T10:09:50Z' },
      status: { phase: 'Pending' },
    });
    const { ports, fn } = aFunction(...workloadOn('node02'), starting);
    await fn.handle(webhook());
    expect(typesOf(ports)).toEqual(['incident.suspected.v1', 'alert.verified.v1']);
    expect(ports.sink.events[1]).toMatchObject({
      verdict: 'FalsePositive',
      data: { reason: { code: 'HandlerRollout' } },
    });
  });
});

describe('the id of what is said of an alert', () => {
  const verified = (ports: ReturnType<typeof functionPorts>) =>
    ports.sink.events
      .filter(({ type }) => type.endsWith('alert.verified.v1'))
      .map(({ id, time }) => `${id} ${time}`);

  it('and its time are the same when it is sent again, hours later', async () => {
    const { ports, fn } = aFunction(...workloadOn('node02'), unready('node02'));
    await fn.handle(webhook());
    ports.clock.pass(4 * 3_600);
    await fn.handle(webhook(undefined, 'alerts.2'));
    expect(verified(ports)).toHaveLength(2);
    expect(new Set(verified(ports)).size).toBe(1);
  });

  it('is another one for each verdict, also when it is orphaned once more', async () => {
    const { cluster, ports, fn } = aFunction(...workloadOn('node02'), unready('node02'));
    const well = [...installed(), ...workloadOn('node02'), aHandler('node02')];
    const ill = cluster.objects;
    await fn.handle(webhook());
    ports.clock.pass(60);
    cluster.objects = well;
    await fn.handle(webhook());
    ports.clock.pass(60);
    cluster.objects = ill;
    await fn.handle(webhook());
    expect(
      ports.sink.events.filter(({ verdict }) => verdict !== undefined).map(({ verdict }) => verdict),
    ).toEqual(['Confirmed', 'AlreadyRecovered', 'Confirmed']);
    expect(new Set(verified(ports)).size).toBe(3);
  });

  it.each([
    ['fingerprint', sentAlert({}, { fingerprint: '0000000000000001' })],
    ['labels, where there is no fingerprint', sentAlert({ severity: 'critical' })],
    ['status', sentAlert({}, { status: 'resolved' })],
    ['time when it fired', sentAlert({}, { startsAt: '2026-08-22T10:09:00Z' })],
  ])('is another one for another %s', async (_, other) => {
    const { ports, fn } = aFunction(...workloadOn('node02'), aHandler('node02'));
    await fn.handle(webhook([sentAlert(), other]));
    expect(new Set(ports.sink.events.map(({ id }) => id)).size).toBe(2);
  });

  it('is the same for the same labels in another order, and for a fingerprint of one cluster only', async () => {
    const { ports, fn } = aFunction(...workloadOn('node02'), aHandler('node02'));
    const { labels } = sentAlert();
    await fn.handle(
      webhook([sentAlert(), sentAlert({}, { labels: Object.fromEntries(Object.entries(labels).reverse()) })]),
    );
    expect(ports.sink.events).toHaveLength(1);
    const elsewhere = createFunction({ ...ports, clusterName: 'other' });
    await elsewhere.handle(webhook());
    expect(new Set(ports.sink.events.map(({ id }) => id)).size).toBe(2);
  });
});

describe('an alert that says it fires in the future', () => {
  async function saidOf(startsAt: string, resolvedAt: string) {
    const { ports, fn } = aFunction(...workloadOn('node02'), aHandler('node02'));
    const resolved = incident('Resolved', {
      nodeUid: 'node-node02',
      openedAt: at('2026-08-22T10:00:00Z'),
      resolvedAt: at(resolvedAt),
      resolution: 'Recovered',
    });
    ports.incidents.put({ node: 'node02', incident: resolved });
    await fn.handle(webhook([sentAlert({}, { startsAt })]));
    return ports.sink.events.find(({ verdict }) => verdict !== undefined);
  }

  it('is one that does not say when: what it was about is over, and nothing is told of times to come', async () => {
    const said = await saidOf('2036-01-01T00:00:00Z', '2026-08-22T10:09:00Z');
    expect(said).toMatchObject({ verdict: 'AlreadyRecovered', time: '2026-08-22T10:09:00.000Z' });
    expect(said?.data).not.toHaveProperty('startsAt');
  });

  it('is believed while a clock that is fast explains it', async () => {
    const said = await saidOf('2026-08-22T10:09:00Z', '2026-08-22T10:08:00Z');
    expect(said?.data).toMatchObject({ startsAt: '2026-08-22T10:09:00.000Z' });
  });
});

describe('what concerns no node', () => {
  it('is another audit for another request, however long the ids are', async () => {
    const { ports, fn } = aFunction();
    const request = webhook([sentAlert({ alertname: 'VirtHandlerDown' })]);
    for (const end of ['a', 'b']) await fn.handle({ ...request, id: `${'x'.repeat(600)}${end}` });
    expect(new Set(ports.sink.told).size).toBe(2);
  });

  it('is an audit of all, once a request, under one id', async () => {
    const { cluster, ports, fn } = aFunction();
    const request = webhook([
      sentAlert({ alertname: 'VirtHandlerDown' }),
      sentAlert({ alertname: 'NoReadyVirtHandler' }),
    ]);
    await fn.handle(request);
    await fn.handle(request);
    expect(ports.sink.told).toEqual(['audit.requested.v1 alert-received.alerts.1']);
    expect(ports.sink.events[0]?.data).toEqual({ scope: 'all' });
    expect(cluster.reads).toEqual([]);
  });

  it('is ignored when it is no alert of these, or no webhook', async () => {
    const { cluster, ports, fn } = aFunction(...workloadOn('node02'));
    expect(await fn.handle(webhook([sentAlert({ alertname: 'KubeVirtNodeOrphaned' })]))).toBe('ignored');
    expect(await fn.handle(webhook([]))).toBe('ignored');
    expect(await fn.handle({ ...webhook(), type: 'dev.knative.sources.ping' })).toBe('ignored');
    expect([...cluster.reads, ...ports.sink.told]).toEqual([]);
  });

  it('is told without reading anything when no node can be called so', async () => {
    const { cluster, ports, fn } = aFunction();
    await fn.handle(webhook([sentAlert({ node: '<b>x</b>\n' }), sentAlert({ node: '' })]));
    expect(cluster.reads).toEqual([]);
    expect(ports.sink.events.map(({ subject, verdict, node }) => [subject, verdict, node])).toEqual([
      ['cluster', 'FalsePositive', undefined],
      ['cluster', 'Unknown', undefined],
    ]);
    for (const event of ports.sink.events) expectPublished(event);
  });
});

describe('a failure', () => {
  it.each([
    [
      'the API server is away',
      new KubeUnavailableError('the API server is away', 'Wait.'),
      'KUBE_UNAVAILABLE',
    ],
    ['nothing may be read', new KubeForbiddenError('pods are forbidden', 'Allow it.'), 'KUBE_FORBIDDEN'],
  ])('to read, for %s, is told as Unknown, and is delivered again', async (_, failure, code) => {
    const { cluster, ports, fn } = aFunction(...workloadOn('node02'), unready('node02'));
    const { read } = cluster;
    cluster.read = () => Promise.reject(failure);
    await expect(fn.handle(webhook())).rejects.toBe(failure);
    expect(ports.sink.events).toMatchObject([{ verdict: 'Unknown', data: { reason: { code } } }]);
    cluster.read = read;
    await fn.handle(webhook());
    expect(ports.sink.events.at(-1)).toMatchObject({ verdict: 'Confirmed' });
  });

  it('of one node keeps no other from being judged', async () => {
    const { cluster, ports, fn } = aFunction(...workloadOn('node02'), ...workloadOn('node03'));
    const read = cluster.read.bind(cluster);
    cluster.read = (node) =>
      node === 'node02' ? Promise.reject(new KubeUnavailableError('away', 'Wait.')) : read(node);
    await expect(fn.handle(webhook([sentAlert(), sentAlert({ node: 'node03' })]))).rejects.toThrow('away');
    expect(
      ports.sink.events.filter(({ verdict }) => verdict === 'Confirmed').map(({ node }) => node),
    ).toEqual(['node03']);
  });

  it('to publish is delivered again, with the same id', async () => {
    const { ports, fn } = aFunction(...workloadOn('node02'), aHandler('node02'));
    ports.sink.refuses = 1;
    await expect(fn.handle(webhook())).rejects.toThrow(SinkUnavailableError);
    await fn.handle(webhook());
    expect(ports.sink.told).toHaveLength(1);
  });

  it('of the sender is final', async () => {
    const { fn } = aFunction();
    await expect(fn.handle({ ...webhook(), data: { version: '3' } })).rejects.toThrow(EventInvalidError);
  });
});

it('20,000 alerts about few nodes judge each node once', async () => {
  const { cluster, ports, fn } = aFunction(
    ...workloadOn('node02'),
    aHandler('node02'),
    ...workloadOn('node03'),
  );
  const alerts = Array.from({ length: 20_000 }, (_, index) =>
    sentAlert({ node: index % 2 === 0 ? 'node02' : 'node03', namespace: `tenant-${index}` }),
  );
  await fn.handle(webhook(alerts));
  expect([...cluster.reads].sort()).toEqual(['node node02', 'node node03']);
  expect(ports.sink.events.filter(({ verdict }) => verdict !== undefined)).toHaveLength(20_000);
});
