import { auditCompleted, auditRequested } from './audit-events.ts';
import type { EventType } from './define-event.ts';
import {
  incidentAtRisk,
  incidentDiagnosed,
  incidentOpened,
  incidentResolved,
  incidentSuspected,
  incidentUpdated,
} from './incident-events.ts';
import {
  alertVerified,
  notificationFailed,
  remediationApproved,
  remediationFailed,
  remediationProposed,
  remediationRefused,
  remediationStarted,
  remediationSucceeded,
} from './reaction-events.ts';

/** Every type that we publish. Schemas, the reference page and the AsyncAPI document are made from this list. */
export const CONTRACT: readonly EventType[] = [
  incidentAtRisk,
  incidentSuspected,
  incidentOpened,
  incidentUpdated,
  incidentResolved,
  incidentDiagnosed,
  remediationProposed,
  remediationApproved,
  remediationStarted,
  remediationSucceeded,
  remediationFailed,
  remediationRefused,
  auditRequested,
  auditCompleted,
  alertVerified,
  notificationFailed,
];
