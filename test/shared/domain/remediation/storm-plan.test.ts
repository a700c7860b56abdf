import { describe, expect, it } from 'vitest';
import { judgeCluster } from '../../../../shared/domain/judge-cluster.ts';
import type { MitigationContext } from '../../../../shared/domain/mitigations/mitigation.ts';
import { mitigationContexts } from '../../../../shared/domain/mitigations/mitigation-context.ts';
import type { NodeObject } from '../../../../shared/domain/objects.ts';
import { injectPlacement } from '../../../../shared/domain/placement/placement-injection.ts';
import type { NodePlacement, PodPlacement, Taint } from '../../../../shared/domain/placement-objects.ts';
import { harmOf } from '../../../../shared/domain/remediation/harm.ts';
import { isAutomated } from '../../../../shared/domain/remediation/plan.ts';
import { stormPlan } from '../../../../shared/domain/remediation/storm-plan.ts';
import { factsOf } from '../../../support/facts.ts';
import { aDaemonSet, aHandler, aVmi } from '../../../support/objects.ts';
import { contextOf, kubeVirtWith, node, OWN_SPEC } from '../mitigations/case.ts';
import { required } from '../mitigations/run-command.ts';

const POOL = { pool: 'virt' };
const KEPT = node('kept', POOL);
const DEDICATED: Taint = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' };
const nameAt = (index: number) => `node${String(index).padStart(2, '0')}`;
const NAMES = Array.from({ length: 50 }, (_, index) => nameAt(index));
const hostname = (operator: string, ...values: readonly string[]) => ({
  matchExpressions: [{ key: 'kubernetes.io/hostname', operator, values }],
});

interface Storm {
  readonly policy?: NodePlacement;
  readonly base?: PodPlacement;
  readonly orphans: readonly NodeObject[];
  readonly others?: readonly NodeObject[];
  readonly spared?: readonly string[];
}

/** The contexts of orphans in one settled cluster. */
function contextsOf({ policy, base, orphans, others = [KEPT], spared }: Storm): readonly MitigationContext[] {
  const nodes = [...orphans, ...others];
  const shared = contextOf({ nodes, policy, ...(base && { base }), ...(spared && { spared }) });
  return orphans.map((it) => ({ ...shared, nodeName: it.metadata.name, node: it }));
}
const orphans = (labels: object = {}, taints: readonly Taint[] = []) =>
  NAMES.map((name) => node(name, { ...labels }, taints));
const notReady = (it: NodeObject): NodeObject => ({
  ...it,
  spec: { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }] },
  status: { conditions: [{ type: 'Ready', status: 'Unknown' }] },
});

interface Row extends Storm {
  readonly name: string;
  readonly code: string;
  readonly says: string;
  readonly automated: boolean;
}

const ROWS: readonly Row[] = [
  {
    name: 'a nodeSelector that only they do not have',
    policy: { nodeSelector: POOL },
    orphans: orphans(),
    code: 'RemovePlacementRule',
    says: 'take pool out of the nodeSelector',
    automated: false,
  },
  {
    name: 'a nodeSelector without which another node would get a virt-handler too',
    policy: { nodeSelector: POOL },
    orphans: orphans(),
    others: [KEPT, node('another')],
    code: 'ExtendPlacementAffinity',
    says: 'add the affinity term kubernetes.io/hostname In [node00, node01, node02, node03, node04 and 45 more]',
    automated: false,
  },
  {
    name: 'a NotIn that names them',
    policy: { affinity: required(hostname('NotIn', 'gone', ...NAMES)) },
    orphans: orphans(),
    code: 'RemovePlacementRule',
    says: "out of 'kubernetes.io/hostname NotIn'",
    automated: false,
  },
  {
    name: 'a NotIn that names only them',
    policy: { affinity: required(hostname('NotIn', ...NAMES)) },
    orphans: orphans(),
    code: 'RemovePlacementRule',
    says: "out of 'kubernetes.io/hostname NotIn'",
    automated: false,
  },
  {
    name: 'an affinity on a label that they lack, beside another rule',
    policy: {
      affinity: required({
        matchExpressions: [
          { key: 'zone', operator: 'NotIn', values: ['edge'] },
          { key: 'pool', operator: 'Exists' },
        ],
      }),
    },
    orphans: orphans(),
    code: 'RemovePlacementRule',
    says: "take 'pool Exists []' out of the required node affinity",
    automated: false,
  },
  {
    name: 'an affinity that names others',
    policy: { affinity: required(hostname('In', 'kept'), hostname('In', 'other')) },
    orphans: orphans(),
    code: 'ExtendPlacementAffinity',
    says: 'add the affinity term kubernetes.io/hostname In',
    automated: true,
  },
  {
    name: 'a taint that they share',
    orphans: orphans({}, [DEDICATED]),
    code: 'AddPlacementToleration',
    says: 'tolerate the taint dedicated=gpu:NoSchedule. Nodes',
    automated: true,
  },
  {
    name: 'two causes, one patch',
    policy: { affinity: required(hostname('In', 'kept', ...NAMES.slice(25))) },
    orphans: NAMES.map((name, index) => node(name, {}, index < 25 ? [] : [DEDICATED])),
    code: 'ExtendPlacement',
    says: 'tolerate the taint dedicated=gpu:NoSchedule',
    automated: true,
  },
];

describe('50 nodes orphaned at once', () => {
  it.each(ROWS)('$name: one change brings all of them back', ({ code, says, automated, ...storm }) => {
    const contexts = contextsOf(storm);
    const plan = stormPlan(contexts);
    expect(plan?.steps).toMatchObject([{ code, effects: { handlersGained: NAMES, handlersLost: [] } }]);
    expect(plan?.steps[0]?.summary).toContain(says);
    expect(plan && isAutomated(plan)).toBe(automated);
    expect(plan && contexts[0] && harmOf(plan, contexts[0])).toEqual([]);
    expect(stormPlan([...contexts].reverse())).toEqual(plan);
  });

  it('and one of them not Ready: the others are helped, and it is named', () => {
    const [first, ...rest] = orphans();
    const plan = stormPlan(
      contextsOf({ policy: { nodeSelector: POOL }, orphans: first ? [...rest, notReady(first)] : [] }),
    );
    expect(plan?.node).toBe('node01');
    expect(plan?.steps[0]?.effects.handlersGained).toEqual(NAMES.slice(1));
    expect(plan?.steps[0]?.summary).toMatch(/ It does not help node00\.$/);
  });

  it('in a judged cluster, with a virt-handler on one node only', () => {
    const policy = { nodeSelector: POOL };
    const facts = factsOf([
      ...orphans(),
      KEPT,
      kubeVirtWith(policy),
      aDaemonSet({ template: injectPlacement(OWN_SPEC, policy) }),
      aHandler('kept'),
      ...NAMES.map((name) => aVmi(`vm-${name}`, name)),
    ]);
    const judgement = judgeCluster(facts);
    const orphaned = judgement.nodes.filter(({ verdict }) => verdict === 'Orphaned');
    expect(orphaned.map(({ name }) => name)).toEqual(NAMES);
    const plan = stormPlan(orphaned.map(mitigationContexts(facts, judgement, undefined)));
    expect(plan).toMatchObject({ node: 'node00', cause: 'NodeSelectorMismatch' });
    expect(plan?.steps[0]?.effects.handlersGained).toEqual(NAMES);
  });
});

describe('there is no one change', () => {
  const drained = [{ key: 'kubevirt.io/drain', effect: 'NoSchedule' }];
  it.each<[string, Storm]>([
    ['for one node', { policy: { nodeSelector: POOL }, orphans: [node('node00')] }],
    ['for nodes that are drained', { orphans: orphans({}, drained) }],
    ['for nodes that the placement lets in', { orphans: orphans() }],
    ['in a rule that the policy does not have', { base: { nodeSelector: POOL }, orphans: orphans() }],
    [
      'that costs no other node its virt-handler',
      {
        policy: { nodeSelector: POOL },
        orphans: orphans(),
        others: [KEPT, node('spared', POOL, [DEDICATED])],
        spared: ['spared'],
      },
    ],
  ])('%s', (_, storm) => {
    expect(stormPlan(contextsOf(storm))).toBeUndefined();
  });

  it('while the placement is on its way, without a DaemonSet, or for nobody', () => {
    const contexts = contextsOf({ policy: { nodeSelector: POOL }, orphans: orphans() });
    const without = (change: Partial<MitigationContext>) => contexts.map((it) => ({ ...it, ...change }));
    expect(stormPlan(contexts)).toBeDefined();
    expect(stormPlan(without({ placement: undefined }))).toBeUndefined();
    expect(stormPlan(without({ kubeVirt: undefined }))).toBeUndefined();
    expect(stormPlan([])).toBeUndefined();
    const [{ placement } = {}] = contexts;
    const pending = placement && { ...placement, isPending: true };
    expect(stormPlan(without({ placement: pending }))).toBeUndefined();
  });
});
