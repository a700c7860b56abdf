import {
  type GoneVmi,
  type Incident,
  type IncidentState,
  type IncidentVmi,
  type IncidentWorkload,
  MAX_NAMED,
  type Severity,
  VMI_FATES,
  type VmiFate,
} from './incident.ts';
import type { Observation } from './observation.ts';

/** The VMIs that left the node in this episode so far, with what became of them; the last MAX_NAMED. */
export function goneSince(previous: Incident, seen: Observation): readonly GoneVmi[] {
  // A list that was cut short says nothing of what is not in it.
  if (seen.vmiCount > seen.vmis.length) return previous.goneVmis;
  const here = new Set(seen.vmis.map(({ uid }) => uid));
  const known = new Set(previous.goneVmis.map(({ uid }) => uid));
  const gone = previous.vmis.filter(({ uid }) => !here.has(uid) && !known.has(uid));
  const stillGone = previous.goneVmis.filter(({ uid }) => !here.has(uid));
  return [...stillGone, ...gone.map((vmi) => withFate(vmi, seen))].slice(-MAX_NAMED);
}

function withFate(vmi: IncidentVmi, { ended }: Observation): GoneVmi {
  return {
    ...vmi,
    fate: VMI_FATES.find((fate) => fate === ended.get(vmi.uid)) ?? ('Gone' satisfies VmiFate),
  };
}

/** `info` before it is open, then `warning`; `critical` once a VMI has failed. */
export function severityOf(state: IncidentState, goneVmis: readonly GoneVmi[]): Severity {
  if (goneVmis.some(({ fate }) => fate === 'Failed')) return 'critical';
  return state === 'Open' || state === 'Resolved' ? 'warning' : 'info';
}

/** The severities that an incident of a state can have, see `severityOf`. */
export function severitiesOf(state: IncidentState): readonly Severity[] {
  return [severityOf(state, []), 'critical'];
}

/** The workload alone, without what else an observation says. */
export function workloadOnly(seen: IncidentWorkload): IncidentWorkload {
  const { vmis, vmiCount, launcherPods, launcherPodCount } = seen;
  return { vmis, vmiCount, launcherPods, launcherPodCount };
}
