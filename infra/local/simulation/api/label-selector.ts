import { badRequest } from './api-status.ts';

/** Whether an object's labels satisfy a selector. */
export type LabelMatch = (labels: Readonly<Record<string, string>> | undefined) => boolean;

interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';
  readonly values: readonly string[];
}

const SET = /^([^\s!=<>,()]+)\s+(in|notin)\s*\(([^()]*)\)$/;
const EQUALITY = /^([^\s!=<>,()]+)\s*(==|=|!=|>|<)\s*([^\s!=<>,()]*)$/;
const EXISTENCE = /^(!?)\s*([^\s!=<>,()]+)$/;

/**
 * Reads a label selector as it stands in a query: `a=b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, `a>1`.
 *
 * @throws ApiStatusError 400, as the server refuses it
 * Source: apimachinery `pkg/labels/selector.go`
 */
export function parseLabelSelector(text: string): LabelMatch {
  const requirements = split(text).map(parseRequirement);
  return (labels = {}) => requirements.every((requirement) => satisfies(requirement, labels));
}

/** A selector as DaemonSets have it. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

const OPERATORS: Readonly<Record<string, Requirement['operator']>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

/** Makes of a selector object what matches. */
export function labelSelectorMatch({ matchLabels = {}, matchExpressions = [] }: LabelSelector): LabelMatch {
  const requirements: Requirement[] = [
    ...Object.entries(matchLabels).map(([key, value]) => ({ key, operator: 'in' as const, values: [value] })),
    ...matchExpressions.map(({ key, operator, values = [] }) => ({
      key,
      operator: OPERATORS[operator] ?? ('exists' as const),
      values,
    })),
  ];
  return (labels = {}) => requirements.every((requirement) => satisfies(requirement, labels));
}

/** At commas outside of parentheses. */
function split(text: string): readonly string[] {
  return text.trim() === '' ? [] : text.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function parseRequirement(text: string): Requirement {
  const set = SET.exec(text);
  if (set !== null) return readSet(set);
  const equality = EQUALITY.exec(text);
  if (equality !== null) return readEquality(equality);
  const [, not, key] = EXISTENCE.exec(text) ?? [];
  if (key === undefined) throw badRequest(`unable to parse requirement: ${complaint(text)}`);
  return { key, operator: not === '!' ? '!' : 'exists', values: [] };
}

/** The server's own words where it is the usual slip: a set without its parenthesis. */
function complaint(text: string): string {
  const [, , after = ''] = /^\S+\s+(in|notin)\s*(.*)$/.exec(text) ?? [];
  const found = after.split(/[\s,]/)[0] ?? '';
  return /\s(in|notin)\b/.test(text) ? `found '${found}' expected: '('` : `found '${text}'`;
}

function readSet([, key = '', operator, list = '']: RegExpExecArray): Requirement {
  const values = list.split(',').map((value) => value.trim());
  return { key, operator: operator === 'in' ? 'in' : 'notin', values };
}

function readEquality([, key = '', sign, value = '']: RegExpExecArray): Requirement {
  if (sign === '>' || sign === '<') return { key, operator: sign === '>' ? 'gt' : 'lt', values: [value] };
  return { key, operator: sign === '!=' ? 'notin' : 'in', values: [value] };
}

function satisfies(
  { key, operator, values }: Requirement,
  labels: Readonly<Record<string, string>>,
): boolean {
  const actual = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'in':
      return actual !== undefined && values.includes(actual);
    case 'notin':
      return actual === undefined || !values.includes(actual);
    case 'exists':
      return actual !== undefined;
    case '!':
      return actual === undefined;
    case 'gt':
      return Number(actual) > Number(values[0]);
    case 'lt':
      return Number(actual) < Number(values[0]);
  }
}
