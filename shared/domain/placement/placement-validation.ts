import type {
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodPlacement,
  Taint,
  Toleration,
} from '../placement-objects.ts';
import { labelKeyError, labelValueError, parseInt64, subdomainError } from './label-syntax.ts';
import { isEmptyTerm } from './node-affinity.ts';

/** Something wrong with a placement. */
export interface PlacementFinding {
  /** The field, as the API server names it, relative to the placement: `tolerations[0].operator`. */
  readonly path: string;
  /** One sentence: what is wrong. */
  readonly message: string;
  /**
   * `Refused`: the API server of Kubernetes 1.36 refuses it. `NeverMatches`: it is accepted, but no node can ever match
   * the term: a term without requirements, or `Gt` or `Lt` with a word.
   */
  readonly consequence: 'Refused' | 'NeverMatches';
}

type Check = (text: string) => string | undefined;
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/**
 * Names everything in a placement that the API server would refuse, or accept although it can never match, with its
 * path. Empty when there is nothing to say.
 *
 * Label values in affinity (such as `-1`) are refused by recent releases only; 1.20 accepts them, and the term never
 * matches. Source: `ValidatePodSpec` and what it calls, pkg/apis/core/validation/validation.go.
 */
export function validatePlacement(placement: PodPlacement): readonly PlacementFinding[] {
  const { nodeName, nodeSelector, affinity, tolerations } = placement;
  return [
    ...(nodeName ? refuse('nodeName', subdomainError(nodeName)) : []),
    ...Object.entries(nodeSelector ?? {}).flatMap(([key, value]) =>
      refuse(`nodeSelector[${key}]`, labelKeyError(key) ?? labelValueError(value)),
    ),
    ...validateRequiredAffinity(affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    ...(tolerations ?? []).flatMap((toleration, index) =>
      validateToleration(toleration, `tolerations[${index}]`),
    ),
  ];
}

/**
 * Names the taints of a node, read from a dump, that no API server would have accepted. One with an unknown effect
 * stops nothing. Source: `validateNodeTaints`, pkg/apis/core/validation/validation.go.
 */
export function validateTaints(taints: readonly Taint[] = []): readonly PlacementFinding[] {
  return taints.flatMap(({ key, value = '', effect }, index) => [
    ...refuse(`spec.taints[${index}].key`, labelKeyError(key)),
    ...refuse(`spec.taints[${index}].value`, labelValueError(value)),
    ...refuse(`spec.taints[${index}].effect`, effectError(effect)),
  ]);
}

function validateRequiredAffinity(
  required: { readonly nodeSelectorTerms?: readonly NodeSelectorTerm[] | undefined } | undefined,
): readonly PlacementFinding[] {
  if (required === undefined) return [];
  const path = 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  const terms = required.nodeSelectorTerms ?? [];
  if (terms.length === 0) return refuse(path, 'needs at least one term');
  return terms.flatMap((term, index) => validateTerm(term, `${path}[${index}]`));
}

function validateTerm(term: NodeSelectorTerm, path: string): readonly PlacementFinding[] {
  if (isEmptyTerm(term)) return neverMatches(path, 'a term without requirements matches no node');
  const { matchExpressions = [], matchFields = [] } = term;
  return [
    ...matchExpressions.flatMap((item, index) =>
      validateExpression(item, `${path}.matchExpressions[${index}]`),
    ),
    ...matchFields.flatMap((item, index) => validateField(item, `${path}.matchFields[${index}]`)),
  ];
}

function validateExpression(requirement: NodeSelectorRequirement, path: string): readonly PlacementFinding[] {
  const { key, values = [] } = requirement;
  return [
    ...validateOperator(requirement, path),
    ...refuse(`${path}.key`, labelKeyError(key)),
    ...refuseEach(`${path}.values`, values, labelValueError),
  ];
}

function validateOperator(
  { operator, values = [] }: NodeSelectorRequirement,
  path: string,
): readonly PlacementFinding[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length === 0 ? refuse(`${path}.values`, `${operator} needs at least one value`) : [];
    case 'Exists':
    case 'DoesNotExist':
      return values.length > 0 ? refuse(`${path}.values`, `${operator} takes no values`) : [];
    case 'Gt':
    case 'Lt':
      return validateComparison(operator, values, `${path}.values`);
    default:
      return refuse(`${path}.operator`, `unknown operator '${operator}'`);
  }
}

function validateComparison(
  operator: string,
  values: readonly string[],
  path: string,
): readonly PlacementFinding[] {
  const [value] = values;
  if (value === undefined || values.length > 1) return refuse(path, `${operator} needs exactly one value`);
  if (parseInt64(value) !== undefined) return [];
  return neverMatches(`${path}[0]`, `'${value}' is not a 64-bit integer: ${operator} matches no node`);
}

function validateField(
  { key, operator, values = [] }: NodeSelectorRequirement,
  path: string,
): readonly PlacementFinding[] {
  const isKnown = operator === 'In' || operator === 'NotIn';
  return [
    ...(isKnown ? [] : refuse(`${path}.operator`, `unknown operator '${operator}' for a field`)),
    ...(isKnown && values.length !== 1
      ? refuse(`${path}.values`, `${operator} on a field needs exactly one value`)
      : []),
    ...(key === 'metadata.name'
      ? refuseEach(`${path}.values`, values, subdomainError)
      : refuse(`${path}.key`, `unknown field '${key}': only metadata.name can be matched`)),
  ];
}

function validateToleration(
  { key, operator, value = '', effect }: Toleration,
  path: string,
): readonly PlacementFinding[] {
  return [
    ...(key ? refuse(`${path}.key`, labelKeyError(key)) : []),
    ...(key || operator === 'Exists'
      ? []
      : refuse(`${path}.operator`, 'must be Exists when the key is empty')),
    ...refuse(`${path}.operator`, tolerationOperatorError(operator, value)),
    ...(effect ? refuse(`${path}.effect`, effectError(effect)) : []),
  ];
}

function tolerationOperatorError(operator: string | undefined, value: string): string | undefined {
  if (!operator || operator === 'Equal') return labelValueError(value);
  if (operator !== 'Exists') return `unknown operator '${operator}'`;
  return value === '' ? undefined : 'Exists takes no value';
}

function effectError(effect: string): string | undefined {
  return EFFECTS.includes(effect) ? undefined : `unknown effect '${effect}'`;
}

function refuse(path: string, message: string | undefined): readonly PlacementFinding[] {
  return message === undefined ? [] : [{ path, message, consequence: 'Refused' }];
}

function refuseEach(path: string, texts: readonly string[], check: Check): readonly PlacementFinding[] {
  return texts.flatMap((text, index) => refuse(`${path}[${index}]`, check(text)));
}

function neverMatches(path: string, message: string): readonly PlacementFinding[] {
  return [{ path, message, consequence: 'NeverMatches' }];
}
