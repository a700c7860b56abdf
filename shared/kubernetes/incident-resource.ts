import * as z from 'zod';
import { NO_REMEDIATION } from '../domain/remediation/remediation.ts';
import { isSameJson } from '../domain/same-json.ts';
import type { IncidentRecord } from '../runtime/ports.ts';
import { approvalOf } from './approval-annotation.ts';
import { fromStatus, statusSchema, toStatus } from './incident-status.ts';

/** How the API names the record. */
export const INCIDENT_RESOURCE = {
  group: 'kubevirt-orphans.dev',
  version: 'v1alpha1',
  apiVersion: 'kubevirt-orphans.dev/v1alpha1',
  kind: 'OrphanIncident',
  plural: 'orphanincidents',
} as const;

/**
 * The OrphanIncident, named after its node. The CustomResourceDefinition is generated from here (`npm run schemas`).
 * Unknown fields are tolerated: the API server prunes them, and a later version may have written them.
 */
export const incidentResourceSchema = z.object({
  apiVersion: z.literal(INCIDENT_RESOURCE.apiVersion),
  kind: z.literal(INCIDENT_RESOURCE.kind),
  metadata: z.object({
    name: z.string().min(1),
    namespace: z.string().min(1),
    uid: z.string().min(1),
    resourceVersion: z.string().min(1),
    annotations: z.unknown().optional(),
    managedFields: z.unknown().optional(),
  }),
  spec: z.object({ nodeName: z.string().min(1).max(253) }),
  status: statusSchema.optional(),
});

/** What is wrong with a resource: where, and what. */
export interface Unreadable {
  /** A path such as `status.causes[0].code`. */
  readonly field: string;
  readonly problem: string;
}

/** The record that a resource holds, or what keeps it from being one. An empty status is none. */
export function parseIncident(resource: unknown): IncidentRecord | Unreadable {
  const result = incidentResourceSchema.safeParse(withoutEmptyStatus(resource));
  if (!result.success) {
    const [issue] = result.error.issues;
    return { field: fieldText(issue?.path ?? []), problem: issue?.message ?? 'is not understood' };
  }
  const { metadata, spec, status } = result.data;
  const { uid, resourceVersion, name } = metadata;
  if (spec.nodeName !== name) return { field: 'spec.nodeName', problem: `is not the record's name ${name}` };
  return { uid, resourceVersion, node: name, ...fromStatus(name, status), approval: approvalOf(metadata) };
}

/** The resource that holds a record, as it is written: conditional on the record's uid and resourceVersion. */
export function toIncidentResource(record: IncidentRecord, namespace: string): Record<string, unknown> {
  const { uid, resourceVersion, node, incident } = record;
  const { apiVersion, kind } = INCIDENT_RESOURCE;
  if (incident === undefined && (record.outbox.length > 0 || !isSameJson(record.remediation, NO_REMEDIATION)))
    throw new RangeError('events or a remediation of no incident');
  return {
    apiVersion,
    kind,
    metadata: { name: node, namespace, uid, resourceVersion },
    spec: { nodeName: node },
    ...(incident === undefined ? {} : { status: toStatus(incident, record) }),
  };
}

function withoutEmptyStatus(resource: unknown): unknown {
  const { status, ...rest } = (resource ?? {}) as Readonly<Record<string, unknown>>;
  const empty = typeof status === 'object' && (status === null || Object.keys(status).length === 0);
  return status === undefined || empty ? rest : { ...rest, status };
}

function fieldText(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}
