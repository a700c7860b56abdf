import { durationMs } from '../../shared/domain/units.ts';
import { auditRequested } from '../../shared/events/audit-events.ts';
import {
  incidentAtRisk,
  incidentDiagnosed,
  incidentOpened,
  incidentResolved,
  incidentSuspected,
  incidentUpdated,
} from '../../shared/events/incident-events.ts';
import { PING_TYPE } from '../../shared/events/raw-events.ts';
import {
  notificationFailed,
  remediationApproved,
  remediationFailed,
  remediationProposed,
  remediationRefused,
  remediationStarted,
  remediationSucceeded,
} from '../../shared/events/reaction-events.ts';
import type { FunctionManifest } from '../../shared/runtime/function-manifest.ts';

export const manifest = {
  name: 'notify',
  summary: 'Tells people and their tools of incidents: once, when something changed, and when it is over.',
  consumes: [
    { type: incidentAtRisk.type },
    { type: incidentSuspected.type },
    { type: incidentOpened.type },
    { type: incidentUpdated.type },
    { type: incidentDiagnosed.type },
    { type: incidentResolved.type },
    { type: remediationProposed.type },
    { type: remediationApproved.type },
    { type: remediationStarted.type },
    { type: remediationSucceeded.type },
    { type: remediationFailed.type },
    { type: remediationRefused.type },
    { type: auditRequested.type },
    { type: PING_TYPE },
  ],
  // A channel that does not answer holds an event for seconds: those behind it have news for the others.
  inAnyOrder: true,
  emits: [notificationFailed.type],
  permissions: [
    { apiGroup: '', resource: 'nodes', verbs: ['get'] },
    { apiGroup: 'kubevirt-orphans.dev', resource: 'orphanincidents', verbs: ['list', 'get'] },
    { apiGroup: 'kubevirt-orphans.dev', resource: 'orphanincidents/status', verbs: ['update'] },
    { apiGroup: 'events.k8s.io', resource: 'events', verbs: ['create', 'get', 'patch'] },
  ],
  readsFiles: true,
  requestTimeoutMs: durationMs(10_000),
} as const satisfies FunctionManifest;
