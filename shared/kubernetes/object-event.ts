import { type EpochMs, formatTimestamp } from '../domain/units.ts';
import type { EventObject, ObjectEvent } from '../runtime/event-recorder.ts';

/** Who writes Events, as they say it. */
export interface EventReporter {
  /** A qualified name, such as `kubevirt-orphans.dev/notify`. */
  readonly controller: string;
  /** Such as the pod's name. */
  readonly instance: string;
}

/** In bytes of UTF-8. Source: Kubernetes `pkg/apis/core/validation/events.go`. */
const LIMITS = { note: 1_024, reason: 128, action: 128, instance: 128 } as const;
/**
 * Where Events about what has no namespace may be: the second is the only one for older API servers, which refuse the first.
 *
 * @see the same, and the same in Kubernetes 1.20
 */
const CLUSTER_EVENTS: readonly string[] = ['default', 'kube-system'];

/** An Event as it is created. */
export function toEventResource(event: ObjectEvent, namespace: string, reporter: EventReporter): object {
  const { name, regarding, related, type, reason, action, note, at } = event;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name, namespace },
    eventTime: microTime(at),
    reportingController: reporter.controller,
    reportingInstance: cutBytes(reporter.instance, LIMITS.instance) || 'unknown',
    type,
    reason: cutBytes(reason, LIMITS.reason) || 'Unknown',
    action: cutBytes(action, LIMITS.action) || 'Unknown',
    note: cutBytes(note, LIMITS.note),
    regarding: toReference(regarding),
    ...(related !== undefined && { related: toReference(related) }),
  };
}

/** Where an Event may be, the first choice first: where its object is. */
export function eventNamespaces({ regarding }: Pick<ObjectEvent, 'regarding'>): readonly string[] {
  return regarding.namespace === '' ? CLUSTER_EVENTS : [regarding.namespace];
}

/** A point in time as the API server has it in Events: with six digits, or it is refused. */
export function microTime(time: EpochMs): string {
  return formatTimestamp(time).replace(/Z$/, '000Z');
}

/**
 * Cuts a text, never within a character.
 *
 * @param limit - most bytes in UTF-8, from 3 up; what is longer ends with "…"
 */
export function cutBytes(text: string, limit: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= limit) return text;
  let end = limit - ELLIPSIS_BYTES;
  // Bytes of the form 10xxxxxx continue a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${new TextDecoder().decode(bytes.subarray(0, end))}…`;
}
const ELLIPSIS_BYTES = 3;

function toReference({ apiVersion, kind, namespace, name, uid }: EventObject): object {
  return { apiVersion, kind, name, ...(namespace !== '' && { namespace }), ...(uid !== '' && { uid }) };
}
