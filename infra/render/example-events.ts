import { ORPHANS_ALERT } from '../../shared/domain/alerts/alert.ts';
import { formatTimestamp } from '../../shared/domain/units.ts';
import { alertVerifiedEvent } from '../../shared/events/alert-verified-event.ts';
import { auditCompleted, auditRequested } from '../../shared/events/audit-events.ts';
import { type EventType, TYPE_PREFIX } from '../../shared/events/define-event.ts';
import { sequenceOf } from '../../shared/events/event-attributes.ts';
import { sourceOf } from '../../shared/events/incident-events.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import { notificationFailed } from '../../shared/events/reaction-events.ts';
import { at, CLUSTER_NAME, INCIDENT_UID, incidentExamples, NODE, OPEN } from './example-incident.ts';
import { remediationExamples } from './example-remediation.ts';

/** One example of every type, made by what makes the real ones. */
export function exampleEvents(): readonly ProductEvent[] {
  return [
    ...incidentExamples(),
    ...remediationExamples(OPEN, { uid: INCIDENT_UID, clusterName: CLUSTER_NAME, at }),
    ...auditExamples(),
    alertExample(),
    failedExample(),
  ];
}

const INCIDENT = { uid: INCIDENT_UID, episode: OPEN.episode, revision: OPEN.revision };

/** An event about the incident of the examples, at its third revision. */
function about<Data>(type: EventType<string, Data>, time: string, data: Data): ProductEvent {
  const name = type.type.slice(TYPE_PREFIX.length).replace(/\.v\d+$/, '');
  return type.create({
    id: `${INCIDENT_UID}.${INCIDENT.episode}.${INCIDENT.revision}.${name.replace('.', '-')}`,
    source: sourceOf(CLUSTER_NAME),
    subject: `nodes/${NODE.name}`,
    time: formatTimestamp(at(time)),
    node: NODE.name,
    severity: OPEN.severity,
    cause: 'TaintNotTolerated',
    partitionkey: NODE.name,
    sequence: sequenceOf(INCIDENT.revision),
    data,
  });
}

function auditExamples(): readonly ProductEvent[] {
  const common = { source: sourceOf(CLUSTER_NAME), subject: 'cluster' };
  return [
    auditRequested.create({
      ...common,
      id: 'nightly-2026-08-22',
      time: formatTimestamp(at('10:15:00.000')),
      data: { scope: 'all' },
    }),
    auditCompleted.create({
      ...common,
      id: 'audit-completed.nightly-2026-08-22',
      time: formatTimestamp(at('10:15:02.300')),
      data: {
        scope: 'all',
        startedAt: formatTimestamp(at('10:15:00.100')),
        completedAt: formatTimestamp(at('10:15:02.300')),
        nodesJudged: 42,
        nodesByVerdict: { NoWorkload: 12, Managed: 30, AtRisk: 0, Orphaned: 0, Unknown: 0 },
        orphanedVmis: 0,
        incidentsChanged: 0,
        eventsRepublished: 0,
        problems: [],
      },
    }),
  ];
}

function alertExample(): ProductEvent {
  const told = {
    alert: {
      alertname: ORPHANS_ALERT,
      status: 'firing',
      fingerprint: '1f4e2d6c9a7b3e05',
      node: NODE.name,
      namespace: 'kubevirt',
      startsAt: at('10:10:00.000'),
    },
    finding: {
      verdict: 'AlreadyRecovered',
      code: 'Recovered',
      message: 'node02 was orphaned; virt-handler is back since 2026-08-22T10:08:30.000Z.',
      at: at('10:08:30.000'),
    },
    nodeUid: NODE.uid,
    known: { uid: INCIDENT_UID, incident: OPEN },
  } as const;
  const telling = { clusterName: CLUSTER_NAME, traceparent: undefined, now: at('10:14:00.000') };
  return alertVerifiedEvent(told, telling);
}

function failedExample(): ProductEvent {
  return about(notificationFailed, '10:05:30.000', {
    node: NODE,
    incident: INCIDENT,
    channel: 'on-call-slack',
    attempts: 5,
    reason: { code: 'RateLimited', message: 'the channel answered 429 to every attempt' },
  });
}
