import { type EpochMs, formatTimestamp } from '../domain/units.ts';
import { type AuditScope, auditRequested } from './audit-events.ts';
import { sourceOf } from './incident-events.ts';
import type { ProductEvent } from './product-event.ts';

/** The request that a timer makes. Its id is a function of what is asked and when. */
export function timedAudit(scope: AuditScope, clusterName: string, now: EpochMs): ProductEvent {
  const time = formatTimestamp(now);
  return auditRequested.create({
    id: `timer.${scope}.${time}`,
    source: sourceOf(clusterName),
    subject: 'cluster',
    time,
    data: { scope },
  });
}
