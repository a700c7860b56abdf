import { describe, expect, it } from 'vitest';
import { createFunction } from '../../../functions/alert-received/handler.ts';
import type { ClusterObject } from '../../../shared/domain/objects.ts';
import { KubeUnavailableError } from '../../../shared/errors/errors.ts';
import { ALERTMANAGER_WEBHOOK_TYPE } from '../../../shared/events/alertmanager-events.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import { payload, sentAlert } from '../../support/alerts.ts';
import { FakeCluster, functionPorts } from '../../support/fake-cluster.ts';
import { incident } from '../../support/incidents.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../../support/objects.ts';

const workloadOn = (node: string) => [aNode(node), aVmi(`on-${node}`, node), aLauncher(`on-${node}`, node)];
/** Not Ready for long, for a reason that may pass. */
const unready = (node: string) =>
  aHandler(node, {
    metadata: { creationTimestamp: '2026-08-22T08:00:00Z' },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] },
  });
const installed = () => [aKubeVirt(), aDaemonSet()];

function webhook(alerts: readonly object[]): IncomingEvent {
  const type = ALERTMANAGER_WEBHOOK_TYPE;
  return { specversion: '1.0', id: 'alerts.1', source: '/alertmanager', type, data: payload(alerts) };
}

function aFunction(...objects: readonly ClusterObject[]) {
  const cluster = new FakeCluster(...installed(), ...objects);
  const ports = functionPorts(cluster);
  return { cluster, ports, fn: createFunction(ports) };
}
describe('alerts about many nodes', () => {
  const about = (nodes: readonly string[]) => webhook(nodes.map((node) => sentAlert({ node })));
  const GHOSTS = Array.from({ length: 5_000 }, (_, index) => `ghost-${index}`);
  const saidOf = ({ sink }: ReturnType<typeof functionPorts>) =>
    new Map(
      sink.events.flatMap(({ node, verdict, data }) =>
        verdict === undefined
          ? []
          : [[node, `${verdict} ${(data as { reason: { code: string } }).reason.code}`]],
      ),
    );

  it('read the cluster once, and only those nodes again of which there is more to say', async () => {
    const { cluster, ports, fn } = aFunction(
      ...[...workloadOn('orphaned'), unready('orphaned')],
      ...[...workloadOn('managed'), aHandler('managed')],
      ...[
        aNode('drained'),
        aHandler('drained'),
        aLauncher('done', 'drained', { status: { phase: 'Succeeded' } }),
      ],
    );
    ports.incidents.put({ node: 'ghost-7', incident: incident('Open', { nodeUid: 'node-ghost-7' }) });
    await fn.handle(about(['orphaned', 'managed', 'drained', ...GHOSTS]));
    expect([...cluster.reads].sort()).toEqual(['cluster', 'node ghost-7', 'node orphaned']);
    const said = saidOf(ports);
    expect(said.size).toBe(GHOSTS.length + 3);
    expect([said.get('orphaned'), said.get('managed'), said.get('drained')]).toEqual([
      'Confirmed Orphaned',
      'FalsePositive HandlerReady',
      'FalsePositive CompletedLaunchersOnly',
    ]);
    expect([said.get('ghost-7'), said.get('ghost-8')]).toEqual([
      'AlreadyRecovered NodeGone',
      'FalsePositive NoSuchNode',
    ]);
  });

  it('say of each node what they say of it alone, under the same id', async () => {
    const objects = [
      ...[...workloadOn('orphaned'), unready('orphaned')],
      ...[...workloadOn('managed'), aHandler('managed')],
      ...[aNode('empty'), aHandler('empty')],
    ];
    const idsOf = (ports: ReturnType<typeof functionPorts>) =>
      new Set(ports.sink.events.filter(({ verdict }) => verdict !== undefined).map(({ id }) => id));
    const nodes = ['orphaned', 'managed', 'empty', ...GHOSTS.slice(0, 100)];
    const together = aFunction(...objects);
    await together.fn.handle(about(nodes));
    const alone = aFunction(...objects);
    for (const node of nodes) await alone.fn.handle(about([node]));
    expect(idsOf(together.ports)).toEqual(idsOf(alone.ports));
  });

  it('are all told as Unknown when the cluster cannot be read, which is tried once', async () => {
    const { cluster, ports, fn } = aFunction();
    let reads = 0;
    cluster.read = () => {
      reads += 1;
      return Promise.reject(new KubeUnavailableError('away', 'Wait.'));
    };
    await expect(fn.handle(about(GHOSTS))).rejects.toThrow('away');
    expect(reads).toBe(1);
    expect(new Set(saidOf(ports).values())).toEqual(new Set(['Unknown KUBE_UNAVAILABLE']));
    expect(saidOf(ports).size).toBe(GHOSTS.length);
  });
});
