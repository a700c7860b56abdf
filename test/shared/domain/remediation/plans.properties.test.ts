import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CAUSE_CODES } from '../../../../shared/domain/causes/cause.ts';
import { explain } from '../../../../shared/domain/explanation.ts';
import { judgeCluster } from '../../../../shared/domain/judge-cluster.ts';
import { operationsToRemove } from '../../../../shared/domain/mitigations/additions.ts';
import type { ClusterChange } from '../../../../shared/domain/mitigations/cluster-change.ts';
import type { MitigationContext } from '../../../../shared/domain/mitigations/mitigation.ts';
import { mitigationContexts } from '../../../../shared/domain/mitigations/mitigation-context.ts';
import type { NodeObject } from '../../../../shared/domain/objects.ts';
import type { NodePlacement } from '../../../../shared/domain/placement-objects.ts';
import { harmOf } from '../../../../shared/domain/remediation/harm.ts';
import { makePlans } from '../../../../shared/domain/remediation/make-plans.ts';
import { isAutomated, type Plan, type PlanStep } from '../../../../shared/domain/remediation/plan.ts';
import { stormPlan } from '../../../../shared/domain/remediation/storm-plan.ts';
import { arbitraryCluster } from '../../../support/arbitrary-cluster.ts';
import { arbitraryNode, arbitraryTemplate, NODE_NAMES } from '../../../support/arbitrary-placement.ts';
import { factsOf } from '../../../support/facts.ts';
import { aHandler } from '../../../support/objects.ts';
import { aCause, contextOf } from '../mitigations/case.ts';
import { applyPatch, patchOf } from '../mitigations/run-command.ts';

const linux = (it: NodeObject): NodeObject => ({
  ...it,
  metadata: {
    ...{ uid: `uid-${it.metadata.name}`, resourceVersion: '1' },
    ...it.metadata,
    labels: { ...it.metadata.labels, 'kubernetes.io/os': 'linux' },
  },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
});
const nodes = fc
  .uniqueArray(arbitraryNode(), { minLength: 1, maxLength: 4, selector: ({ metadata }) => metadata.name })
  .map((all) => all.map(linux));
const policy: fc.Arbitrary<NodePlacement | undefined> = fc.option(
  arbitraryTemplate().map(({ hostNetwork, nodeName, ...placement }) => placement),
  { nil: undefined },
);
const names = fc.subarray([...NODE_NAMES]);
/** Clusters that are settled, in which the first node may be one that the placement excludes. */
const settled = fc
  .record({ policy, nodes, spared: names, idle: names, isUnready: fc.boolean() })
  .map(({ isUnready, ...parts }): MitigationContext => {
    const context = contextOf(parts);
    const status = { phase: 'Running' };
    return { ...context, handlerPod: isUnready ? aHandler(context.nodeName, { status }) : undefined };
  });
const causes = fc
  .subarray([...CAUSE_CODES], { minLength: 1, maxLength: 3 })
  .map((all) => all.map((it) => aCause(it)));

const changesOf = ({ steps }: Plan): readonly ClusterChange[] => steps.flatMap(({ change }) => change ?? []);

function objectOf({ change }: PlanStep, { node, kubeVirt }: MitigationContext): object {
  const object =
    change?.target.kind === 'Node' ? node : kubeVirt && { ...kubeVirt, spec: kubeVirt.spec ?? {} };
  if (object?.metadata.uid !== change?.target.uid) throw new RangeError(`no ${change?.target.name}`);
  return object ?? {};
}

/** The write of a step and both of its inverses, carried out on the object; whether a program could take it back. */
function carryOutAndTakeBack(before: object, { change, inverse }: PlanStep): boolean {
  if (change?.action !== 'patch') return false;
  const after = applyPatch(before, change.operations);
  expect(after).not.toEqual(before);
  expect(applyPatch(after, patchOf(inverse))).toEqual(before);
  if (change.additions === undefined) return false;
  const removal = operationsToRemove(after, { operations: change.operations, additions: change.additions });
  if (removal.kind !== 'operations') throw new RangeError(JSON.stringify(removal));
  expect(applyPatch(after, removal.operations)).toEqual(before);
  return true;
}

it('what a plan writes can be taken back, by a program and by hand, and leaves the object as it was', () => {
  let taken = 0;
  fc.assert(
    fc.property(settled, causes, (context, its) => {
      const steps = makePlans(context, its).flatMap((plan) => plan.steps);
      for (const step of steps.filter(({ change }) => change?.action === 'patch'))
        taken += carryOutAndTakeBack(objectOf(step, context), step) ? 1 : 0;
    }),
    { numRuns: 1500 },
  );
  expect(taken).toBeGreaterThan(100);
});

it('a plan that a program may carry out brings virt-handler back and harms nobody, unless it says whom', () => {
  let seen = 0;
  fc.assert(
    fc.property(settled, causes, (context, its) => {
      for (const plan of makePlans(context, its).filter(isAutomated)) {
        seen += 1;
        const lost = plan.steps.flatMap(({ effects }) => effects.handlersLost);
        const harm = harmOf(plan, context);
        expect(harm.length > 0).toBe(lost.length > 0);
        for (const name of lost) expect(harm.join(' ')).toContain(name);
        for (const { operations = [] } of changesOf(plan).flatMap((it) =>
          it.action === 'patch' ? [it] : [],
        ))
          expect(operations.map(({ op }) => op)).not.toContain('remove');
      }
    }),
    { numRuns: 1500 },
  );
  expect(seen).toBeGreaterThan(100);
});

/** The same cluster some updates later, of which none changed what a plan is made of. */
function later(context: MitigationContext): MitigationContext {
  const { node, kubeVirt, handlerPod } = context;
  const newer = <T extends { readonly metadata: object }>(it: T | undefined): T | undefined =>
    it && { ...it, metadata: { ...it.metadata, resourceVersion: '99' } };
  return { ...context, node: newer(node), kubeVirt: newer(kubeVirt), handlerPod: newer(handlerPod) };
}

it('the same cluster has the same plans, with the same ids when only versions have changed', () => {
  fc.assert(
    fc.property(settled, causes, (context, its) => {
      const plans = makePlans(context, its);
      expect(plans.length).toBeGreaterThan(0);
      expect(makePlans(context, its)).toEqual(plans);
      const ids = plans.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(makePlans(later(context), its).map(({ id }) => id)).toEqual(ids);
    }),
    { numRuns: 500 },
  );
});

it('in any cluster there is something to propose, those for people behind those for programs', () => {
  fc.assert(
    fc.property(arbitraryCluster, (objects) => {
      const facts = factsOf(objects);
      const judgement = judgeCluster(facts);
      const contextFor = mitigationContexts(facts, judgement, undefined);
      for (const node of explain(facts, judgement, judgement.nodes, undefined).nodes) {
        const found = node.causes.flatMap((cause) => {
          const plans = makePlans(contextFor(node), [cause]);
          expect(plans.length).toBeGreaterThan(0);
          expect(plans.map(isAutomated)).toEqual([...plans.map(isAutomated)].sort().reverse());
          return plans;
        });
        for (const plan of found) expect(plan).toMatchObject({ node: node.name, id: expect.any(String) });
      }
    }),
    { numRuns: 300 },
  );
});

it('one change for many nodes helps all that it says and costs none', () => {
  let seen = 0;
  fc.assert(
    fc.property(settled, (shared) => {
      const contexts = shared.nodes
        .filter(({ hasHandler }) => !hasHandler)
        .map(({ node }): MitigationContext => ({ ...shared, nodeName: node.metadata.name, node }));
      const plan = stormPlan(contexts);
      if (plan === undefined) return;
      seen += 1;
      expect(plan.steps[0]?.effects.handlersGained.length).toBeGreaterThan(1);
      for (const context of contexts.filter((it) =>
        plan.steps[0]?.effects.handlersGained.includes(it.nodeName),
      ))
        expect(harmOf({ ...plan, node: context.nodeName }, context)).toEqual([]);
    }),
    { numRuns: 1500 },
  );
  expect(seen).toBeGreaterThan(20);
});
