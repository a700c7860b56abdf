import { describe, expect, it } from 'vitest';
import type { CauseCode } from '../../../../shared/domain/causes/cause.ts';
import type { HyperConvergedObject } from '../../../../shared/domain/evidence-objects.ts';
import type { MitigationContext } from '../../../../shared/domain/mitigations/mitigation.ts';
import { currentPlacement } from '../../../../shared/domain/mitigations/simulate.ts';
import type { NodeObject } from '../../../../shared/domain/objects.ts';
import { harmOf } from '../../../../shared/domain/remediation/harm.ts';
import { makePlans } from '../../../../shared/domain/remediation/make-plans.ts';
import { aHandler } from '../../../support/objects.ts';
import { aCause, type CaseParts, contextOf, kubeVirtWith, node } from '../mitigations/case.ts';

const POOL = { pool: 'virt' };
const NO_SCHEDULE = { key: 'dedicated', effect: 'NoSchedule' };
const node01 = node('node01', POOL);
const tainted = node('node02', POOL, [NO_SCHEDULE]);
/** Its handler runs on, until its pod is replaced. */
const spared = node('node03', POOL, [{ key: 'maintenance', effect: 'NoSchedule' }]);

function planFor(context: MitigationContext, code: CauseCode = 'TaintNotTolerated') {
  const [plan] = makePlans(context, [aCause(code)]);
  if (plan === undefined) throw new RangeError('no plan');
  return plan;
}
const parts: CaseParts = { policy: { nodeSelector: POOL }, nodes: [tainted, node01] };
const toleration = planFor(contextOf(parts));

describe('a change of the placement', () => {
  it.each<[string, Partial<CaseParts>, readonly string[]]>([
    ['as it was when it was planned', {}, []],
    ['with more nodes', { nodes: [tainted, node01, node('node04', POOL), node('node05')] }, []],
    [
      'with a node that has been tainted since, and keeps its handler until it restarts',
      { nodes: [tainted, node01, spared], spared: ['node03'] },
      ['Nodes that would lose their virt-handler: node03.'],
    ],
    [
      'with such a node without workload',
      { nodes: [tainted, node01, spared], spared: ['node03'], idle: ['node03'] },
      ['Nodes that would lose their virt-handler: node03.'],
    ],
    ['with such a node whose handler is gone already', { nodes: [tainted, node01, spared] }, []],
    [
      'with another obstacle by now',
      { nodes: [node('node02', {}, [NO_SCHEDULE]), node01] },
      ['It would not bring virt-handler to node02 any more.'],
    ],
    [
      'with no node that it would match',
      { nodes: [node('node02')] },
      [
        'It would not bring virt-handler to node02 any more.',
        'The placement would match no node: every virt-handler would be deleted at once.',
      ],
    ],
    ['with the node gone', { nodes: [node01] }, ['It would not bring virt-handler to node02 any more.']],
  ])('%s', (_, change, expected) => {
    expect(harmOf(toleration, contextOf({ ...parts, ...change }))).toEqual(expected);
  });

  const UNFIT =
    'The objects are not those that the plan was made for, or have changed so that it no longer fits.';
  const metadata = { name: 'hco', namespace: 'kubevirt', uid: 'hco-1', resourceVersion: '7' };
  const hyperConverged: HyperConvergedObject = { kind: 'HyperConverged', metadata };
  const anew = { ...kubeVirtWith(parts.policy), metadata: { name: 'kubevirt', uid: 'anew' } };
  it.each<[string, Partial<MitigationContext>, string]>([
    ['another KubeVirt resource', { kubeVirt: anew }, UNFIT],
    ['no KubeVirt resource', { kubeVirt: undefined }, UNFIT],
    ['HyperConverged there by now', { hyperConverged }, UNFIT],
    ['no DaemonSet', { placement: undefined }, 'The DaemonSet was not read: what the change does'],
  ])('with %s', (_, change, expected) => {
    const found = harmOf(toleration, { ...contextOf(parts), ...change });
    expect(found).toEqual([expect.stringContaining(expected)]);
  });

  it('with a placement on its way into the DaemonSet', () => {
    const context = contextOf(parts);
    const kubeVirt = kubeVirtWith({ nodeSelector: { ...POOL, more: 'x' } });
    const placement = currentPlacement(context.daemonSet, kubeVirt, context.nodes);
    expect(harmOf(toleration, { ...context, kubeVirt, placement })).toEqual([
      expect.stringContaining('is not in the DaemonSet yet'),
    ]);
  });
});

describe('a label', () => {
  const unlabelled: CaseParts = { policy: { nodeSelector: POOL }, nodes: [node('node02'), node01] };
  const label = planFor(contextOf(unlabelled), 'NodeSelectorMismatch');
  const harmWith = (change: Partial<CaseParts>) => harmOf(label, contextOf({ ...unlabelled, ...change }));

  it('restarts nothing, so that a node which is only spared is not harmed', () => {
    expect(harmWith({ nodes: [...unlabelled.nodes, spared], spared: ['node03'] })).toEqual([]);
  });

  it('that does not help any more is not worth a write', () => {
    expect(harmWith({ nodes: [node('node02', {}, [NO_SCHEDULE]), node01] })).toHaveLength(1);
  });

  it('is not for a node of the same name', () => {
    const first = node('node02');
    const another: NodeObject = { ...first, metadata: { ...first.metadata, uid: 'anew' } };
    expect(harmWith({ nodes: [another, node01] })).toEqual([expect.stringContaining('not those')]);
  });

  it('that was written already does no harm a second time', () => {
    expect(harmWith({ nodes: [node01, node('node02', POOL)] })).toEqual([]);
  });
});

describe('a restart', () => {
  const pod = { metadata: { uid: 'pod-1' } };
  const unready = aHandler('node02', { ...pod, status: { phase: 'Running' } });
  const settled = { ...contextOf({ nodes: [node('node02'), node01] }), handlerPod: unready };
  const restart = planFor(settled, 'HandlerNotReady');
  const notReady = { ...node('node02'), status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } };

  it.each<[string, Partial<MitigationContext>, readonly string[]]>([
    ['of a pod that is not Ready, on a node that is', {}, []],
    [
      'of a pod that is Ready by now',
      { handlerPod: aHandler('node02', pod) },
      ['virt-handler is Ready on node02.'],
    ],
    [
      'of a pod that was replaced',
      { handlerPod: aHandler('node02', { status: { phase: 'Running' } }) },
      ['The virt-handler pod virt-handler-node02 is not there any more.'],
    ],
    [
      'of a pod that is gone',
      { handlerPod: undefined },
      ['The virt-handler pod virt-handler-node02 is not there any more.'],
    ],
    [
      'on a node that is not Ready',
      { node: notReady },
      ['The node node02 is not Ready: a new pod could not start there.'],
    ],
    [
      'where a taint keeps the next pod away',
      { node: node('node02', {}, [NO_SCHEDULE]) },
      ['The placement does not let a new virt-handler pod onto node02.'],
    ],
    [
      'of which nothing is known',
      { node: undefined, placement: undefined },
      [
        'The node node02 is not Ready: a new pod could not start there.',
        'The placement does not let a new virt-handler pod onto node02.',
      ],
    ],
  ])('%s', (_, change, expected) => {
    expect(harmOf(restart, { ...settled, ...change })).toEqual(expected);
  });
});

it('what only looks harms nobody', () => {
  const context = contextOf(parts);
  expect(harmOf(planFor(context, 'NodeNotReady'), { ...context, placement: undefined })).toEqual([]);
});
