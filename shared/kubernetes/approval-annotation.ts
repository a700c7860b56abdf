import type { Approval } from '../domain/remediation/remediation.ts';
import { type EpochMs, parseTimestamp } from '../domain/units.ts';

/** The annotation on a record by which somebody approves what is proposed for a revision of its incident. */
export const APPROVAL_ANNOTATION = 'kubevirt-orphans.dev/approved-revision';

/** What is read of a record's metadata; somebody else may have written any of it. */
interface Metadata {
  readonly annotations?: unknown;
  readonly managedFields?: unknown;
}

interface ManagedFields {
  readonly manager?: unknown;
  readonly time?: unknown;
  readonly fieldsV1?: {
    readonly 'f:metadata'?: { readonly 'f:annotations'?: Readonly<Record<string, unknown>> };
  };
}

/**
 * The approval that a record's annotation gives. Who gave it and when comes from the API server, in the entry of
 * `managedFields` that owns the annotation; without one, or with a value that is no revision, there is no approval.
 *
 * The time is the entry's: it is that of the last change which the same manager made to the object, and stays as it is when the
 * annotation is set to what it was.
 */
export function approvalOf({ annotations, managedFields }: Metadata): Approval | undefined {
  const text = (annotations as Readonly<Record<string, unknown>> | null | undefined)?.[APPROVAL_ANNOTATION];
  const revision = typeof text === 'string' && /^[1-9]\d*$/.test(text) ? Number(text) : 0;
  if (!Number.isSafeInteger(revision) || revision === 0) return undefined;
  const owners = Array.isArray(managedFields) ? managedFields.flatMap(ownerOf) : [];
  const newest = owners.toSorted((a, b) => b.at - a.at)[0];
  return newest && { ...newest, revision, planId: undefined };
}

function ownerOf(entry: ManagedFields | null): readonly { readonly by: string; readonly at: EpochMs }[] {
  const { manager, time, fieldsV1 } = entry ?? {};
  const owns = fieldsV1?.['f:metadata']?.['f:annotations']?.[`f:${APPROVAL_ANNOTATION}`] !== undefined;
  const at = typeof time === 'string' ? parseTimestamp(time) : undefined;
  return owns && typeof manager === 'string' && at !== undefined ? [{ by: manager, at }] : [];
}
