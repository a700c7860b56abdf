import type { Incident, IncidentCause, IncidentDiagnosis } from '../domain/incidents/incident.ts';
import { type EpochMs, formatTimestamp } from '../domain/units.ts';
import type { IncidentData } from './incident-data.ts';
import { SizeBudget } from './size-budget.ts';

/**
 * What all lists of an event may have together. With everything else that leaves an event below 64 KiB, which is what
 * every intermediary must forward. Source: CloudEvents 1.0, section "Size Limits".
 */
const MAX_LIST_BYTES = 56 * 1_024;

/** Longest summary in an event: it may quote what somebody else wrote, such as the message of an image pull. */
const MAX_SUMMARY_CHARACTERS = 1_000;

/**
 * An incident as events tell it. Where its lists do not fit into an event, causes come first, then what would help, then
 * VMIs that are gone, VMIs, and launcher pods; the counts are always those of the incident.
 */
export function toIncidentData(incident: Incident, uid: string): IncidentData {
  const budget = new SizeBudget(MAX_LIST_BYTES);
  const { node, nodeUid, episode, revision, state, severity, since, resolution, diagnosis } = incident;
  // In the order of what an event can least do without.
  const causes = budget.takeFirst(incident.causes.map(toCause));
  const found = diagnosis && toDiagnosis(diagnosis, budget);
  const goneVmis = budget.takeLast(incident.goneVmis);
  const vmis = budget.takeFirst(incident.vmis);
  const launcherPods = budget.takeFirst(incident.launcherPods);
  return {
    node: { name: node, uid: nodeUid },
    incident: {
      uid,
      episode,
      revision,
      state,
      severity,
      since: formatTimestamp(since),
      ...optionalTime('openedAt', incident.openedAt),
      ...optionalTime('resolvedAt', incident.resolvedAt),
      ...(resolution === undefined ? {} : { resolution }),
    },
    causes,
    vmis,
    vmiCount: incident.vmiCount,
    launcherPods,
    launcherPodCount: incident.launcherPodCount,
    goneVmis,
    ...(found === undefined ? {} : { diagnosis: found }),
  };
}

function toCause({ code, certainty, origin, summary }: IncidentCause): IncidentCause {
  return { code, certainty, origin, summary: clipped(summary) };
}

/** Causes first, so that no command keeps a cause out. */
function toDiagnosis(
  { diagnosedAt, causes }: IncidentDiagnosis,
  budget: SizeBudget,
): NonNullable<IncidentData['diagnosis']> {
  const named = budget.takeFirst(causes.map(toCause));
  return {
    diagnosedAt: formatTimestamp(diagnosedAt),
    causes: named.map((cause, index) => ({
      ...cause,
      mitigations: budget.takeFirst(causes[index]?.mitigations ?? []),
    })),
  };
}

function clipped(summary: string): string {
  if (summary.length <= MAX_SUMMARY_CHARACTERS) return summary;
  // By code points: half a character is none.
  const characters = [...summary].slice(0, MAX_SUMMARY_CHARACTERS - 1);
  return `${characters.join('')}…`;
}

function optionalTime<Name extends string>(
  name: Name,
  time: EpochMs | undefined,
): { readonly [N in Name]?: string } {
  return time === undefined ? {} : ({ [name]: formatTimestamp(time) } as { [N in Name]: string });
}
