import { beforeAll, expect, it } from 'vitest';
import { runEventSource } from '../../infra/local/event-source/event-source.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import { ApiClient } from '../../shared/kubernetes/api-client.ts';
import { loadConnection } from '../../shared/kubernetes/kube-config.ts';
import { createNodeReader } from '../../shared/kubernetes/node-reader.ts';
import { createObjectReader } from '../../shared/kubernetes/object-reader.ts';
import type { NodeReader } from '../../shared/runtime/ports.ts';
import { failureOf } from '../support/failure.ts';
import { describeCluster } from './support/describe-cluster.ts';
import { createLauncher, createVmi, installKubeVirt } from './support/kubevirt.ts';
import { createNode } from './support/nodes.ts';
import { kinds, ref } from './support/objects.ts';
import { until } from './support/until.ts';

const clock = { now: () => Date.now() as never };

describeCluster('the readers and the event source on a real API server', (cluster) => {
  const events: IncomingEvent[] = [];
  const lines: string[] = [];
  let client: ApiClient;
  let nodes: NodeReader;

  /** The types of the events about one object, in order. */
  const typesOf = (kind: string, name: string | undefined): string[] =>
    events
      .filter((event) => event['kind'] === kind && event['name'] === name)
      .map(({ type }) => type.split('.').at(-1) ?? '');

  beforeAll(async () => {
    const connection = loadConnection({ kubeconfig: cluster.kubeconfig, env: {} });
    client = new ApiClient(connection, { clock });
    nodes = createNodeReader(client, { clock });
    await createNode(cluster.api, 'node-1');
    const stop = new AbortController();
    const note = (_: unknown, line: string): void => void lines.push(line);
    const running = runEventSource(client, {
      clock,
      log: { debug: note, info: note, warn: note, error: note },
      publish: async (event) => void events.push(event),
      signal: stop.signal,
    });
    return async () => {
      stop.abort();
      await running;
      client.close();
    };
  });

  it('tells what existed before it began, and that KubeVirt is not there yet', async () => {
    await until('the node is told', async () => typesOf('Node', 'node-1')[0] === 'add');
    await until(
      'it is said',
      async () => lines.filter((line) => line.includes('are not served')).length === 2,
    );
    expect((await failureOf(() => nodes.read('node-1'))).code).toBe('KUBEVIRT_NOT_INSTALLED');
  });

  it('sees KubeVirt appear, and all that then happens', async () => {
    await installKubeVirt(cluster.api);
    await createNode(cluster.api, 'node-2');
    const vmi = await createVmi(cluster.api, { name: 'web', namespace: 'tenant-a', node: 'node-2' });
    const launcher = await createLauncher(cluster.api, vmi);
    const expected = [
      ['KubeVirt', 'kubevirt'],
      ['DaemonSet', 'virt-handler'],
      ['Node', 'node-2'],
      ['VirtualMachineInstance', 'web'],
      ['Pod', launcher.metadata.name],
    ] as const;
    for (const [kind, name] of expected)
      await until(`${kind} ${name} is told`, async () => typesOf(kind, name)[0] === 'add', 30_000);
  });

  it('reads one node: its handler, its workload and what all nodes share', async () => {
    const facts = await until('the handler runs', async () => {
      const read = await nodes.read('node-2');
      // What all nodes share may have been read a second ago, before there was a KubeVirt.
      return (
        read.daemonSets.length > 0 &&
        read.handlerPods.some(({ status }) => status?.phase === 'Running') &&
        read
      );
    });
    expect([...facts.nodes.keys()]).toEqual(['node-2']);
    // Beside its own there may be others that were not bound yet a second ago: what all nodes share may be as old.
    expect(facts.handlerPods.filter(({ spec }) => spec?.nodeName === 'node-2')).toHaveLength(1);
    expect(facts.launcherPods).toMatchObject([{ namespace: 'tenant-a', nodeName: 'node-2' }]);
    expect(facts.vmis).toMatchObject([{ name: 'web', nodeName: 'node-2' }]);
    expect([facts.daemonSets.length, facts.kubeVirts.length, facts.unread.size]).toEqual([1, 1, 0]);
    expect((await nodes.read('no-such-node')).nodes.size).toBe(0);
  });

  it('tells a deleted object with its last state, and its successor', async () => {
    const [handler] = (await nodes.read('node-2')).handlerPods;
    const name = handler?.metadata.name ?? 'none';
    await cluster.api.delete(ref(kinds.pod, name, 'kubevirt'));
    await until('the deletion is told', async () => typesOf('Pod', name).at(-1) === 'delete');
    const last = events.findLast((event) => event['name'] === name);
    expect(last?.data).toMatchObject({ kind: 'Pod', spec: { nodeName: 'node-2' } });
    expect(last?.subject).toBe(`/apis/v1/namespaces/kubevirt/pods/${name}`);
    await until('its successor is told', async () =>
      events.some(
        ({ type, name: other, data }) =>
          type.endsWith('.add') &&
          other !== name &&
          JSON.stringify(data).includes('"node-2"') &&
          String(other).startsWith('virt-handler'),
      ),
    );
    expect(await createObjectReader(client).get('Pod', 'kubevirt', name)).toBeUndefined();
  });

  it('reads single objects of every kind', async () => {
    const reader = createObjectReader(client);
    for (const [kind, namespace, name] of [
      ['Node', '', 'node-2'],
      ['DaemonSet', 'kubevirt', 'virt-handler'],
      ['KubeVirt', 'kubevirt', 'kubevirt'],
      ['VirtualMachineInstance', 'tenant-a', 'web'],
    ] as const)
      expect(await reader.get(kind, namespace, name)).toMatchObject({ kind, metadata: { name } });
  });

  it('tells nothing of tenants’ own pods, and no event twice', async () => {
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    const labels = events
      .filter((event) => event['kind'] === 'Pod')
      .map(
        ({ data }) =>
          (data as { metadata: { labels: Record<string, string> } }).metadata.labels['kubevirt.io'],
      );
    expect(new Set(labels)).toEqual(new Set(['virt-handler', 'virt-launcher']));
  });
});
