import { expect, it } from 'vitest';
import { factsOfNodes } from '../../../shared/domain/facts-of-node.ts';
import { observeCluster, observeNode } from '../../../shared/domain/incidents/observation.ts';
import { factsOf } from '../../support/facts.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../../support/objects.ts';

/** A handler that is not bound yet: its node is in its affinity only. */
const meantFor = (node: string) =>
  aHandler(node, {
    spec: {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
          },
        },
      },
    },
    status: { phase: 'Pending' },
  });

it('shows of each node what the whole cluster shows of it, and of one that does not exist nothing', () => {
  const facts = factsOf([
    aKubeVirt(),
    aDaemonSet(),
    ...[aNode('node01'), aVmi('a', 'node01'), aLauncher('a', 'node01'), aHandler('node01')],
    ...[aNode('node02'), aVmi('b', 'node02'), aLauncher('b', 'node02')],
    ...[aNode('node03'), aVmi('c', 'node03'), meantFor('node03')],
    ...[aNode('node04'), aLauncher('d', 'node04', { status: { phase: 'Succeeded' } })],
    // Of a node that is gone.
    aVmi('e', 'node05'),
  ]);
  const cut = factsOfNodes(facts);
  const whole = observeCluster(facts, ['node99']);
  expect(whole.map(({ node, verdict }) => `${node} ${verdict}`)).toEqual([
    'node01 Managed',
    'node02 Orphaned',
    'node03 Orphaned',
    'node04 NoWorkload',
    'node05 Orphaned',
    'node99 NoWorkload',
  ]);
  for (const seen of whole) expect(observeNode(cut(seen.node), seen.node)).toEqual(seen);
  expect(cut('node02')).toMatchObject({ workloadOf: 'node02', handlerPods: [], vmis: [{ name: 'b' }] });
  expect([...cut('node02').nodes.keys()]).toEqual(['node02']);
});
