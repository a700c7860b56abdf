import { requiredAffinity, type TermMismatch } from '../placement/node-affinity.ts';
import type { NodeSelectorRequirement } from '../placement-objects.ts';
import { PatchDraft, type Path } from './json-patch.ts';
import {
  HOSTNAME,
  type PlacementChange,
  type PlacementTarget,
  policyTerms,
  REQUIRED,
  TERMS,
} from './placement-target.ts';

/**
 * Takes the node out of a NotIn of the policy that names it, where nothing else keeps its term from matching. Any
 * other value of a NotIn names more than this node: there a term of its own is the smaller change.
 */
export function removeRule({ node, owner, obstacles }: PlacementTarget): PlacementChange | undefined {
  if (obstacles.some(({ kind }) => kind !== 'NodeAffinity')) return undefined;
  const terms = policyTerms(owner.policy);
  for (const mismatch of requiredAffinity(terms)(node) ?? []) {
    const [only] = mismatch.failing;
    const path = pathToRemove(mismatch, terms.length);
    if (path === undefined || only === undefined) continue;
    const draft = new PatchDraft(owner.object);
    draft.removeTested([...owner.path, ...path]);
    const steps = [
      `take ${only.actual} out of '${only.requirement.key} NotIn' in the required node affinity`,
    ];
    return { code: 'RemovePlacementRule', draft, steps, caution: '' };
  }
  return undefined;
}

/**
 * The least that must go: the value, or its requirement, because a NotIn without values is invalid, or the whole
 * required affinity, because a term without requirements matches no node; beside other terms that would open too much.
 */
function pathToRemove({ index, term, failing }: TermMismatch, terms: number): Path | undefined {
  const [only, second] = failing;
  if (only === undefined || second !== undefined || !namesNode(only.requirement)) return undefined;
  const requirement: Path = [...TERMS, index, only.field, only.index];
  const { values = [] } = only.requirement;
  if (values.length > 1) return [...requirement, 'values', values.indexOf(only.actual ?? '')];
  const size = (term.matchExpressions ?? []).length + (term.matchFields ?? []).length;
  if (size > 1) return requirement;
  return terms === 1 ? REQUIRED : undefined;
}

function namesNode({ key, operator }: NodeSelectorRequirement): boolean {
  return operator === 'NotIn' && (key === HOSTNAME || key === 'metadata.name');
}
