import type { EventObject, ObjectReference } from '../evidence-objects.ts';
import { type EpochMs, parseTimestamp } from '../units.ts';
import type { NodeCase } from './case.ts';
import type { Evidence } from './cause.ts';
import { type Identified, quote, seen } from './evidence.ts';

/** An Event of either API in one shape. */
export interface SeenEvent {
  readonly about: ObjectReference;
  readonly reason: string;
  readonly message: string;
  /** How often it happened, aggregation included; at least 1. */
  readonly count: number;
  /** When it was last seen; absent when no time of it can be read. */
  readonly at: EpochMs | undefined;
  readonly event: EventObject;
}

/**
 * Reads an Event of either API; `undefined` when it is about nothing. The same stored object has `involvedObject`,
 * `message`, `count` and `lastTimestamp` through v1, and `regarding`, `note`, `series` and the deprecated fields
 * through events.k8s.io/v1. Source: Kubernetes `pkg/apis/events/v1/conversion.go`.
 */
export function readEvent(event: EventObject): SeenEvent | undefined {
  const about = [event.involvedObject, event.regarding].find(
    (it) => it?.name !== undefined && it.name !== '',
  );
  if (about === undefined) return undefined;
  return {
    about,
    reason: event.reason ?? '',
    message: event.message ?? event.note ?? '',
    count: Math.max(1, event.series?.count ?? 1, event.count ?? 1),
    at: lastSeen(event),
    event,
  };
}

/** Aggregation moves some of the times only, and which one depends on the API: the latest counts. */
function lastSeen(event: EventObject): EpochMs | undefined {
  const texts = [
    event.series?.lastObservedTime,
    event.lastTimestamp,
    event.deprecatedLastTimestamp,
    event.eventTime,
    event.metadata.creationTimestamp,
  ];
  const times = texts.map(parseTimestamp).filter((time) => time !== undefined);
  return times.reduce<EpochMs | undefined>(
    (latest, time) => (isLater(time, latest) ? time : latest),
    undefined,
  );
}

function isLater(time: EpochMs | undefined, than: EpochMs | undefined): boolean {
  return time !== undefined && (than === undefined || time > than);
}

/**
 * The newest Event about an object with one of these reasons, unless a later one with a reason in `refutedBy` shows
 * that it is over. Events about another object of the same name, by uid or by age, are not about this one.
 */
export function newestEvent(
  { events }: NodeCase,
  object: Identified,
  reasons: readonly string[],
  refutedBy: readonly string[] = [],
): SeenEvent | undefined {
  const about = events.map(readEvent).filter((it) => it !== undefined && isAbout(it, object));
  const found = newestOf(about, reasons);
  const refutation = newestOf(about, refutedBy);
  if (found?.at !== undefined && refutation !== undefined && isLater(refutation.at, found.at))
    return undefined;
  return found;
}

function newestOf(
  events: readonly (SeenEvent | undefined)[],
  reasons: readonly string[],
): SeenEvent | undefined {
  let newest: SeenEvent | undefined;
  for (const event of events) {
    if (event === undefined || !reasons.includes(event.reason)) continue;
    if (newest === undefined || isLater(event.at, newest.at)) newest = event;
  }
  return newest;
}

function isAbout({ about, at }: SeenEvent, object: Identified): boolean {
  if (about.kind !== object.kind || about.name !== object.metadata.name) return false;
  if ((about.namespace || object.metadata.namespace) !== object.metadata.namespace) return false;
  const born = parseTimestamp(object.metadata.creationTimestamp);
  if (at !== undefined && born !== undefined && at < born) return false;
  return isSameUid(about.uid, object);
}

/** The kubelet puts a node's name where its uid belongs. Source: Kubernetes `pkg/kubelet/kubelet.go`, nodeRef. */
function isSameUid(uid: string | undefined, { kind, metadata }: Identified): boolean {
  if (!uid || metadata.uid === undefined || uid === metadata.uid) return true;
  return kind === 'Node' && uid === metadata.name;
}

/** An Event as evidence: what it says and how often, from the API it was read through. */
export function seenEvent({ event, reason, message, count }: SeenEvent): readonly Evidence[] {
  const field = event.message === undefined && event.note !== undefined ? 'note' : 'message';
  return [
    seen(event, 'reason', reason),
    seen(event, field, message),
    ...(count > 1 ? [seen(event, 'count', String(count))] : []),
  ];
}

/** The evidence of an Event that need not be there. */
export function seenIfAny(event: SeenEvent | undefined): readonly Evidence[] {
  return event === undefined ? [] : seenEvent(event);
}

/** An Event in a phrase: what it says, and how often it was said. */
export function describeEvent({ reason, message, count }: SeenEvent): string {
  const times = count > 1 ? ` (${count} times)` : '';
  return `${message === '' ? reason : quote(message)}${times}`;
}
