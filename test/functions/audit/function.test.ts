import { describe, expect, it } from 'vitest';
import { createFunction } from '../../../functions/audit/handler.ts';
import { EventInvalidError, SinkUnavailableError } from '../../../shared/errors/errors.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import { FakeCluster, functionPorts } from '../../support/fake-cluster.ts';
import { at, incident } from '../../support/incidents.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../../support/objects.ts';

const POLICY = { nodeSelector: { virt: 'yes' } };
const installed = () => [
  aKubeVirt({ spec: { workloads: { nodePlacement: POLICY } } }),
  aDaemonSet({ template: POLICY }),
];
const well = (node: string) => [
  aNode(node, { metadata: { labels: { virt: 'yes', 'kubernetes.io/os': 'linux' } } }),
  aHandler(node),
  aVmi(`on-${node}`, node),
  aLauncher(`on-${node}`, node),
];
const orphaned = (node: string) => [aNode(node), aVmi(`on-${node}`, node), aLauncher(`on-${node}`, node)];

function request(data: unknown, type = 'dev.kubevirt-orphans.audit.requested.v1'): IncomingEvent {
  return { specversion: '1.0', id: 'ask-1', source: '/test', type, data };
}
const PING = 'dev.knative.sources.ping';

describe('a full sweep', () => {
  it('judges again what it finds, and says what it saw', async () => {
    const cluster = new FakeCluster(
      ...installed(),
      ...well('node01'),
      ...orphaned('node02'),
      ...orphaned('node03'),
    );
    const ports = functionPorts(cluster);
    expect(await createFunction(ports).handle(request({ scope: 'all' }))).toBe('done');
    expect(cluster.reads).toEqual(['cluster', 'node node02', 'node node03']);
    expect(ports.sink.told).toEqual([
      'incident.opened.v1 record-1.1.1.opened',
      'incident.opened.v1 record-2.1.1.opened',
      'audit.completed.v1 audit-completed.ask-1',
    ]);
    expect(ports.sink.events.at(-1)?.data).toMatchObject({
      scope: 'all',
      nodesJudged: 3,
      nodesByVerdict: { Managed: 1, Orphaned: 2, AtRisk: 0, NoWorkload: 0, Unknown: 0 },
      orphanedVmis: 2,
      incidentsChanged: 2,
      eventsRepublished: 0,
      problems: [],
    });
  });

  it('is completed with zero findings too', async () => {
    const ports = functionPorts(new FakeCluster(...installed(), ...well('node01')));
    await createFunction(ports).handle(request(undefined));
    expect(ports.sink.told).toEqual(['audit.completed.v1 audit-completed.ask-1']);
  });

  it('is told apart from another, however long the ids are that the requests have', async () => {
    const ports = functionPorts(new FakeCluster(...installed()));
    const fn = createFunction(ports);
    for (const end of ['a', 'b', 'a'])
      await fn.handle({ ...request(undefined), id: `${'x'.repeat(600)}${end}` });
    const [first, second, again] = ports.sink.events.map(({ id }) => id);
    expect(first).not.toBe(second);
    expect(first).toBe(again);
  });

  it('resolves what is gone with its node, and republishes what was accepted', async () => {
    const ports = functionPorts(new FakeCluster(...installed()));
    const open = ports.incidents.put({ node: 'node02', incident: incident('Open') });
    const told = {
      specversion: '1.0',
      id: 'x.1.3.opened',
      type: 'dev.kubevirt-orphans.incident.opened.v1',
      source: '/clusters/test',
      subject: 'nodes/node02',
      time: '2026-08-22T10:00:00Z',
      datacontenttype: 'application/json',
      dataschema: 'https://x/',
      data: {},
    } as const;
    ports.incidents.put({ ...open, outbox: [told] });
    await createFunction(ports).handle(request({ scope: 'all' }));
    expect(ports.sink.told.slice(0, 2)).toEqual([
      'incident.opened.v1 x.1.3.opened',
      'incident.resolved.v1 record-1.1.4.resolved',
    ]);
    expect(ports.incidents.records.get('node02')).toMatchObject({
      outbox: [],
      incident: { resolution: 'NodeGone' },
    });
    expect(ports.sink.events.at(-1)?.data).toMatchObject({ eventsRepublished: 1, incidentsChanged: 1 });
  });

  it('judges every node even if one cannot be settled, and is delivered again then', async () => {
    const ports = functionPorts(
      new FakeCluster(...installed(), ...orphaned('node02'), ...orphaned('node03')),
    );
    ports.sink.refuses = 1;
    const fn = createFunction(ports);
    await expect(fn.handle(request({ scope: 'all' }))).rejects.toThrow(SinkUnavailableError);
    expect(ports.incidents.records.size).toBe(2);
    await fn.handle(request({ scope: 'all' }));
    expect(ports.sink.told.filter((it) => it.startsWith('incident.opened')).sort()).toEqual([
      'incident.opened.v1 record-1.1.1.opened',
      'incident.opened.v1 record-2.1.1.opened',
    ]);
  });
});

describe('a tick', () => {
  it('reads nothing when all is settled', async () => {
    const cluster = new FakeCluster(...installed(), ...orphaned('node02'));
    const ports = functionPorts(cluster);
    await createFunction(ports).handle(request({ scope: 'unsettled' }));
    expect(cluster.reads).toEqual([]);
    expect(ports.sink.events[0]?.data).toMatchObject({ scope: 'unsettled', nodesJudged: 0 });
  });

  it('opens what was suspected for longer than the grace period', async () => {
    const starting = aHandler('node02', { status: { phase: 'Pending' } });
    const cluster = new FakeCluster(
      ...installed(),
      ...well('node02').filter(({ kind }) => kind !== 'Pod'),
      aLauncher('on-node02', 'node02'),
      starting,
    );
    const ports = functionPorts(cluster);
    const fn = createFunction(ports);
    await fn.handle(request({ scope: 'all' }));
    ports.clock.pass(119);
    await fn.handle(request({ scope: 'unsettled' }));
    ports.clock.pass(1);
    await fn.handle(request({ scope: 'unsettled' }, PING));
    expect(ports.sink.told.filter((it) => it.startsWith('incident'))).toEqual([
      'incident.suspected.v1 record-1.1.1.suspected',
      'incident.opened.v1 record-1.1.2.opened',
    ]);
  });

  it('forgets what is long over', async () => {
    const ports = functionPorts(new FakeCluster(...installed(), ...well('node02')));
    const over = incident('Resolved', { resolvedAt: at('2026-08-22T09:29:00Z') });
    ports.incidents.put({ node: 'node02', incident: over });
    await createFunction(ports).handle(request({ scope: 'unsettled' }));
    expect(ports.incidents.records.size).toBe(0);
  });
});

describe('a request', () => {
  it.each([
    ['a ping without data', request(undefined, PING)],
    ['a ping with more than we know', request({ scope: 'all', team: 'x' }, PING)],
  ])('%s is for every node', async (_, event) => {
    const cluster = new FakeCluster(...installed());
    await createFunction(functionPorts(cluster)).handle(event);
    expect(cluster.reads).toEqual(['cluster']);
  });

  it.each([
    request({ scope: 'some' }),
    request({ scope: 'all', extra: 1 }),
    request('all', PING),
    request({ scope: 3 }, PING),
  ])('is refused when it asks for what there is not: %j', async (event) => {
    const fn = createFunction(functionPorts(new FakeCluster()));
    await expect(fn.handle(event)).rejects.toThrow(EventInvalidError);
  });

  it('of another type is ignored', async () => {
    const fn = createFunction(functionPorts(new FakeCluster()));
    expect(await fn.handle(request({}, 'com.example.other'))).toBe('ignored');
  });
});
