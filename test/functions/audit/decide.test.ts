import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../functions/audit/decide.ts';
import type { ClusterObject, Kind } from '../../../shared/domain/objects.ts';
import { arbitraryCluster } from '../../support/arbitrary-cluster.ts';
import { factsOf } from '../../support/facts.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode } from '../../support/objects.ts';

const healthy = [
  aKubeVirt(),
  aDaemonSet(),
  aNode('node01'),
  aHandler('node01'),
  aLauncher('web-01', 'node01'),
];
const orphan = [aNode('node02'), aLauncher('web-02', 'node02')];

describe('decide', () => {
  it.each<[string, readonly ClusterObject[], readonly Kind[], string]>([
    ['every node is managed', healthy, [], 'none'],
    ['one is orphaned', [...healthy, ...orphan], [], 'orphans'],
    ['pods could not be read', [...healthy, ...orphan], ['Pod'], 'unknown'],
    [
      'one is orphaned and another cannot be judged',
      [...healthy, ...orphan, aNode('node03')],
      ['VirtualMachineInstance'],
      'orphans',
    ],
    ['there is no node at all', [], [], 'unknown'],
  ])('finds the worst when %s', (_, objects, unread, finding) => {
    expect(decide(factsOf(objects, unread), {})).toMatchObject({ kind: 'judged', finding });
  });

  it('judges the node that was asked for, and finds nothing elsewhere', () => {
    const facts = factsOf([...healthy, ...orphan]);
    expect(decide(facts, { node: 'node01' })).toMatchObject({
      finding: 'none',
      judgement: { nodes: [{ name: 'node01' }] },
    });
    expect(decide(facts, { node: 'node02' })).toMatchObject({ finding: 'orphans' });
  });

  it('does not guess about a node that nothing is known of', () => {
    expect(decide(factsOf(healthy), { node: 'node99' })).toEqual({ kind: 'no-such-node', known: 1 });
  });

  it('says of one node what it says of it among all', () => {
    fc.assert(
      fc.property(arbitraryCluster, (objects) => {
        const whole = decide(factsOf(objects), {});
        if (whole.kind !== 'judged') throw new TypeError('the whole cluster is always judged');
        for (const node of whole.judgement.nodes) {
          expect(decide(factsOf(objects), { node: node.name })).toMatchObject({
            judgement: { nodes: [node] },
          });
        }
      }),
    );
  });
});
