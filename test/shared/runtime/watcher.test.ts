import { describe, expect, it } from 'vitest';
import { createFunction as createDaemonSetChanged } from '../../../functions/daemonset-changed/handler.ts';
import { createFunction as createHandlerPodChanged } from '../../../functions/handler-pod-changed/handler.ts';
import { createFunction as createNodeChanged } from '../../../functions/node-changed/handler.ts';
import { createFunction as createWorkloadChanged } from '../../../functions/workload-changed/handler.ts';
import type { ClusterFacts } from '../../../shared/domain/cluster-facts.ts';
import type { ClusterObject } from '../../../shared/domain/objects.ts';
import { EventInvalidError, SinkUnavailableError } from '../../../shared/errors/errors.ts';
import { FakeCluster, functionPorts } from '../../support/fake-cluster.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../../support/objects.ts';
import { referenceEvent, resourceEvent } from '../../support/raw-events.ts';

const POLICY = { nodeSelector: { virt: 'yes' } };
const excluded = () => [
  aNode('node02'),
  aKubeVirt({ spec: { workloads: { nodePlacement: POLICY } } }),
  aDaemonSet({ template: POLICY }),
];
const workload = () => [aVmi('web', 'node02'), aLauncher('web', 'node02')];
const orphaned = () => new FakeCluster(...excluded(), ...workload());
const handler = aHandler('node02');
const tainted = aNode('node02', { spec: { taints: [{ key: 'db', effect: 'NoExecute' }] } });

function versioned(node: ClusterObject, resourceVersion: string): ClusterObject {
  return { ...node, metadata: { ...node.metadata, resourceVersion } };
}

/** A cluster that answers when the test says so. */
class SlowCluster extends FakeCluster {
  answer: () => void = () => undefined;

  override async read(node?: string): Promise<ClusterFacts> {
    const facts = await super.read(node);
    await new Promise<void>((resolve) => {
      this.answer = resolve;
    });
    return facts;
  }

  /** Resolves when it is read for the `nth` time. */
  async reading(nth: number): Promise<void> {
    await expect.poll(() => this.reads.length).toBe(nth);
  }
}

describe('an event about a virt-handler pod', () => {
  it('has its node judged, and what is proven is told at once', async () => {
    const cluster = orphaned();
    const ports = functionPorts(cluster);
    expect(await createHandlerPodChanged(ports).handle(resourceEvent('delete', handler))).toBe('done');
    expect(cluster.reads).toEqual(['node node02']);
    expect(ports.sink.told).toEqual(['incident.opened.v1 record-1.1.1.opened']);
  });

  it('is told once, however often it is delivered', async () => {
    const ports = functionPorts(orphaned());
    const fn = createHandlerPodChanged(ports);
    for (let time = 0; time < 3; time += 1) await fn.handle(resourceEvent('delete', handler));
    expect(ports.sink.events).toHaveLength(1);
  });

  it('asks nothing of the cluster when nothing that matters changed', async () => {
    const cluster = new FakeCluster(aNode('node02'), aKubeVirt(), aDaemonSet(), handler, ...workload());
    const ports = functionPorts(cluster);
    const fn = createHandlerPodChanged(ports);
    const again = { ...handler, metadata: { ...handler.metadata, resourceVersion: '2000' } };
    expect(await fn.handle(resourceEvent('update', handler))).toBe('done');
    expect(await fn.handle(resourceEvent('update', again))).toBe('ignored');
    expect(cluster.reads).toHaveLength(1);
  });

  it('is not taken for known when its judgement failed', async () => {
    const ports = functionPorts(orphaned());
    ports.sink.refuses = 1;
    const fn = createHandlerPodChanged(ports);
    const unready = { ...handler, status: { phase: 'Running' } };
    await expect(fn.handle(resourceEvent('update', unready))).rejects.toThrow(SinkUnavailableError);
    expect(await fn.handle(resourceEvent('update', unready))).toBe('done');
    expect(ports.sink.told).toEqual(['incident.opened.v1 record-1.1.1.opened']);
  });

  it('of another kind or type is ignored', async () => {
    const cluster = orphaned();
    const fn = createHandlerPodChanged(functionPorts(cluster));
    expect(await fn.handle(resourceEvent('update', aNode('node02')))).toBe('ignored');
    expect(await fn.handle({ ...resourceEvent('update', handler), type: 'com.example.other' })).toBe(
      'ignored',
    );
    expect(cluster.reads).toEqual([]);
  });

  it.each([undefined, null, 7, 'text', [], {}, { kind: 'Pod' }, { kind: 'Pod', metadata: { name: 3 } }])(
    'without an object is refused: %j',
    async (data) => {
      const fn = createHandlerPodChanged(functionPorts(orphaned()));
      const event = { ...resourceEvent('update', handler), data };
      await expect(fn.handle(event)).rejects.toThrow(EventInvalidError);
    },
  );
});

describe('an event that only names a pod', () => {
  it('has it looked up', async () => {
    const cluster = new FakeCluster(aNode('node02'), aKubeVirt(), aDaemonSet(), handler, ...workload());
    await createHandlerPodChanged(functionPorts(cluster)).handle(referenceEvent('update', handler));
    expect(cluster.reads).toEqual(['Pod virt-handler-node02', 'node node02']);
  });

  it('which is gone concerns the node that it was last seen on', async () => {
    const cluster = new FakeCluster(...excluded(), handler, ...workload());
    const ports = functionPorts(cluster);
    const fn = createHandlerPodChanged(ports);
    await fn.handle(referenceEvent('update', handler));
    cluster.objects = [...excluded(), ...workload()];
    await fn.handle(referenceEvent('delete', handler));
    expect(cluster.reads).toEqual(['Pod virt-handler-node02', 'node node02', 'node node02']);
    expect(ports.sink.told.at(-1)).toContain('incident.opened.v1');
  });

  it('which nobody remembers concerns every node: an audit is asked for', async () => {
    const cluster = orphaned();
    const ports = functionPorts(cluster);
    await createHandlerPodChanged(ports).handle(referenceEvent('delete', handler));
    expect(cluster.reads).toEqual([]);
    expect(ports.sink.events).toMatchObject([
      {
        type: 'dev.kubevirt-orphans.audit.requested.v1',
        id: 'handler-pod-changed.https%3A%2F%2F10.96.0.1%3A443.delete-Pod-virt-handler-node02',
        subject: 'cluster',
        data: { scope: 'all' },
      },
    ]);
  });
});

describe('an event about workload', () => {
  it('that moved concerns the node that it left as well', async () => {
    const cluster = orphaned();
    const fn = createWorkloadChanged(functionPorts(cluster));
    await fn.handle(resourceEvent('update', aVmi('web', 'node02')));
    await fn.handle(resourceEvent('update', aVmi('web', 'node01')));
    expect(cluster.reads.slice(1).sort()).toEqual(['node node01', 'node node02']);
  });
});

describe('an event about a node', () => {
  it('whose heartbeat goes on costs nothing', async () => {
    const cluster = new FakeCluster(aNode('node02'));
    const fn = createNodeChanged(functionPorts(cluster));
    for (let beat = 0; beat < 50; beat += 1) {
      const annotations = { 'kubevirt.io/heartbeat': `2026-08-22T10:00:${beat + 10}Z` };
      await fn.handle(resourceEvent('update', aNode('node02', { metadata: { annotations } })));
    }
    expect(cluster.reads).toEqual(['node node02']);
  });

  it('that changed there and back while it was judged is judged as it is now', async () => {
    const cluster = new SlowCluster(aNode('node02'), aKubeVirt(), aDaemonSet(), handler, ...workload());
    const fn = createNodeChanged(functionPorts(cluster));
    const first = fn.handle(resourceEvent('update', aNode('node02')));
    await cluster.reading(1);
    const second = fn.handle(resourceEvent('update', tainted));
    cluster.answer();
    await first;
    await cluster.reading(2);
    // The second judgement may have seen the taint.
    const third = fn.handle(resourceEvent('update', aNode('node02')));
    cluster.answer();
    await second;
    await cluster.reading(3);
    cluster.answer();
    expect(await third).toBe('done');
  });

  it('is not taken for known by what an event said that came late', async () => {
    const cluster = new FakeCluster(aNode('node02'));
    const fn = createNodeChanged(functionPorts(cluster));
    const told = [
      versioned(tainted, '20'),
      versioned(aNode('node02'), '10'),
      versioned(aNode('node02'), '30'),
    ];
    for (const node of told) expect(await fn.handle(resourceEvent('update', node))).toBe('done');
    expect(await fn.handle(resourceEvent('update', versioned(aNode('node02'), '40')))).toBe('ignored');
  });

  it('that is gone with its workload resolves what was known of it', async () => {
    const cluster = orphaned();
    const ports = functionPorts(cluster);
    const fn = createNodeChanged(ports);
    await fn.handle(resourceEvent('update', aNode('node02')));
    cluster.objects = excluded().slice(1);
    await fn.handle(resourceEvent('delete', aNode('node02')));
    expect(ports.sink.told).toEqual([
      'incident.opened.v1 record-1.1.1.opened',
      'incident.resolved.v1 record-1.1.2.resolved',
    ]);
    expect(ports.incidents.records.get('node02')?.incident?.resolution).toBe('NodeGone');
  });
});

describe('an event about the DaemonSet', () => {
  it('asks for an audit of its own, whatever its source and id are', async () => {
    const ports = functionPorts(orphaned());
    const change = resourceEvent('delete', aDaemonSet());
    const long = 'x'.repeat(600);
    const names = [
      { source: long, id: '1' },
      { source: long, id: '2' },
      { source: 'a', id: 'b.c' },
      { source: 'a.b', id: 'c' },
      { source: '\ud800', id: '1' },
    ];
    for (const name of names) await createDaemonSetChanged(ports).handle({ ...change, ...name });
    expect(new Set(ports.sink.events.map(({ id }) => id)).size).toBe(names.length);
  });

  it('asks for an audit once for each specification', async () => {
    const cluster = orphaned();
    const ports = functionPorts(cluster);
    const fn = createDaemonSetChanged(ports);
    await fn.handle(resourceEvent('update', aDaemonSet()));
    await fn.handle(resourceEvent('update', aDaemonSet({ ready: 0 })));
    await fn.handle(resourceEvent('update', aDaemonSet({ metadata: { generation: 2 } })));
    expect(ports.sink.events.map(({ type }) => type)).toEqual(
      Array(2).fill('dev.kubevirt-orphans.audit.requested.v1'),
    );
    expect(cluster.reads).toEqual([]);
  });
});
