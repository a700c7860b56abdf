import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CAUSE_CODES } from '../../../../shared/domain/causes/cause.ts';
import { findMitigations } from '../../../../shared/domain/mitigations/find-mitigations.ts';
import { isSamePolicy, withoutPolicy } from '../../../../shared/domain/mitigations/placement-base.ts';
import type { NodeObject } from '../../../../shared/domain/objects.ts';
import { judgePlacement } from '../../../../shared/domain/placement/daemonset-placement.ts';
import { injectPlacement } from '../../../../shared/domain/placement/placement-injection.ts';
import type { NodePlacement, PodPlacement } from '../../../../shared/domain/placement-objects.ts';
import { arbitraryNode, arbitraryTemplate, NODE_NAMES } from '../../../support/arbitrary-placement.ts';
import { aHandler } from '../../../support/objects.ts';
import { aCause, carryOut, contextOf } from './case.ts';
import { shellWords } from './run-command.ts';

const linux = (it: NodeObject): NodeObject => ({
  ...it,
  metadata: { ...it.metadata, labels: { ...it.metadata.labels, 'kubernetes.io/os': 'linux' } },
});
const nodes = fc
  .uniqueArray(arbitraryNode(), { minLength: 1, maxLength: 4, selector: ({ metadata }) => metadata.name })
  .map((all) => all.map(linux));
const policy: fc.Arbitrary<NodePlacement | undefined> = fc.option(
  arbitraryTemplate().map(({ hostNetwork, nodeName, ...placement }) => placement),
  { nil: undefined },
);
const names = fc.subarray([...NODE_NAMES]);
const cluster = fc
  .record({ base: arbitraryTemplate(), policy, nodes, spared: names, idle: names })
  .filter((it) => !haveSameSelector(it.base, it.policy));

/** A selector that both have word for word cannot be told apart by the DaemonSet: see withoutPolicy. */
function haveSameSelector({ nodeSelector = {} }: PodPlacement, it: NodePlacement | undefined): boolean {
  return Object.entries(it?.nodeSelector ?? {}).some(([key, value]) => nodeSelector[key] === value);
}

it('the base and its policy make the decisions of the template', () => {
  fc.assert(
    fc.property(arbitraryTemplate(), policy, arbitraryNode(), (base, its, any) => {
      const template = injectPlacement(base, its);
      const again = injectPlacement(withoutPolicy(template, its), its);
      const node = linux(any);
      const { shouldRun, shouldContinueRunning } = judgePlacement(node, template);
      expect(judgePlacement(node, again)).toMatchObject({ shouldRun, shouldContinueRunning });
    }),
    { numRuns: 1000 },
  );
});

it('a policy is the same as itself, whatever is written out', () => {
  fc.assert(
    fc.property(policy, (its) => {
      const written = { ...its, nodeSelector: { ...its?.nodeSelector }, tolerations: its?.tolerations ?? [] };
      return isSamePolicy(its, written) && !isSamePolicy(its, { ...written, nodeSelector: { other: 'x' } });
    }),
  );
});

it('what is offered brings the handler back and takes none that is needed, when carried out as printed', () => {
  let offered = 0;
  fc.assert(
    fc.property(cluster, (parts) => {
      const context = contextOf(parts);
      for (const mitigation of findMitigations(aCause('TaintNotTolerated'), context)) {
        if (mitigation.owner === 'None') continue;
        offered += 1;
        const { before, after } = carryOut(mitigation, context, parts.base);
        expect(before).not.toContain(context.nodeName);
        expect(after).toContain(context.nodeName);
        expect(after).toEqual(expect.arrayContaining(before));
        const { handlersLost, restartsEveryHandler } = mitigation.effects;
        const template = context.placement?.template ?? {};
        const needed = context.nodes.filter(
          (it) => it.hasHandler && it.hasWorkload && judgePlacement(it.node, template).shouldContinueRunning,
        );
        const lost = needed.map(({ node }) => node.metadata.name).filter((name) => !after.includes(name));
        expect(restartsEveryHandler ? lost : []).toEqual([]);
        expect(mitigation.risk === 'High' || handlersLost.length === 0).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
  expect(offered).toBeGreaterThan(100);
});

const PARTS = ['node', 'kubeVirt', 'daemonSet', 'handlerPod'] as const;

it('there is always something to say, without an exception, in a command that a shell can read', () => {
  fc.assert(
    fc.property(
      cluster,
      fc.subarray([...PARTS]),
      fc.boolean(),
      fc.constantFrom(...CAUSE_CODES),
      (parts, missing, isAlone, code) => {
        const all = contextOf(parts);
        const found = findMitigations(aCause(code), {
          ...all,
          handlerPod: aHandler(all.nodeName),
          ...(isAlone ? { nodes: [] } : {}),
          ...Object.fromEntries(missing.map((part) => [part, undefined])),
        });
        expect(found.length).toBeGreaterThan(0);
        for (const { command } of found) expect(shellWords(command)[0]).toBe('kubectl');
      },
    ),
    { numRuns: 1000 },
  );
});
