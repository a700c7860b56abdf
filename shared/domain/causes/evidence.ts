import type { Condition, ObjectMeta } from '../objects.ts';
import type { Evidence } from './cause.ts';

/** What every object that can be pointed at has. */
export interface Identified {
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** Stands for a field that is absent; no label, annotation or status value can look like it. */
export const NOTHING = '(none)';

const MAX_QUOTE = 200;

/** Names an object as evidence does: `Kind namespace/name`, or `Kind name`. */
export function referTo({ kind, metadata: { namespace, name } }: Identified): string {
  return namespace ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;
}

/** What one field of an object held; absent is said, not left out. */
export function seen(object: Identified, field: string, value: unknown): Evidence {
  const text = value === undefined ? NOTHING : typeof value === 'string' ? value : JSON.stringify(value);
  return {
    object: referTo(object),
    resourceVersion: object.metadata.resourceVersion ?? '',
    field,
    value: text,
  };
}

/** That an object which was looked for is not there. */
export function notFound(object: string): Evidence {
  return { object, resourceVersion: '', field: '', value: 'not found' };
}

/** Those of several fields that are there, under a common path. */
export function seenFields(
  object: Identified,
  path: string,
  fields: Readonly<Record<string, unknown>>,
): readonly Evidence[] {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([field, value]) => seen(object, `${path}.${field}`, value));
}

/** A condition of an object, each part of it that says something. */
export function seenCondition(object: Identified, condition: Condition): readonly Evidence[] {
  const { type, status, reason, message, lastTransitionTime } = condition;
  return seenFields(object, `status.conditions[${type}]`, { status, reason, message, lastTransitionTime });
}

/** A condition by its type. */
export function conditionOf(
  object: { readonly status?: { readonly conditions?: readonly Condition[] | undefined } | undefined },
  type: string,
): Condition | undefined {
  return object.status?.conditions?.find((condition) => condition.type === type);
}

/** Makes a message fit into a sentence: one line, no full stop of its own, not endless. */
export function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim().replace(/\.+$/, '');
  return line.length > MAX_QUOTE ? `${line.slice(0, MAX_QUOTE - 1)}…` : line;
}

/** Reason and message as one phrase; either may be missing. */
export function quoteReason(reason: string | undefined, message: string | undefined): string {
  return [reason, message]
    .filter((part) => part !== undefined && part !== '')
    .map((part) => quote(part ?? ''))
    .join(': ');
}
