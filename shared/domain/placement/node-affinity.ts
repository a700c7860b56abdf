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

/** Reads one label; never an inherited property, none of which is a string: `constructor` is a valid label key. */
export function labelOf(labels: Labels | undefined, key: string): string | undefined {
  const value: unknown = labels?.[key];
  return typeof value === 'string' ? value : undefined;
}

/** Says why no term matches a node; `undefined` when one does. */
export type RequiredAffinity = (node: NodeObject) => readonly TermMismatch[] | undefined;

/**
 * Reads required node affinity once, to evaluate it on many nodes: terms are ORed, requirements ANDed, so one matching
 * term is enough; no terms at all match no node.
 *
 * A requirement that cannot be parsed spoils its own term only. That is what every release from 1.20 to 1.36 does.
 * Source: `LazyErrorNodeSelector.Match`, k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go.
 */
export function requiredAffinity(terms: readonly NodeSelectorTerm[]): RequiredAffinity {
  const rules = terms.map(readTerm);
  return (node) => {
    const mismatches: TermMismatch[] = [];
    for (const rule of rules) {
      const failing = failingRequirements(node, rule);
      if (failing.length === 0 && !rule.isEmpty) return undefined;
      mismatches.push({ index: rule.index, term: rule.term, failing });
    }
    return mismatches;
  };
}

interface Requirement {
  readonly field: RequirementMismatch['field'];
  readonly index: number;
  readonly requirement: NodeSelectorRequirement;
  /** Why it is no rule at all. */
  readonly unusable: string | undefined;
  /** Why it cannot be evaluated where it would be met. */
  readonly malformed: string | undefined;
}

interface Term {
  readonly index: number;
  readonly term: NodeSelectorTerm;
  readonly isEmpty: boolean;
  readonly requirements: readonly Requirement[];
}

function readTerm(term: NodeSelectorTerm, index: number): Term {
  const expressions = (term.matchExpressions ?? []).map((requirement, at): Requirement => {
    const [unusable, malformed] = [operatorError(requirement), syntaxError(requirement)];
    return { field: 'matchExpressions', index: at, requirement, unusable, malformed };
  });
  const fields = (term.matchFields ?? []).map((requirement, at): Requirement => {
    const unusable = fieldError(requirement);
    return { field: 'matchFields', index: at, requirement, unusable, malformed: undefined };
  });
  return { index, term, isEmpty: isEmptyTerm(term), requirements: [...expressions, ...fields] };
}

/** Tells whether a term says nothing; such a term is accepted by the API server and matches no node. */
export function isEmptyTerm(term: NodeSelectorTerm): boolean {
  return (term.matchExpressions ?? []).length === 0 && (term.matchFields ?? []).length === 0;
}

function failingRequirements(
  { metadata }: NodeObject,
  { requirements }: Term,
): readonly RequirementMismatch[] {
  const failing: RequirementMismatch[] = [];
  for (const { field, index, requirement, unusable, malformed } of requirements) {
    const isField = field === 'matchFields';
    const actual = isField ? fieldOf(metadata, requirement.key) : labelOf(metadata.labels, requirement.key);
    const isMet = matches(requirement, actual, isField);
    const invalid = unusable ?? (isMet ? malformed : undefined);
    if (isMet && invalid === undefined) continue;
    failing.push({ field, index, requirement, actual, invalid });
  }
  return failing;
}

function matches(
  requirement: NodeSelectorRequirement,
  actual: string | undefined,
  isField: boolean,
): boolean {
  return isField ? matchesField(requirement, actual) : matchesExpression(requirement, actual);
}

function fieldOf({ name }: NodeObject['metadata'], key: string): string | undefined {
  return key === 'metadata.name' ? name : undefined;
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
