import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { NodeObject } from '../../shared/domain/objects.ts';
import { kinds, type Node, ref } from '../e2e/support/objects.ts';
import {
  awaitSettled,
  type Candidate,
  daemonSetOf,
  disagreements,
  readPods,
  requestAnotherLook,
  setNodeState,
} from '../e2e/support/placement-differential.ts';
import { until } from '../e2e/support/until.ts';
import { arbitraryNode, arbitraryTemplate } from '../support/arbitrary-placement.ts';
import type { GetBackend } from './backend.ts';

const NAMES = ['place-a', 'place-b', 'place-c', 'place-d', 'place-e', 'place-f'];
const SEED = 4;
const CANDIDATES = 12;

/** Arbitrary nodes and templates, of which only the DaemonSet controller makes something. */
export function placementContract(backend: GetBackend): void {
  const api = () => backend().api;
  const nodes = (seed: number): NodeObject[] =>
    NAMES.flatMap((name, index) => fc.sample(arbitraryNode(name), { numRuns: 1, seed: seed * 1000 + index }));
  const candidates: Candidate[] = fc
    .sample(arbitraryTemplate(NAMES), { numRuns: CANDIDATES, seed: SEED })
    .map((template, index) => ({ name: `candidate-${index}`, template }));

  it(`decides about ${NAMES.length * CANDIDATES} arbitrary pairs as the placement rule does, before and after a change`, async () => {
    const [first, second] = [nodes(SEED), nodes(SEED + 1)];
    for (const node of first) {
      await api().create<Node>({
        ...kinds.node,
        metadata: { name: node.metadata.name },
        spec: {},
        status: {},
      });
      await setNodeState(api(), node);
    }
    for (const candidate of candidates) await api().create(daemonSetOf(candidate));
    const agree = async (state: readonly NodeObject[], before: ReadonlyMap<string, string>) => {
      await until(
        'the rule and the controller agree',
        async () => {
          await awaitSettled(api());
          expect(disagreements(state, candidates, { before, after: await readPods(api()) })).toEqual([]);
          return true;
        },
        30_000,
      );
      return readPods(api());
    };
    const before = await agree(first, new Map());
    for (const node of second) await setNodeState(api(), node);
    await requestAnotherLook(api(), candidates);
    await agree(second, before);
    for (const { name } of candidates) await api().delete(ref(kinds.daemonSet, name, 'default'));
    for (const name of NAMES) await api().delete(ref(kinds.node, name));
  }, 120_000);
}
