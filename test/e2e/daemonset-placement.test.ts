import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { NodeObject } from '../../shared/domain/objects.ts';
import { judgePlacement } from '../../shared/domain/placement/daemonset-placement.ts';
import { validatePlacement } from '../../shared/domain/placement/placement-validation.ts';
import type { PodPlacement } from '../../shared/domain/placement-objects.ts';
import { arbitraryNode, arbitraryTemplate, EFFECTS } from '../support/arbitrary-placement.ts';
import { describeCluster } from './support/describe-cluster.ts';
import { KubeApiError } from './support/kube-api.ts';
import { kinds } from './support/objects.ts';
import {
  awaitSettled,
  type Candidate,
  type Disagreement,
  daemonSetOf,
  disagreements,
  NAMESPACE,
  type Pods,
  readPods,
  requestAnotherLook,
  setNodeState,
} from './support/placement-differential.ts';
import { until } from './support/until.ts';

const SEED = 20;
const NAMES = Array.from({ length: 30 }, (_, index) => `node-${String(index).padStart(2, '0')}`);
const DAEMON_SETS = 40;
const PAIRS = NAMES.length * DAEMON_SETS;

const sampleNodes = (seed: number): NodeObject[] =>
  NAMES.flatMap((name, index) => fc.sample(arbitraryNode(name), { numRuns: 1, seed: seed * 1000 + index }));

const first = sampleNodes(SEED);
/** Half of the nodes get the labels and taints of another. */
const second = sampleNodes(SEED + 1).map((node, index) => (index % 2 === 0 ? node : (first[index] ?? node)));
const candidates: Candidate[] = fc
  .sample(arbitraryTemplate(NAMES.slice(0, 4)), { numRuns: DAEMON_SETS, seed: SEED })
  .map((template, index) => ({ name: `ds-${String(index).padStart(2, '0')}`, template }));

const NO_PODS: Pods = new Map();
const requirementsOf = ({ affinity }: PodPlacement) => {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return (required?.nodeSelectorTerms ?? []).flatMap((term) => [
    ...(term.matchExpressions ?? []).map(({ operator }) => operator),
    ...(term.matchFields ?? []).map(({ operator }) => `field ${operator}`),
  ]);
};

it('the pairs cover every operator, every effect and every answer, each often', () => {
  const operators = new Set(candidates.flatMap(({ template }) => requirementsOf(template)));
  const fields = ['field In', 'field NotIn'];
  expect(operators).toEqual(new Set(['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt', ...fields]));
  const tolerations = candidates.flatMap(({ template }) => template.tolerations ?? []);
  expect(new Set(tolerations.map(({ operator }) => operator ?? ''))).toEqual(
    new Set(['', 'Equal', 'Exists']),
  );
  for (const nodes of [first, second]) {
    const effects = nodes.flatMap(({ spec }) => spec?.taints ?? []).map(({ effect }) => effect);
    expect(new Set(effects)).toEqual(new Set(EFFECTS));
    const verdicts = candidates.flatMap(({ template }) =>
      nodes.map((node) => judgePlacement(node, template)),
    );
    const runs = verdicts.filter(({ shouldRun }) => shouldRun).length;
    const stays = verdicts.filter((verdict) => verdict.shouldContinueRunning && !verdict.shouldRun).length;
    expect(runs).toBeGreaterThan(PAIRS * 0.25);
    expect(runs).toBeLessThan(PAIRS * 0.75);
    expect(stays).toBeGreaterThan(PAIRS * 0.03);
  }
});

// Only the DaemonSet controller acts: nobody else changes taints or evicts pods.
const options = { controllers: 'daemonset,serviceaccount,serviceaccount-token' };

describeCluster(
  'the placement rule against the real DaemonSet controller',
  (cluster) => {
    /** Asks again for a moment, since the controller sees nodes and DaemonSets by separate watches. */
    async function settledDisagreements(
      nodes: readonly NodeObject[],
      before: Pods,
    ): Promise<readonly Disagreement[]> {
      await awaitSettled(cluster.api);
      const compare = async () =>
        disagreements(nodes, candidates, { before, after: await readPods(cluster.api) });
      await until('the rule and the controller agree', async () => (await compare()).length === 0).catch(
        () => {},
      );
      return compare();
    }

    it(`agrees about ${PAIRS} pairs, before and after half of the nodes change`, async () => {
      const { api } = cluster;
      for (const node of first) {
        await api.create({ ...kinds.node, metadata: { name: node.metadata.name }, spec: {}, status: {} });
        await setNodeState(api, node);
      }
      for (const candidate of candidates) await api.create(daemonSetOf(candidate));
      expect(await settledDisagreements(first, NO_PODS)).toEqual([]);

      const wanted = candidates.map(
        ({ template }) => first.filter((node) => judgePlacement(node, template).shouldRun).length,
      );
      const daemonSets = await awaitSettled(api);
      expect(daemonSets.map(({ status }) => status.desiredNumberScheduled)).toEqual(wanted);

      const before = await readPods(api);
      for (const node of second) await setNodeState(api, node);
      await requestAnotherLook(api, candidates);
      expect(await settledDisagreements(second, before)).toEqual([]);

      const after = await readPods(api);
      const kept = [...before].filter(([pair, uid]) => after.get(pair) === uid).length;
      expect(kept).toBeGreaterThan(PAIRS * 0.1);
      expect(before.size - kept).toBeGreaterThan(PAIRS * 0.03);
    }, 180_000);

    const expression = (key: string, operator: string, values?: string[]): PodPlacement => ({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }],
          },
        },
      },
    });

    it.each<[PodPlacement]>([
      [expression('a', 'In', ['x'])],
      [expression('a', 'In', [])],
      [expression('a', 'Foo', ['x'])],
      [expression('a', 'Exists', ['x'])],
      [expression('a', 'Gt', ['1', '2'])],
      [expression('a', 'Gt', ['word'])],
      [expression('/a', 'Exists')],
      [{ nodeName: 'A' }],
      [{ tolerations: [{}] }],
      [{ tolerations: [{ operator: 'Exists' }] }],
      [{ tolerations: [{ key: 'a', operator: 'Exists', value: 'x' }] }],
      [{ tolerations: [{ key: 'a', effect: 'Foo' }] }],
      [{ tolerations: [{ key: 'a!', operator: 'Gt' }] }],
    ])('finds in %j what the API server refuses', async (template) => {
      const { apiVersion } = kinds.daemonSet;
      const path = `/apis/${apiVersion}/namespaces/${NAMESPACE}/daemonsets?dryRun=All`;
      const body = daemonSetOf({ name: 'refused', template });
      const answer = await cluster.api.call({ method: 'POST', path, body }).catch((error: unknown) => error);
      const findings = validatePlacement(template).filter(({ consequence }) => consequence === 'Refused');
      expect(answer instanceof KubeApiError).toBe(findings.length > 0);
      for (const finding of findings) expect(`${answer}`).toContain(`spec.template.spec.${finding.path}: `);
    });
  },
  options,
);
