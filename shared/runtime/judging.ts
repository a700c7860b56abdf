import {
  incidentAtRisk,
  incidentOpened,
  incidentResolved,
  incidentSuspected,
  incidentUpdated,
} from '../events/incident-events.ts';
import { OBJECT_CHANGE_TYPES } from '../events/raw-events.ts';
import type { Permission, Subscription } from './function-manifest.ts';

/** What a judgement may do in the cluster, whatever triggers it: read what it judges, keep the incident's record. */
export const JUDGING_PERMISSIONS = [
  { apiGroup: '', resource: 'nodes', verbs: ['list'] },
  { apiGroup: '', resource: 'pods', verbs: ['list'] },
  { apiGroup: 'apps', resource: 'daemonsets', verbs: ['list'] },
  { apiGroup: 'kubevirt.io', resource: 'virtualmachineinstances', verbs: ['list'] },
  { apiGroup: 'kubevirt.io', resource: 'kubevirts', verbs: ['list'] },
  {
    apiGroup: 'kubevirt-orphans.dev',
    resource: 'orphanincidents',
    verbs: ['list', 'get', 'create', 'delete'],
  },
  { apiGroup: 'kubevirt-orphans.dev', resource: 'orphanincidents/status', verbs: ['update'] },
] as const satisfies readonly Permission[];

/** The same, plus reading single objects of one kind, which events in Reference mode only name. */
export function judgingPermissions(
  ...lookedUp: readonly { apiGroup: string; resource: string }[]
): readonly Permission[] {
  return JUDGING_PERMISSIONS.map((it) => {
    const found = lookedUp.some(
      ({ apiGroup, resource }) => apiGroup === it.apiGroup && resource === it.resource,
    );
    return found ? { ...it, verbs: ['get', ...it.verbs] } : it;
  });
}

/** What a judgement publishes. */
export const JUDGING_EMITS: readonly string[] = [
  incidentAtRisk,
  incidentSuspected,
  incidentOpened,
  incidentUpdated,
  incidentResolved,
].map(({ type }) => type);

/** Every change of objects of one kind. */
export function changesOf(...kinds: readonly string[]): readonly Subscription[] {
  return kinds.flatMap((kind) => OBJECT_CHANGE_TYPES.map((type) => ({ type, attributes: { kind } })));
}
