import { nearest } from '../../shared/config/nearest.ts';
import { CAUSE_CODES, type CauseCode } from '../../shared/domain/causes/cause.ts';
import {
  INCIDENT_STATES,
  type IncidentState,
  SEVERITIES,
  type Severity,
} from '../../shared/domain/incidents/incident.ts';
import type { RouteSubject } from '../../shared/domain/notifications/route-match.ts';
import {
  labelKeyError,
  labelValueError,
  subdomainError,
} from '../../shared/domain/placement/label-syntax.ts';
import { type EpochMs, parseTimestamp } from '../../shared/domain/units.ts';
import { UsageError } from '../../shared/errors/errors.ts';

/** The incident that flags describe. */
export interface SubjectOptions {
  readonly node: string;
  readonly nodeLabel?: Readonly<Record<string, string>>;
  readonly state: IncidentState;
  readonly severity?: Severity;
  readonly cause?: readonly CauseCode[];
  readonly vmiNamespace?: readonly string[];
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** The incident, with what is usual where nothing was said. */
export function toSubject(options: SubjectOptions): RouteSubject {
  const { node, state, cause: causes = ['Unknown'], vmiNamespace: vmiNamespaces = [] } = options;
  // Nothing is known of a node that is gone.
  const usualLabels = causes.includes('NodeMissing') ? undefined : {};
  return {
    node,
    nodeLabels: options.nodeLabel ?? usualLabels,
    state,
    severity: options.severity ?? (state === 'Open' || state === 'Resolved' ? 'warning' : 'info'),
    causes,
    vmiNamespaces,
  };
}

/** @throws UsageError that lists what is allowed */
export function parseCause(text: string, known: readonly CauseCode[] = []): readonly CauseCode[] {
  return [...known, oneOf('--cause', CAUSE_CODES, text)];
}

/** @throws UsageError that lists what is allowed */
export function parseSeverity(text: string): Severity {
  return oneOf('--severity', SEVERITIES, text);
}

/** @throws UsageError that lists what is allowed */
export function parseState(text: string): IncidentState {
  return oneOf('--state', INCIDENT_STATES, text);
}

/** @throws UsageError when no node can have the name */
export function parseNode(text: string): string {
  return refuse('--node', text, subdomainError(text));
}

/** @throws UsageError when no namespace can have the name */
export function parseNamespace(text: string, known: readonly string[] = []): readonly string[] {
  return [...known, refuse('--vmi-namespace', text, subdomainError(text))];
}

/** Reads `KEY=VALUE`. @throws UsageError when no node can have the label */
export function parseNodeLabel(
  text: string,
  known: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, key = '', value = ''] = /^([^=]+)=([^=]*)$/.exec(text) ?? [];
  refuse(
    '--node-label',
    text,
    key === '' ? 'it is not KEY=VALUE' : (labelKeyError(key) ?? labelValueError(value)),
  );
  return { ...known, [key]: value };
}

/** @throws UsageError when it is no RFC 3339 time */
export function parseTime(text: string): EpochMs {
  const time = TIME.test(text) ? parseTimestamp(text) : undefined;
  if (time !== undefined) return time;
  throw new UsageError(`--at '${text}' is no time`, 'For instance: --at 2026-11-30T22:15:00+01:00.');
}

function oneOf<T extends string>(flag: string, allowed: readonly T[], text: string): T {
  const found = allowed.find((it) => it === text);
  if (found !== undefined) return found;
  const meant = nearest(text, allowed);
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  throw new UsageError(`${flag} '${text}' does not exist${hint}`, `Allowed: ${allowed.join(', ')}.`);
}

function refuse(flag: string, text: string, wrong: string | undefined): string {
  if (wrong === undefined) return text;
  throw new UsageError(`${flag} '${text}': ${wrong}`, 'See kubevirt-orphans route --help for examples.');
}
