import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeObject } from '../../../../shared/domain/objects.ts';
import {
  type DaemonPodPlacement,
  judgePlacement,
  type PlacementVerdict,
} from '../../../../shared/domain/placement/daemonset-placement.ts';
import { injectPlacement } from '../../../../shared/domain/placement/placement-injection.ts';
import {
  validatePlacement,
  validateTaints,
} from '../../../../shared/domain/placement/placement-validation.ts';
import {
  arbitraryNode,
  arbitraryTemplate,
  arbitraryToleration,
} from '../../../support/arbitrary-placement.ts';

const pair = fc.tuple(arbitraryNode(), arbitraryTemplate());
const RUNS = { numRuns: 1000 };

const answers = ({ shouldRun, shouldContinueRunning }: PlacementVerdict) => ({
  shouldRun,
  shouldContinueRunning,
});
const termsOf = (template: DaemonPodPlacement) =>
  template.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];

function withTerms(
  template: DaemonPodPlacement,
  nodeSelectorTerms: ReturnType<typeof termsOf>,
): DaemonPodPlacement {
  const requiredDuringSchedulingIgnoredDuringExecution = { nodeSelectorTerms };
  return { ...template, affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution } } };
}

const withTaints = (node: NodeObject, taints: NonNullable<NodeObject['spec']>['taints']): NodeObject => ({
  ...node,
  spec: { taints },
});

/** No worse: what was allowed is still allowed. */
function isNoWorse(after: PlacementVerdict, before: PlacementVerdict): boolean {
  return (
    (after.shouldRun || !before.shouldRun) && (after.shouldContinueRunning || !before.shouldContinueRunning)
  );
}

describe('every verdict', () => {
  it('lets stay what it lets start, and has no obstacle exactly when it lets start', () => {
    fc.assert(
      fc.property(pair, ([node, template]) => {
        const { shouldRun, shouldContinueRunning, obstacles } = judgePlacement(node, template);
        return (!shouldRun || shouldContinueRunning) && shouldRun === (obstacles.length === 0);
      }),
      RUNS,
    );
  });

  it('does not depend on the order of terms, expressions, tolerations or taints', () => {
    fc.assert(
      fc.property(pair, ([node, template]) => {
        const terms = termsOf(template).map((term) => ({
          ...term,
          matchExpressions: term.matchExpressions?.toReversed(),
          matchFields: term.matchFields?.toReversed(),
        }));
        const turned = { ...template, tolerations: template.tolerations?.toReversed() };
        expect(
          answers(
            judgePlacement(
              withTaints(node, node.spec?.taints?.toReversed()),
              terms.length === 0 ? turned : withTerms(turned, terms.toReversed()),
            ),
          ),
        ).toEqual(answers(judgePlacement(node, template)));
      }),
      RUNS,
    );
  });

  it('is no worse with one toleration more, or with one taint less', () => {
    fc.assert(
      fc.property(pair, arbitraryToleration, ([node, template], toleration) => {
        const before = judgePlacement(node, template);
        const tolerations = [...(template.tolerations ?? []), toleration];
        const fewer = withTaints(node, node.spec?.taints?.slice(1));
        return (
          isNoWorse(judgePlacement(node, { ...template, tolerations }), before) &&
          isNoWorse(judgePlacement(fewer, template), before)
        );
      }),
      RUNS,
    );
  });

  it('is no worse with one term more, where there are terms', () => {
    fc.assert(
      fc.property(pair, arbitraryTemplate(), ([node, template], other) => {
        fc.pre(termsOf(template).length > 0);
        const more = withTerms(template, [...termsOf(template), ...termsOf(other)]);
        return isNoWorse(judgePlacement(node, more), judgePlacement(node, template));
      }),
      RUNS,
    );
  });

  it('has no obstacle in taints that only prefer', () => {
    fc.assert(
      fc.property(pair, ([node, template]) => {
        const taints = node.spec?.taints?.map((taint) => ({ ...taint, effect: 'PreferNoSchedule' }));
        const { obstacles } = judgePlacement(withTaints(node, taints), template);
        return obstacles.every(({ kind }) => kind !== 'Taint');
      }),
      RUNS,
    );
  });
});

it('a policy can only add: selector keys of the pod spec win, terms and tolerations are kept in order', () => {
  fc.assert(
    fc.property(arbitraryTemplate(), arbitraryTemplate(), (template, policy) => {
      const merged = injectPlacement(template, policy);
      expect(merged.nodeSelector).toMatchObject(template.nodeSelector ?? {});
      expect(termsOf(merged)).toEqual([...termsOf(template), ...termsOf(policy)]);
      expect(merged.tolerations ?? []).toEqual([
        ...(template.tolerations ?? []),
        ...(policy.tolerations ?? []),
      ]);
      expect(merged.hostNetwork).toBe(template.hostNetwork);
    }),
  );
});

describe('the generator', () => {
  it('makes only what the API server accepts', () => {
    fc.assert(
      fc.property(pair, ([node, template]) => {
        const findings = [...validatePlacement(template), ...validateTaints(node.spec?.taints)];
        return findings.every(({ consequence }) => consequence === 'NeverMatches');
      }),
      RUNS,
    );
  });

  it('makes pairs of which about half fit, and every kind of obstacle but nodeName', () => {
    const verdicts = fc
      .sample(pair, { numRuns: 2000, seed: 1 })
      .map(([node, template]) => judgePlacement(node, template));
    const share = verdicts.filter(({ shouldRun }) => shouldRun).length / verdicts.length;
    expect(share).toBeGreaterThan(0.35);
    expect(share).toBeLessThan(0.65);
    const kinds = new Set(verdicts.flatMap(({ obstacles }) => obstacles.map(({ kind }) => kind)));
    expect(kinds).toEqual(new Set(['NodeSelector', 'NodeAffinity', 'Taint']));
  });

  it('makes the same for the same seed', () => {
    expect(fc.sample(pair, { numRuns: 20, seed: 7 })).toEqual(fc.sample(pair, { numRuns: 20, seed: 7 }));
  });
});
