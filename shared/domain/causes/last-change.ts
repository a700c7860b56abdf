import type { EditedMeta, ManagedFields, OwnedFields } from '../objects.ts';
import type { Evidence } from './cause.ts';
import { seen } from './evidence.ts';

/** An object whose `managedFields` are read. */
interface Edited {
  readonly kind: string;
  readonly metadata: EditedMeta;
}

/** Who last set a field, and when. */
export interface LastChange {
  /** `kubectl-taint (Update) at 2026-08-22T11:02:37Z`. */
  readonly by: string;
  readonly evidence: readonly Evidence[];
}

/** A field of the spec (`taints`), or a label (`{ label: 'zone' }`). */
export type OwnedField = string | { readonly label: string };

/**
 * Tells from `managedFields` who set a field last; `undefined` where they are not there or say nothing of it: that a field
 * was removed leaves no trace. Of several owners the one with the latest time counts, without a time the last listed.
 * Source: Kubernetes documentation, Server-Side Apply, Field management.
 */
export function lastChange(object: Edited, field: OwnedField): LastChange | undefined {
  const entries = object.metadata.managedFields ?? [];
  const owners = entries.map((entry, index) => ({ entry, index })).filter(({ entry }) => owns(entry, field));
  const last = owners.sort((a, b) => (a.entry.time ?? '').localeCompare(b.entry.time ?? '', 'en')).at(-1);
  if (last === undefined) return undefined;
  const { manager = 'somebody', operation = 'unknown operation', time } = last.entry;
  const by = `${manager} (${operation})${time === undefined ? '' : ` at ${time}`}`;
  const name = typeof field === 'string' ? `spec.${field}` : `metadata.labels[${field.label}]`;
  const path = `metadata.managedFields[${last.index}]`;
  return { by, evidence: [seen(object, path, `${name} last set by ${by}`)] };
}

/** The evidence of who set one of some fields, as far as that is told. */
export function seenChanges(
  object: Edited | undefined,
  ...fields: readonly OwnedField[]
): readonly Evidence[] {
  if (object === undefined) return [];
  return fields.flatMap((field) => lastChange(object, field)?.evidence ?? []);
}

function owns({ fieldsV1 }: ManagedFields, field: OwnedField): boolean {
  if (typeof field === 'string') return has(fieldsV1?.['f:spec'], field);
  return has(fieldsV1?.['f:metadata']?.['f:labels'], field.label);
}

function has(owned: OwnedFields | undefined, name: string): boolean {
  return owned !== undefined && Object.hasOwn(owned, `f:${name}`);
}
