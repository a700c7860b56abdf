import pc from 'picocolors';
import type { AuditCompletedData, AuditScope } from '../../../shared/events/audit-events.ts';
import { TYPE_PREFIX } from '../../../shared/events/define-event.ts';
import type { IncidentData } from '../../../shared/events/incident-data.ts';
import type { ProductEvent } from '../../../shared/events/product-event.ts';
import type { RemediationData } from '../../../shared/events/reaction-events.ts';

/** How many VMIs a line names. */
const MAX_SHOWN = 3;
const TYPE_WIDTH = 'incident.suspected'.length;

/**
 * One of our events as a line for people: when, what, which node, and what is to be said of it.
 *
 * @returns a line with its end; empty for what only programs want to know: that an audit was asked for, and one of
 *   unsettled incidents that found none
 */
export function toEventLine(event: ProductEvent, color: boolean): string {
  const name = shortNameOf(event.type);
  if (name === 'audit.requested' || isIdleTick(name, event.data)) return '';
  const { bold, dim, red, yellow, green } = pc.createColors(color);
  const paint = { critical: red, warning: yellow }[event.severity ?? ''] ?? ((text: string) => text);
  const tint = name === 'incident.resolved' ? green : paint;
  const what = tint(bold(name.padEnd(TYPE_WIDTH)));
  return `${dim(event.time.slice(11, 19))} ${what} ${[event.node, ...saying(name, event)].filter(Boolean).join('  ')}\n`;
}

/** Of a type of ours: without what all of them begin and end with. */
export function shortNameOf(type: string): string {
  return type.slice(TYPE_PREFIX.length).replace(/\.v\d+$/, '');
}

function isIdleTick(name: string, data: unknown): boolean {
  if (name !== 'audit.completed') return false;
  const { scope, nodesJudged } = data as AuditCompletedData;
  return scope === 'unsettled' && nodesJudged === 0;
}

function saying(name: string, event: ProductEvent): readonly string[] {
  if (name.startsWith('incident.')) return ofIncident(name, event.data as IncidentData);
  if (name.startsWith('remediation.')) return ofRemediation(name, event.data as RemediationData);
  if (name === 'audit.completed') return ofAudit(event.data as AuditCompletedData);
  return [];
}

/** The plan; what keeps it from being carried out while it is only proposed, else who wants it so; and why it ended. */
function ofRemediation(name: string, { plan, gates, by, reason }: RemediationData): readonly string[] {
  const steps = plan.steps.map(({ code }) => code).join('+');
  const closed = gates.filter(({ open }) => !open).map(({ code }) => code);
  const waits = name === 'remediation.proposed' && closed.length > 0 ? `closed: ${closed.join(', ')}` : '';
  const who = by === '' ? '' : `by ${by}`;
  return [
    `${steps} (${plan.mode})`,
    name === 'remediation.proposed' ? waits : who,
    reason?.message ?? '',
  ].filter((part) => part !== '');
}

const SCOPES: Readonly<Record<AuditScope, string>> = { all: 'every node', unsettled: 'unsettled nodes' };

function ofAudit({ scope, nodesByVerdict, problems }: AuditCompletedData): readonly string[] {
  const counts = Object.entries(nodesByVerdict).filter(([, count]) => count > 0);
  const verdicts = counts.map(([verdict, count]) => `${count} ${verdict}`).join(', ');
  const unread = problems.map(({ message }) => message);
  return [`${SCOPES[scope]}: ${verdicts || 'there is none'}`, ...unread];
}

function ofIncident(
  name: string,
  { incident, causes, vmis, vmiCount, goneVmis, diagnosis }: IncidentData,
): readonly string[] {
  const shown = vmis.slice(0, MAX_SHOWN).map((vmi) => `${vmi.namespace}/${vmi.name}`);
  const more = vmiCount > shown.length ? [`and ${vmiCount - shown.length} more`] : [];
  const workload = vmiCount === 0 ? 'no VMIs' : `VMIs ${[...shown, ...more].join(', ')}`;
  if (name === 'incident.resolved') {
    const lost = goneVmis.length === 0 ? '' : `; ${goneVmis.length} VMIs gone meanwhile`;
    return [`${incident.resolution}: ${workload}${lost}`];
  }
  if (name === 'incident.diagnosed') return ofDiagnosis(diagnosis);
  const [cause] = causes;
  return [workload, cause === undefined ? '' : `${cause.code} (${cause.certainty})`];
}

function ofDiagnosis(diagnosis: IncidentData['diagnosis']): readonly string[] {
  const [cause] = diagnosis?.causes ?? [];
  if (cause === undefined) return [];
  const [mitigation] = cause.mitigations;
  return [`${cause.code}: ${cause.summary}`, mitigation === undefined ? '' : `Try: ${mitigation.command}`];
}
