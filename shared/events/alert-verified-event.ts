import type { Alert, AlertFinding } from '../domain/alerts/alert.ts';
import { type Incident, primaryCause } from '../domain/incidents/incident.ts';
import { subdomainError } from '../domain/placement/label-syntax.ts';
import { type EpochMs, formatTimestamp } from '../domain/units.ts';
import { derivedId } from './derived-id.ts';
import { sourceOf } from './incident-events.ts';
import type { ProductEvent } from './product-event.ts';
import { alertVerified } from './reaction-events.ts';

/** One alert, and what is said of it. */
export interface AlertTold {
  readonly alert: Alert;
  readonly finding: AlertFinding;
  /** UID of the node; `undefined` when it was not read, or does not exist. */
  readonly nodeUid?: string | undefined;
  /** The node's incident, and the UID of its record. */
  readonly known?: { readonly uid: string; readonly incident: Incident } | undefined;
}

/** What the event says beside that. */
export interface AlertTelling {
  readonly clusterName: string;
  readonly traceparent: string | undefined;
  /** Stands in for when it became true, where nothing tells. */
  readonly now: EpochMs;
}

/** Longest message, in characters: it may quote what somebody else wrote. */
const MAX_MESSAGE_CHARACTERS = 1_000;

/**
 * The event that tells what is true of an alert. Its id is a pure function of the alert (fingerprint, status, when it
 * fired), the cluster, and the finding with the time since when it holds: an alert that is sent again and checked with the
 * same result has the same id and time, one whose verdict changed has another, also when it changes back to a new incident.
 */
export function alertVerifiedEvent(
  { alert, finding, nodeUid = '', known }: AlertTold,
  { clusterName, traceparent, now }: AlertTelling,
): ProductEvent {
  const { alertname, fingerprint, status, startsAt } = alert;
  const { verdict, code, message, at = now } = finding;
  // A label can be any text; what no node can be called is no node.
  const name = subdomainError(alert.node) === undefined ? alert.node : undefined;
  const isTrue = verdict === 'Confirmed' && known !== undefined;
  return alertVerified.create({
    id: idOf(alert, finding, clusterName),
    source: sourceOf(clusterName),
    subject: name === undefined ? 'cluster' : `nodes/${name}`,
    time: formatTimestamp(at),
    ...(name === undefined ? {} : { node: name, partitionkey: name }),
    ...(isTrue ? { severity: known.incident.severity, cause: primaryCause(known.incident) } : {}),
    verdict,
    ...(traceparent === undefined ? {} : { traceparent }),
    data: {
      alertname,
      fingerprint,
      status,
      ...(startsAt === undefined ? {} : { startsAt: formatTimestamp(startsAt) }),
      ...(name === undefined ? {} : { node: { name, uid: nodeUid } }),
      verdict,
      reason: { code, message: [...message].slice(0, MAX_MESSAGE_CHARACTERS).join('') },
      ...(known === undefined ? {} : { incident: referenceTo(known) }),
    },
  });
}

function idOf(alert: Alert, { verdict, code, at }: AlertFinding, clusterName: string): string {
  const { fingerprint, status, startsAt } = alert;
  const parts = [clusterName, fingerprint, status, startsAt, verdict, code, at];
  return derivedId('alert', { id: parts.map((part) => encodeURIComponent(part ?? '')).join('.') });
}

function referenceTo({ uid, incident: { episode, revision } }: NonNullable<AlertTold['known']>) {
  return { uid, episode, revision };
}
