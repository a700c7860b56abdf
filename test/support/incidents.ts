import type { Incident, IncidentCause, IncidentState } from '../../shared/domain/incidents/incident.ts';
import type { Observation } from '../../shared/domain/incidents/observation.ts';
import { type EpochMs, epochMs } from '../../shared/domain/units.ts';

/** A literal time. */
export const at = (text: string): EpochMs => epochMs(Date.parse(text));

export const WEB = { namespace: 'shop', name: 'web', uid: 'uid-web' };
export const DB = { namespace: 'shop', name: 'db', uid: 'uid-db' };

export const DEFINITE: IncidentCause = {
  code: 'NodeSelectorMismatch',
  certainty: 'Definite',
  origin: 'PlacementPolicy',
  summary: 'the placement keeps virt-handler away',
};
export const LIKELY: IncidentCause = {
  code: 'HandlerRollout',
  certainty: 'Likely',
  origin: 'DaemonSet',
  summary: 'a rollout is under way',
};

const workload = (vmis: Observation['vmis']) => ({
  vmis,
  vmiCount: vmis.length,
  launcherPods: vmis.map(({ namespace, name }) => ({ namespace, name: `virt-launcher-${name}` })),
  launcherPodCount: vmis.length,
});

/** What one look at node02 says; orphaned for a cause that may pass unless told. */
export function seen(parts: Partial<Observation> = {}): Observation {
  return {
    node: 'node02',
    nodeUid: 'uid-node02',
    verdict: 'Orphaned',
    workloadUnread: false,
    causes: [LIKELY],
    ...workload(parts.vmis ?? [WEB]),
    ended: new Map(),
    ...parts,
  };
}

export const managed = (vmis: Observation['vmis'] = [WEB]): Observation =>
  seen({ verdict: 'Managed', causes: [], ...workload(vmis) });
export const empty = (): Observation => seen({ verdict: 'NoWorkload', causes: [], ...workload([]) });
export const atRisk = (): Observation =>
  seen({ verdict: 'AtRisk', causes: [{ ...DEFINITE, code: 'TaintNotTolerated', origin: 'Node' }] });
export const unknown = (): Observation => seen({ verdict: 'Unknown', causes: [] });

/** An incident of node02 in a state, begun at 10:00. */
export function incident(state: IncidentState, parts: Partial<Incident> = {}): Incident {
  const open = state === 'Open' || state === 'Resolved';
  return {
    node: 'node02',
    nodeUid: 'uid-node02',
    state,
    severity: open ? 'warning' : 'info',
    episode: 1,
    revision: 3,
    since: at('2026-08-22T10:00:00Z'),
    openedAt: open ? at('2026-08-22T10:00:00Z') : undefined,
    resolvedAt: state === 'Resolved' ? at('2026-08-22T10:05:00Z') : undefined,
    resolution: state === 'Resolved' ? 'Recovered' : undefined,
    causes: [LIKELY],
    ...workload([WEB]),
    goneVmis: [],
    diagnosis: undefined,
    ...parts,
  };
}
