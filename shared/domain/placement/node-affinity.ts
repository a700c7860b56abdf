import type { NodeObject } from '../objects.ts';
import type { NodeSelectorRequirement, NodeSelectorTerm } from '../placement-objects.ts';
import { labelKeyError, labelValueError, parseInt64 } from './label-syntax.ts';

/** A requirement that keeps its term from matching a node. */
export interface RequirementMismatch {
  readonly field: 'matchExpressions' | 'matchFields';
  /** Its place in that list. */
  readonly index: number;
  readonly requirement: NodeSelectorRequirement;
  /** The node's value for the key; absent when the node has none. */
  readonly actual: string | undefined;
  /** Why the requirement, which would be met or is no rule at all, cannot be evaluated: then its term matches no node. */
  readonly invalid: string | undefined;
}

/** A term that does not match a node, with every requirement that fails. */
export interface TermMismatch {
  /** Its place in `nodeSelectorTerms`. */
  readonly index: number;
  readonly term: NodeSelectorTerm;
  /** Empty when the term is: a term without requirements matches no node. */
  readonly failing: readonly RequirementMismatch[];
}

type Labels = Readonly<Record<string, string>>;

/** Reads one label; never an inherited property, `constructor` is a valid label key. */
export function labelOf(labels: Labels | undefined, key: string): string | undefined {
  return labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/**
 * Evaluates required node affinity: terms are ORed, requirements ANDed, so one matching term is enough. Answers
 * `undefined` when a term matches, else why each does not; no terms at all match no node.
 *
 * A requirement that cannot be parsed spoils its own term only. That is what every release from 1.20 to 1.36 does.
 * Source: `LazyErrorNodeSelector.Match`, k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go.
 */
export function affinityMismatch(
  node: NodeObject,
  terms: readonly NodeSelectorTerm[],
): readonly TermMismatch[] | undefined {
  const mismatches: TermMismatch[] = [];
  for (const [index, term] of terms.entries()) {
    const failing = failingRequirements(node, term);
    if (failing.length === 0 && !isEmptyTerm(term)) return undefined;
    mismatches.push({ index, term, failing });
  }
  return mismatches;
}

/** Tells whether a term says nothing; such a term is accepted by the API server and matches no node. */
export function isEmptyTerm(term: NodeSelectorTerm): boolean {
  return (term.matchExpressions ?? []).length === 0 && (term.matchFields ?? []).length === 0;
}

function failingRequirements(node: NodeObject, term: NodeSelectorTerm): readonly RequirementMismatch[] {
  const failing: RequirementMismatch[] = [];
  term.matchExpressions?.forEach((requirement, index) => {
    const actual = labelOf(node.metadata.labels, requirement.key);
    const isMet = matchesExpression(requirement, actual);
    // The syntax decides only about what would match; reading it every time doubles the cost of a decision.
    const invalid = operatorError(requirement) ?? (isMet ? syntaxError(requirement) : undefined);
    if (isMet && invalid === undefined) return;
    failing.push({ field: 'matchExpressions', index, requirement, actual, invalid });
  });
  term.matchFields?.forEach((requirement, index) => {
    const actual = requirement.key === 'metadata.name' ? node.metadata.name : undefined;
    const invalid = fieldError(requirement);
    if (matchesField(requirement, actual) && invalid === undefined) return;
    failing.push({ field: 'matchFields', index, requirement, actual, invalid });
  });
  return failing;
}

/** Source: `Requirement.Matches`, k8s.io/apimachinery/pkg/labels/selector.go. */
function matchesExpression(
  { operator, values = [] }: NodeSelectorRequirement,
  actual: string | undefined,
): boolean {
  switch (operator) {
    case 'In':
      return actual !== undefined && values.includes(actual);
    case 'NotIn':
      return actual === undefined || !values.includes(actual);
    case 'Exists':
      return actual !== undefined;
    case 'DoesNotExist':
      return actual === undefined;
    default:
      return actual !== undefined && matchesComparison(operator, values[0] ?? '', actual);
  }
}

/** Both sides must be 64-bit integers; a label that is none, such as `5.0`, matches neither `Gt` nor `Lt`. */
function matchesComparison(operator: string, bound: string, actual: string): boolean {
  const left = parseInt64(actual);
  const right = parseInt64(bound);
  if (left === undefined || right === undefined) return false;
  return operator === 'Gt' ? left > right : left < right;
}

/** Source: `nodeSelectorRequirementsAsFieldSelector`, nodeaffinity.go: an unknown field has the empty value. */
function matchesField(
  { operator, values = [] }: NodeSelectorRequirement,
  actual: string | undefined,
): boolean {
  return (operator === 'In') === (values[0] === (actual ?? ''));
}

/** Tells why operator and values do not go together. Source: `NewRequirement`, labels/selector.go. */
function operatorError({ operator, values = [] }: NodeSelectorRequirement): string | undefined {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length === 0 ? `${operator} needs at least one value` : undefined;
    case 'Exists':
    case 'DoesNotExist':
      return values.length > 0 ? `${operator} takes no values` : undefined;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) return `${operator} needs exactly one value`;
      return firstError(values, integerError);
    default:
      return `unknown operator '${operator}'`;
  }
}

/** Tells why key or values are no label: so `Gt` with `-1` matches nothing. Source: `NewRequirement` as well. */
function syntaxError({ key, values = [] }: NodeSelectorRequirement): string | undefined {
  return labelKeyError(key) ?? firstError(values, labelValueError);
}

function fieldError({ operator, values = [] }: NodeSelectorRequirement): string | undefined {
  if (operator !== 'In' && operator !== 'NotIn') return `unknown operator '${operator}' for a field`;
  return values.length === 1 ? undefined : `${operator} on a field needs exactly one value`;
}

function integerError(text: string): string | undefined {
  return parseInt64(text) === undefined ? `'${text}' is not a 64-bit integer` : undefined;
}

function firstError(
  texts: readonly string[],
  check: (text: string) => string | undefined,
): string | undefined {
  for (const text of texts) {
    const error = check(text);
    if (error !== undefined) return error;
  }
  return undefined;
}
