import { type Announcement, type Incident, primaryCause } from '../domain/incidents/incident.ts';
import { type EpochMs, formatTimestamp } from '../domain/units.ts';
import { defineEvent, type EventType } from './define-event.ts';
import { sequenceOf } from './event-attributes.ts';
import { type IncidentData, incidentData } from './incident-data.ts';
import type { ProductEvent } from './product-event.ts';
import { toIncidentData } from './to-incident-data.ts';

/** The early warning: it may become an incident, or pass. */
export const incidentAtRisk = defineEvent(
  'incident.at-risk.v1',
  'A node is managed now and will not be after the next restart or rollout of its virt-handler.',
  incidentData,
);
/** Becomes `opened` when it lasts, `resolved` when it does not; most restarts of a handler end here. */
export const incidentSuspected = defineEvent(
  'incident.suspected.v1',
  'A node has workload and no Ready virt-handler, which may pass by itself: the grace period runs.',
  incidentData,
);
/** Somebody should look: what a pager should ring for. */
export const incidentOpened = defineEvent(
  'incident.opened.v1',
  'A node is orphaned: for a definite cause, or for longer than the grace period.',
  incidentData,
);
/** Told of AtRisk and Suspected incidents as well as of open ones. */
export const incidentUpdated = defineEvent(
  'incident.updated.v1',
  'The causes or the workload of an incident changed; its state did not.',
  incidentData,
);
/** Told of whatever was told before: also of what was only at risk or suspected. */
export const incidentResolved = defineEvent(
  'incident.resolved.v1',
  'It is over: `resolution` says how, and `goneVmis` which VMIs were gone by then.',
  incidentData,
);
/** Comes after `opened` or `updated`, with a revision of its own. */
export const incidentDiagnosed = defineEvent(
  'incident.diagnosed.v1',
  'The root cause was found or has changed; `diagnosis` says why and what would help.',
  incidentData,
);

const TYPE_OF: Readonly<Record<Announcement, EventType<string, IncidentData>>> = {
  'at-risk': incidentAtRisk,
  suspected: incidentSuspected,
  opened: incidentOpened,
  updated: incidentUpdated,
  resolved: incidentResolved,
  diagnosed: incidentDiagnosed,
};

/** What an event says beside its incident. */
export interface Telling {
  readonly announcement: Announcement;
  /** The record's `metadata.uid`. */
  readonly uid: string;
  /** When it became true. */
  readonly at: EpochMs;
  readonly clusterName: string;
  readonly traceparent: string | undefined;
}

/**
 * The event that tells a transition. Its id is a pure function of the incident's UID, episode, revision and the type: the
 * same transition has the same id, whoever publishes it and how often.
 */
export function incidentEvent(
  incident: Incident,
  { announcement, uid, at, clusterName, traceparent }: Telling,
): ProductEvent<string, IncidentData> {
  const { node, episode, revision, severity } = incident;
  return TYPE_OF[announcement].create({
    id: `${uid}.${episode}.${revision}.${announcement}`,
    source: sourceOf(clusterName),
    subject: `nodes/${node}`,
    time: formatTimestamp(at),
    node,
    severity,
    cause: primaryCause(incident),
    partitionkey: node,
    sequence: sequenceOf(revision),
    traceparent,
    data: toIncidentData(incident, uid),
  });
}

/** The source of all our events. */
export function sourceOf(clusterName: string): string {
  return `/clusters/${encodeURIComponent(clusterName)}`;
}
