import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeCluster } from '../../../../shared/domain/judge-cluster.ts';
import { KINDS } from '../../../../shared/domain/objects.ts';
import { describeChange, type PlannedChange } from '../../../../shared/domain/preflight/planned-change.ts';
import { preflight } from '../../../../shared/domain/preflight/preflight.ts';
import { arbitraryCluster } from '../../../support/arbitrary-cluster.ts';
import { factsOf } from '../../../support/facts.ts';

const NODE = fc.constantFrom('node01', 'node02', 'node03');
const KEY = fc.constantFrom('dedicated', 'zone', 'kubernetes.io/os');
const VALUE = fc.constantFrom('linux', 'a', '');
const EFFECT = fc.constantFrom('NoSchedule', 'NoExecute', 'PreferNoSchedule');

const taints = fc.array(
  fc.record({ node: NODE, taint: fc.record({ key: KEY, value: VALUE, effect: EFFECT }) }),
  { maxLength: 3 },
);
const labels = fc.array(fc.record({ node: NODE, key: KEY, value: fc.option(VALUE, { nil: undefined }) }), {
  maxLength: 3,
});
const policy = fc.record(
  {
    nodeSelector: fc.dictionary(KEY, VALUE, { maxKeys: 2 }),
    tolerations: fc.array(fc.record({ key: KEY, operator: fc.constant('Exists') }), { maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const placement = fc.record({ source: fc.constant('file'), policy: fc.option(policy, { nil: undefined }) });
const anyChange: fc.Arbitrary<PlannedChange> = fc.record({
  taints,
  labels,
  placement: fc.option(placement, { nil: undefined }),
  drainedHandlers: fc.uniqueArray(NODE),
});
const anyFacts = fc
  .tuple(arbitraryCluster, fc.subarray([...KINDS], { maxLength: 2 }))
  .map(([objects, unread]) => factsOf(objects, unread));

const NOTHING: PlannedChange = { taints: [], labels: [], drainedHandlers: [] };

describe('preflight, whatever the cluster and the change', () => {
  it('finds nothing when nothing changes', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const outcome = preflight(facts, NOTHING);
        const count = judgeCluster(facts).nodes.length;
        expect(outcome).toMatchObject({ orphaned: [], atRisk: [], recovered: [], unchanged: count });
        expect(outcome.finding).toBe(facts.unread.has('Node') ? 'unknown' : 'none');
      }),
    );
  });

  it('never says of an orphan that the change would make it one, and recovers only orphans', () => {
    fc.assert(
      fc.property(anyFacts, anyChange, (facts, change) => {
        const nodes = judgeCluster(facts).nodes;
        const orphans = new Set(nodes.filter((it) => it.verdict === 'Orphaned').map(({ name }) => name));
        const { orphaned, atRisk, recovered, unchanged, finding } = preflight(facts, change);
        const worse = [...orphaned, ...atRisk].map(({ name }) => name);
        expect(worse.filter((name) => orphans.has(name))).toEqual([]);
        expect(recovered.filter((name) => !orphans.has(name))).toEqual([]);
        expect(unchanged + worse.length).toBeLessThanOrEqual(nodes.length);
        expect(finding === 'harm').toBe(worse.length > 0);
        for (const { causes } of [...orphaned, ...atRisk]) expect(causes.length).toBeGreaterThan(0);
      }),
    );
  });

  it('never lets a taint or a lost handler bring a virt-handler to a node', () => {
    fc.assert(
      fc.property(anyFacts, taints, fc.uniqueArray(NODE), (facts, added, drainedHandlers) => {
        const { recovered } = preflight(facts, { ...NOTHING, taints: added, drainedHandlers });
        expect(recovered).toEqual([]);
      }),
    );
  });

  it('says each part of the change once, and leaves the facts as they were', () => {
    fc.assert(
      fc.property(anyFacts, anyChange, (facts, change) => {
        const before = structuredClone(facts);
        preflight(facts, change);
        expect(facts).toEqual(before);
        const parts = change.taints.length + change.labels.length + change.drainedHandlers.length;
        expect(describeChange(change).length).toBe(parts + (change.placement === undefined ? 0 : 1));
      }),
    );
  });
});
