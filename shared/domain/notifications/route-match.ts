import type { CauseCode } from '../causes/cause.ts';
import { matchesGlob } from '../glob.ts';
import type { IncidentState, Severity } from '../incidents/incident.ts';

/** What of an incident decides who is told. */
export interface RouteSubject {
  readonly node: string;
  /** `undefined`: the node is gone, or could not be read. */
  readonly nodeLabels: Readonly<Record<string, string>> | undefined;
  readonly state: IncidentState;
  readonly severity: Severity;
  /** All of them, the primary first. */
  readonly causes: readonly CauseCode[];
  /** The namespaces of its VMIs. */
  readonly vmiNamespaces: readonly string[];
}

/** What a label must be: there at all, or one of these values. */
export type LabelValues = '*' | readonly string[];

/** Conditions: all that are given must hold. Each holds when one of its values fits. */
export interface RouteMatch {
  readonly severities?: readonly Severity[] | undefined;
  readonly states?: readonly IncidentState[] | undefined;
  /** Fits when it is any of the incident's causes, not only the primary one. */
  readonly causes?: readonly CauseCode[] | undefined;
  /** Patterns, see `matchesGlob`. */
  readonly nodes?: readonly string[] | undefined;
  /** Every key must fit. As `In` and `Exists` of a Kubernetes label selector. */
  readonly nodeLabels?: Readonly<Record<string, LabelValues>> | undefined;
  /** Patterns; fits when any VMI of the incident is in such a namespace. */
  readonly vmiNamespaces?: readonly string[] | undefined;
}

/** A condition that holds or does not, in words. */
export interface Condition {
  readonly holds: boolean;
  readonly why: string;
}

/** So many names are listed in an explanation. */
const LISTED = 5;

/** Every condition with its outcome; it is a match when all hold. None when nothing is asked. */
export function matchConditions(match: RouteMatch, subject: RouteSubject): readonly Condition[] {
  const { severities, states, causes, nodes, nodeLabels, vmiNamespaces } = match;
  return [
    ...optional(severities, (wanted) => among('severity', [subject.severity], wanted)),
    ...optional(states, (wanted) => among('state', [subject.state], wanted)),
    ...optional(causes, (wanted) => among('cause', subject.causes, wanted)),
    ...optional(nodes, (wanted) => among('node', [subject.node], wanted)),
    ...optional(vmiNamespaces, (wanted) => among('VMI namespace', subject.vmiNamespaces, wanted)),
    ...Object.entries(nodeLabels ?? {}).map(([key, values]) =>
      labelCondition(key, values, subject.nodeLabels),
    ),
  ];
}

export function isMatch(match: RouteMatch, subject: RouteSubject): boolean {
  return matchConditions(match, subject).every(({ holds }) => holds);
}

function optional<T>(wanted: T | undefined, judge: (wanted: T) => Condition): readonly Condition[] {
  return wanted === undefined ? [] : [judge(wanted)];
}

/** Whether one of `actual` is as one of `patterns` says. Words such as severities are patterns without a `*`. */
function among(what: string, actual: readonly string[], patterns: readonly string[]): Condition {
  const asked = list(patterns);
  if (actual.length === 0)
    return { holds: false, why: `there is no ${what} to be ${oneOf(asked, patterns)}` };
  const found = actual.find((it) => patterns.some((pattern) => matchesGlob(pattern, it)));
  if (found !== undefined) return { holds: true, why: `${what} ${found} is ${oneOf(asked, patterns)}` };
  return {
    holds: false,
    why: `${what} ${list(actual)} is ${patterns.length === 1 ? 'not' : 'none of'} ${asked}`,
  };
}

function labelCondition(key: string, values: LabelValues, labels: RouteSubject['nodeLabels']): Condition {
  if (labels === undefined) return { holds: false, why: `the node's labels are not known, so ${key} is not` };
  if (!Object.hasOwn(labels, key)) return { holds: false, why: `the node has no label ${key}` };
  const actual = labels[key] ?? '';
  if (values === '*') return { holds: true, why: `the node has a label ${key}` };
  const holds = values.includes(actual);
  const relation = holds ? oneOf(list(values), values) : `none of ${list(values)}`;
  return { holds, why: `node label ${key}=${actual} is ${relation}` };
}

function oneOf(asked: string, of: readonly string[]): string {
  return of.length === 1 ? asked : `one of ${asked}`;
}

function list(items: readonly string[]): string {
  const more = items.length - LISTED;
  const named = items
    .slice(0, LISTED)
    .map((it) => it || '""')
    .join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}
