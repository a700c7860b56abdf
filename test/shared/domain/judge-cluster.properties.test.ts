import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClusterJudgement, judgeCluster } from '../../../shared/domain/judge-cluster.ts';
import type { ClusterObject, Kind } from '../../../shared/domain/objects.ts';
import { arbitraryCluster } from '../../support/arbitrary-cluster.ts';
import { factsOf } from '../../support/facts.ts';
import { aDaemonSet, aHandler, aKubeVirt, aNode } from '../../support/objects.ts';

function judge(objects: readonly ClusterObject[], unread: readonly Kind[] = []): ClusterJudgement {
  return judgeCluster(factsOf(objects, unread));
}

function verdicts({ nodes }: ClusterJudgement): Record<string, string> {
  return Object.fromEntries(nodes.map(({ name, verdict }) => [name, verdict]));
}

describe('the judgement of a cluster', () => {
  it('does not depend on the order in which it was read', () => {
    fc.assert(
      fc.property(arbitraryCluster, fc.infiniteStream(fc.nat()), (objects, random) => {
        const shuffled = objects
          .map((object) => ({ object, key: random.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key);
        expect(judge(shuffled.map(({ object }) => object))).toEqual(judge(objects));
      }),
    );
  });

  it('does not depend on how often an object was read', () => {
    fc.assert(
      fc.property(arbitraryCluster, (objects) => {
        expect(judge([...objects, ...objects])).toEqual(judge(objects));
      }),
    );
  });

  it('says NoWorkload exactly where nothing that lives was seen, and shows what lives', () => {
    fc.assert(
      fc.property(arbitraryCluster, (objects) => {
        for (const { verdict, vmis, launcherPods } of judge(objects).nodes) {
          expect(verdict === 'NoWorkload').toBe(vmis.length + launcherPods.length === 0);
          for (const { phase } of [...vmis, ...launcherPods])
            expect(['Succeeded', 'Failed']).not.toContain(phase);
        }
      }),
    );
  });

  it('rests on the handler: no verdict contradicts whether it manages the node', () => {
    const manages: Readonly<Record<string, readonly boolean[]>> = {
      NoWorkload: [true, false],
      Managed: [true],
      AtRisk: [true],
      Orphaned: [false],
      Unknown: [false],
    };
    fc.assert(
      fc.property(arbitraryCluster, (objects) => {
        for (const { verdict, handler } of judge(objects).nodes)
          expect(manages[verdict]).toContain(handler.manages);
      }),
    );
  });

  it('is never worse for a Ready handler more on an existing node', () => {
    fc.assert(
      fc.property(arbitraryCluster, (objects) => {
        const known = [aKubeVirt(), aDaemonSet(), aNode('node02')];
        const cluster = [
          ...known,
          ...objects.filter(
            ({ kind, metadata }) => kind !== 'KubeVirt' && kind !== 'DaemonSet' && metadata.name !== 'node02',
          ),
        ];
        expect(verdicts(judge([...cluster, aHandler('node02', { name: 'one-more' })]))['node02']).toMatch(
          /^(Managed|NoWorkload)$/,
        );
      }),
    );
  });

  it('never says of a cluster read in part what it would not say having read everything', () => {
    // Without Nodes nobody can know that a node is gone, and without the KubeVirt resource a lone DaemonSet is
    // believed: both are told in `problems`. The other kinds leave a node Unknown rather than wrong.
    const unreadable = fc.subarray(['Pod', 'VirtualMachineInstance', 'DaemonSet'] satisfies Kind[]);
    const truthOf: Readonly<Record<string, RegExp>> = {
      NoWorkload: /^NoWorkload$/,
      Managed: /^(Managed|AtRisk|NoWorkload)$/,
      AtRisk: /^AtRisk$|^Managed$/,
      Orphaned: /^Orphaned$/,
      Unknown: /./,
    };
    fc.assert(
      fc.property(arbitraryCluster, unreadable, (others, unread) => {
        const objects = [aKubeVirt(), ...others.filter(({ kind }) => kind !== 'KubeVirt')];
        const truth = verdicts(judge(objects));
        for (const [name, verdict] of Object.entries(verdicts(judge(objects, unread))))
          expect(truth[name]).toMatch(truthOf[verdict] ?? /never/);
      }),
      { numRuns: 500 },
    );
  });

  it('knows every node and every name that workload claims', () => {
    fc.assert(
      fc.property(arbitraryCluster, (objects) => {
        const { nodes } = judge(objects);
        expect(nodes.map(({ name }) => name)).toEqual([...new Set(nodes.map(({ name }) => name))].sort());
        const existing = objects.filter(({ kind }) => kind === 'Node').map(({ metadata }) => metadata.name);
        expect(nodes.map(({ name }) => name)).toEqual(expect.arrayContaining(existing));
      }),
    );
  });
});
