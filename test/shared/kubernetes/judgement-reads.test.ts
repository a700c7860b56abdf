import nock from 'nock';
import { describe, expect, it } from 'vitest';
import type { ClusterObject, Kind } from '../../../shared/domain/objects.ts';
import { createNodeReader } from '../../../shared/kubernetes/node-reader.ts';
import { shareIncidents } from '../../../shared/kubernetes/shared-incidents.ts';
import { Judge } from '../../../shared/runtime/judge.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../../support/objects.ts';
import { settlePorts } from '../../support/runtime-ports.ts';
import { aClient, aList, PATHS, SERVER, useNock } from './fake-api.ts';

useNock();

const NODES = Array.from({ length: 10 }, (_, index) => `node-${index}`);
const TAINTS = [{ key: 'db', effect: 'NoExecute' }];
const DRAINED = [
  { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
  { key: 'db', effect: 'NoSchedule' },
];

/** What is there of one node, by verdict. */
const VERDICTS = {
  NoWorkload: (node: string) => [aNode(node), aHandler(node)],
  Managed: (node: string) => [aNode(node), aHandler(node), aVmi(node, node), aLauncher(node, node)],
  AtRisk: (node: string) => [
    aNode(node, { spec: { taints: DRAINED } }),
    aHandler(node),
    aVmi(node, node),
    aLauncher(node, node),
  ],
  Orphaned: (node: string) => [
    aNode(node, { spec: { taints: TAINTS } }),
    aVmi(node, node),
    aLauncher(node, node),
  ],
} as const satisfies Readonly<Record<string, (node: string) => readonly ClusterObject[]>>;

/** Answers every list, and counts the reads: those of single nodes, and those that all nodes share. */
function serve(objectsOf: (node: string) => readonly ClusterObject[]) {
  const reads = { ofNodes: 0, shared: 0 };
  const shared: readonly ClusterObject[] = [aDaemonSet(), aKubeVirt()];
  for (const [kind, path] of Object.entries(PATHS) as [Kind, string][])
    nock(SERVER)
      .persist()
      .get(path)
      .query(true)
      .reply(200, (uri) => {
        const node = NODES.find((it) => decodeURIComponent(uri).endsWith(`=${it}`));
        reads[node === undefined ? 'shared' : 'ofNodes'] += 1;
        const objects = node === undefined ? shared : objectsOf(node);
        return aList(
          kind,
          objects.filter((it) => it.kind === kind),
        );
      });
  return reads;
}

describe.each(Object.entries(VERDICTS))('a node that is %s', (verdict, objectsOf) => {
  it('costs three reads, whether anything is known of it or not', async () => {
    const reads = serve(objectsOf);
    const { clock, incidents: store, ...ports } = settlePorts();
    const single: string[] = [];
    const get = store.get.bind(store);
    store.get = (node) => {
      single.push(node);
      return get(node);
    };
    const incidents = shareIncidents(store, { clock, wait: clock.wait });
    const nodes = createNodeReader(aClient(), { clock, wait: clock.wait });
    const judge = new Judge({ ...ports, clock, incidents, nodes });
    for (const round of [1, 2]) {
      for (const node of NODES) {
        clock.pass(0.05);
        expect((await judge.judge(node, undefined)).seen.verdict).toBe(verdict);
      }
      expect([reads.ofNodes, single.length]).toEqual([round * 3 * NODES.length, 0]);
    }
    nock.cleanAll();
  });
});
