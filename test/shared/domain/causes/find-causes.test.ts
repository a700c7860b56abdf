import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeCase } from '../../../../shared/domain/causes/case.ts';
import { CAUSE_CODES, type CauseCode } from '../../../../shared/domain/causes/cause.ts';
import { findCauses } from '../../../../shared/domain/causes/find-causes.ts';
import type { EventObject } from '../../../../shared/domain/evidence-objects.ts';
import type { ClusterObject, NodeObject } from '../../../../shared/domain/objects.ts';
import { judgePlacement } from '../../../../shared/domain/placement/daemonset-placement.ts';
import { arbitraryCluster } from '../../../support/arbitrary-cluster.ts';
import { arbitraryNode, arbitraryTemplate } from '../../../support/arbitrary-placement.ts';
import { anEvent, caseOf, causeOf, codesOf } from '../../../support/node-case.ts';
import { aDaemonSet, aHandler, aKubeVirt, aNode, aVmi } from '../../../support/objects.ts';

const NODES = ['node01', 'node02', 'node03'];
const REASONS = [
  'FailedCreate',
  'SuccessfulCreate',
  'FailedScheduling',
  'FailedMount',
  'Pulling',
  'Failed',
  'Unhealthy',
];
/** What Events alone can prove, so that without them it may be missing. */
const BY_EVENTS: readonly CauseCode[] = [
  'PodCreationRejected',
  'HandlerUnschedulable',
  'ContainerStartFailure',
];
const BY_PLACEMENT: readonly CauseCode[] = [
  'NodeNotReady',
  'NodeSelectorMismatch',
  'NodeAffinityMismatch',
  'RemediationInProgress',
  'TaintNotTolerated',
];

const time = fc.constantFrom('2026-08-22T10:09:00Z', '2026-08-22T10:09:30Z', 'unreadable', undefined);

function eventsAbout(objects: readonly ClusterObject[]): fc.Arbitrary<readonly EventObject[]> {
  if (objects.length === 0) return fc.constant([]);
  const event = fc
    .record({ about: fc.constantFrom(...objects), reason: fc.constantFrom(...REASONS), at: time })
    .map(({ about, reason, at }) => anEvent(about, reason, { lastTimestamp: at }));
  return fc.array(event, { maxLength: 6 });
}

const arbitrarySituation = arbitraryCluster.chain((objects) => {
  const extras = [aNode('node03'), aVmi('vm-x', 'node03')].filter((extra) =>
    objects.every(({ kind, metadata }) => kind !== extra.kind || metadata.name !== extra.metadata.name),
  );
  return fc
    .record({ events: fc.option(eventsAbout(objects), { nil: undefined }), node: fc.constantFrom(...NODES) })
    .map(({ events, node }) => ({ objects: [...objects, aVmi('vm-y', node), ...extras], events, node }));
});

describe('findCauses', () => {
  it('says nothing of a node that is managed or has no workload', () => {
    const cluster = [aNode('node01'), aKubeVirt(), aDaemonSet(), aHandler('node01')];
    expect(findCauses(caseOf('node01', cluster))).toEqual([]);
    expect(findCauses(caseOf('node01', [...cluster, aVmi('vm-1', 'node01')]))).toEqual([]);
  });

  it('names what it could not look at when nothing is proven', () => {
    const pending = aHandler('node01', { status: { phase: 'Pending' } });
    const situation = caseOf('node01', [
      aNode('node01'),
      aVmi('vm-1', 'node01'),
      aKubeVirt(),
      aDaemonSet(),
      pending,
    ]);
    expect(codesOf(situation)).toEqual(['Unknown']);
    expect(causeOf(situation, 'Unknown')).toMatchObject({
      certainty: 'Likely',
      origin: 'Pod',
      summary:
        'Nothing that was read says why node01 has no virt-handler that manages it: Pending; not read: Events.',
      evidence: [
        { object: 'Pod kubevirt/virt-handler-node01', field: 'status.phase', value: 'Pending' },
        { object: 'Pod kubevirt/virt-handler-node01', field: '', value: 'Pending' },
      ],
    });
  });

  it('has evidence for Unknown also when only the name of the node is known', () => {
    const situation = caseOf('node01', [aVmi('vm-1', 'node01')], {
      unread: ['Node', 'KubeVirt', 'DaemonSet'],
    });
    expect(causeOf(situation, 'Unknown')).toMatchObject({
      origin: 'Node',
      evidence: [{ object: 'Node node01', resourceVersion: '', value: 'no virt-handler pod' }],
    });
  });

  it('takes objects without labels, status, spec or times', () => {
    const bare: ClusterObject[] = [
      { kind: 'Node', metadata: { name: 'node01' } },
      { kind: 'KubeVirt', metadata: { name: 'kubevirt', namespace: 'kubevirt' } },
      { kind: 'DaemonSet', metadata: { name: 'virt-handler', namespace: 'kubevirt' } },
      { ...aHandler('node01'), status: undefined },
      aVmi('vm-1', 'node01'),
    ];
    expect(codesOf(caseOf('node01', bare))).toEqual(['Unknown']);
  });

  it('names causes in order, each once and with evidence, Unknown alone, in any cluster', () => {
    fc.assert(
      fc.property(arbitrarySituation, ({ objects, events, node }) => {
        const situation = caseOf(node, objects, { events });
        const causes = findCauses(situation);
        const ranks = causes.map(({ code }) => CAUSE_CODES.indexOf(code));
        expect(ranks).toEqual([...new Set(ranks)].sort((a, b) => a - b));
        expect(causes.length > 0).toBe(['Orphaned', 'AtRisk'].includes(situation.judgement.verdict));
        for (const { evidence, summary } of causes) {
          expect(evidence.length).toBeGreaterThan(0);
          expect(summary).toMatch(/^\S.*[^.]\.$/);
        }
        if (codesOf(situation).includes('Unknown')) expect(causes).toHaveLength(1);
        if (situation.judgement.verdict === 'AtRisk') expect(codesOf(situation)).not.toContain('Unknown');
      }),
    );
  });

  it('loses nothing but what Events prove when Events are not read', () => {
    fc.assert(
      fc.property(arbitrarySituation, ({ objects, events, node }) => {
        const all = caseOf(node, objects, { events: events ?? [] });
        const without = codesOf({ ...all, events: [], read: { ...all.read, events: false } });
        const lost = codesOf(all).filter((code) => !without.includes(code) && code !== 'Unknown');
        expect(lost.filter((code) => !BY_EVENTS.includes(code))).toEqual([]);
      }),
    );
  });

  it('names a placement rule, a taint or the node for everything in the way of the pod', () => {
    fc.assert(
      fc.property(
        arbitraryNode('node01'),
        arbitraryTemplate(),
        fc.boolean(),
        (node, template, hasHandler) => {
          const situation = placed(node, aDaemonSet({ template }), hasHandler);
          const { daemonSet, judgement } = situation;
          const { obstacles } = judgePlacement(node, daemonSet?.spec?.template?.spec ?? {});
          expect(judgement.verdict).not.toBe('Unknown');
          const named = codesOf(situation).some((code) => BY_PLACEMENT.includes(code));
          expect(named).toBe(obstacles.length > 0 || hasNotReadyTaint(situation));
        },
      ),
    );
  });
});

function placed(node: NodeObject, daemonSet: ClusterObject, hasHandler: boolean): NodeCase {
  const handler = hasHandler ? [aHandler('node01')] : [];
  return caseOf('node01', [node, daemonSet, aKubeVirt(), aVmi('vm-1', 'node01'), ...handler]);
}

/** A node without a Ready condition is taken for not ready by its taints, also by one that is tolerated. */
function hasNotReadyTaint({ judgement }: NodeCase): boolean {
  const isJudged = judgement.verdict === 'Orphaned' || judgement.verdict === 'AtRisk';
  return (
    isJudged && (judgement.node?.spec?.taints ?? []).some(({ key }) => key === 'node.kubernetes.io/not-ready')
  );
}
