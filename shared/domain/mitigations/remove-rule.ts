import { requiredAffinity, type TermMismatch } from '../placement/node-affinity.ts';
import type { NodeSelectorRequirement } from '../placement-objects.ts';
import type { Path } from './json-patch.ts';
import { PatchDraft } from './patch-draft.ts';
import {
  HOSTNAME,
  obstaclesOf,
  type PlacementChange,
  type PlacementTarget,
  policyTerms,
  REQUIRED,
  TERMS,
} from './placement-target.ts';
import { listed } from './wording.ts';

/**
 * Takes nodes out of a NotIn of the policy that names them, where nothing else keeps its term from matching. For one node
 * any other rule says more than this node: there a term of its own is the smaller change. One that excludes many is
 * taken out as it is: if too many come with them, the simulation says so.
 */
export function removeRule({ excluded, owner }: PlacementTarget): PlacementChange | undefined {
  if (obstaclesOf(excluded).some(({ kind }) => kind !== 'NodeAffinity')) return undefined;
  const terms = policyTerms(owner.policy);
  const affinity = requiredAffinity(terms);
  const mismatches = excluded.map(({ node }) => affinity(node) ?? []);
  for (const index of terms.keys()) {
    const rule = ruleIn(mismatches.map((all) => all[index]));
    if (rule === undefined || (excluded.length === 1 && !namesNode(rule.requirement))) continue;
    const paths = pathsToRemove(rule, terms.length);
    if (paths.length === 0) continue;
    const draft = new PatchDraft(owner.object);
    for (const path of paths) draft.removeTested([...owner.path, ...path]);
    return { code: 'RemovePlacementRule', draft, steps: [stepOf(rule)], caution: '' };
  }
  return undefined;
}

/** Takes a nodeSelector that excludes many nodes out of the policy: for one node it would open too much. */
export function removeSelector({ excluded, owner }: PlacementTarget): PlacementChange | undefined {
  const obstacles = obstaclesOf(excluded);
  const keys = obstacles.flatMap((it) => (it.kind === 'NodeSelector' ? [it.key] : []));
  if (excluded.length === 1 || keys.length < obstacles.length) return undefined;
  const draft = new PatchDraft(owner.object);
  for (const key of keys) draft.removeTested([...owner.path, 'nodeSelector', key]);
  const steps = [`take ${keys.join(', ')} out of the nodeSelector`];
  return { code: 'RemovePlacementRule', draft, steps, caution: '' };
}

/** The one requirement that keeps a term from matching every node. */
interface Rule {
  readonly mismatch: TermMismatch;
  readonly field: 'matchExpressions' | 'matchFields';
  readonly index: number;
  readonly requirement: NodeSelectorRequirement;
  /** What the nodes have, of a NotIn: values of it. */
  readonly actual: readonly string[];
}

function ruleIn(mismatches: readonly (TermMismatch | undefined)[]): Rule | undefined {
  const [mismatch] = mismatches;
  const failing = mismatches.flatMap((it) => it?.failing ?? []);
  const [first] = failing;
  if (mismatch === undefined || first === undefined || failing.length !== mismatches.length) return undefined;
  const { field, index, requirement } = first;
  if (!failing.every((it) => it.field === field && it.index === index && it.invalid === undefined))
    return undefined;
  const actual = [...new Set(failing.flatMap((it) => it.actual ?? []))];
  return { mismatch, field, index, requirement, actual };
}

/**
 * The least that must go: the values, or their requirement, because a NotIn without values is invalid, or the whole
 * required affinity, because a term without requirements matches no node; beside other terms that would open too much.
 * Values are in the order in which they can be removed, the last first.
 */
function pathsToRemove(
  { mismatch, field, index, requirement, actual }: Rule,
  terms: number,
): readonly Path[] {
  const { index: at, term } = mismatch;
  const path: Path = [...TERMS, at, field, index];
  const { operator, values = [] } = requirement;
  const places = actual.map((value) => values.indexOf(value)).sort((left, right) => right - left);
  if (operator === 'NotIn' && places.length < values.length)
    return places.map((place) => [...path, 'values', place]);
  const size = (term.matchExpressions ?? []).length + (term.matchFields ?? []).length;
  if (size > 1) return [path];
  return terms === 1 ? [REQUIRED] : [];
}

function stepOf({ requirement: { key, operator, values = [] }, actual }: Rule): string {
  const place = 'in the required node affinity';
  if (operator === 'NotIn') return `take ${listed(actual)} out of '${key} NotIn' ${place}`;
  return `take '${key} ${operator} [${listed(values)}]' out of the required node affinity`;
}

function namesNode({ key, operator }: NodeSelectorRequirement): boolean {
  return operator === 'NotIn' && (key === HOSTNAME || key === 'metadata.name');
}
