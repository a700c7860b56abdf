import * as z from 'zod';
import { CAUSE_CODES, CAUSE_ORIGINS, CERTAINTIES } from '../domain/causes/cause.ts';
import {
  INCIDENT_STATES,
  type Incident,
  type IncidentDiagnosis,
  primaryCause,
  RESOLUTIONS,
  SEVERITIES,
  VMI_FATES,
} from '../domain/incidents/incident.ts';
import { MITIGATION_CODES, MITIGATION_OWNERS, MITIGATION_RISKS } from '../domain/mitigations/mitigation.ts';
import { NO_REMEDIATION } from '../domain/remediation/remediation.ts';
import { type EpochMs, epochMs, formatTimestamp } from '../domain/units.ts';
import type { IncidentRecord } from '../runtime/ports.ts';
import { deliverySchema, toDelivery, toStoredDelivery } from './delivery-schema.ts';

/** How the API names the record. */
export const INCIDENT_RESOURCE = {
  group: 'kubevirt-orphans.dev',
  version: 'v1alpha1',
  apiVersion: 'kubevirt-orphans.dev/v1alpha1',
  kind: 'OrphanIncident',
  plural: 'orphanincidents',
} as const;

const count = z.int().min(0);
const time = z.iso.datetime({ offset: true });
const named = { namespace: z.string(), name: z.string().min(1) };
const cause = {
  code: z.enum(CAUSE_CODES),
  certainty: z.enum(CERTAINTIES),
  origin: z.enum(CAUSE_ORIGINS),
  summary: z.string(),
};
const mitigation = z.object({
  code: z.enum(MITIGATION_CODES),
  summary: z.string(),
  command: z.string(),
  risk: z.enum(MITIGATION_RISKS),
  owner: z.enum(MITIGATION_OWNERS),
});

/** An accepted event: kept whole, so that it goes out as it was made, also by a later version of us. */
const outboxEvent = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  subject: z.string(),
  time: z.string(),
});

const statusSchema = z.object({
  state: z.enum(INCIDENT_STATES),
  severity: z.enum(SEVERITIES),
  cause: z.enum(CAUSE_CODES).describe('the primary cause: the first of the diagnosis, else of causes'),
  nodeUid: z.string().describe('with episode the identity; empty when the node did not exist'),
  episode: z.int().min(1),
  revision: z
    .int()
    .min(1)
    .describe('grows when the state, the causes, the diagnosis or the workload changes'),
  since: time.describe('since when the verdict behind the state holds'),
  openedAt: time.optional(),
  resolvedAt: time.optional(),
  resolution: z.enum(RESOLUTIONS).optional(),
  causes: z.array(z.object(cause)),
  toldCauses: z
    .object({ causes: z.array(z.object(cause)), othersSince: time })
    .optional()
    .describe('what was told of the causes, while others are seen: they are told when they stay'),
  vmis: z.array(z.object({ ...named, uid: z.string() })),
  vmiCount: count,
  launcherPods: z.array(z.object(named)),
  launcherPodCount: count,
  goneVmis: z.array(z.object({ ...named, uid: z.string(), fate: z.enum(VMI_FATES) })),
  diagnosis: z
    .object({
      diagnosedAt: time,
      causes: z.array(z.object({ ...cause, mitigations: z.array(mitigation) })),
    })
    .optional(),
  outbox: z.array(outboxEvent).describe('events that were accepted and not yet published, oldest first'),
  deliveries: z.array(deliverySchema).optional().describe('what channels were told'),
});

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
  }),
  spec: z.object({ nodeName: z.string().min(1).max(253) }),
  status: statusSchema.optional(),
});

type Status = z.infer<typeof statusSchema>;

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
  const incident = status === undefined ? undefined : toIncident(name, status);
  const deliveries = (status?.deliveries ?? []).map(toDelivery);
  const outbox = (status?.outbox ?? []) as never;
  const reactions = { deliveries, remediation: NO_REMEDIATION, approval: undefined };
  return { uid, resourceVersion, node: name, incident, outbox, ...reactions };
}

/** The resource that holds a record, as it is written: conditional on the record's uid and resourceVersion. */
export function toIncidentResource(record: IncidentRecord, namespace: string): Record<string, unknown> {
  const { uid, resourceVersion, node, incident } = record;
  const { apiVersion, kind } = INCIDENT_RESOURCE;
  if (incident === undefined && record.outbox.length > 0) throw new RangeError('events of no incident');
  return {
    apiVersion,
    kind,
    metadata: { name: node, namespace, uid, resourceVersion },
    spec: { nodeName: node },
    ...(incident === undefined ? {} : { status: toStatus(incident, record) }),
  };
}

/** JSON has no `undefined`: what is not known is left out. */
function toStatus(
  incident: Incident,
  { outbox, deliveries }: Pick<IncidentRecord, 'outbox' | 'deliveries'>,
): Record<string, unknown> {
  const { node: _, since, openedAt, resolvedAt, resolution, toldCauses, diagnosis, ...same } = incident;
  return {
    ...same,
    cause: primaryCause(incident),
    since: formatTimestamp(since),
    ...(openedAt === undefined ? {} : { openedAt: formatTimestamp(openedAt) }),
    ...(resolvedAt === undefined ? {} : { resolvedAt: formatTimestamp(resolvedAt) }),
    ...(resolution === undefined ? {} : { resolution }),
    ...(toldCauses === undefined
      ? {}
      : { toldCauses: { ...toldCauses, othersSince: formatTimestamp(toldCauses.othersSince) } }),
    ...(diagnosis === undefined
      ? {}
      : { diagnosis: { ...diagnosis, diagnosedAt: formatTimestamp(diagnosis.diagnosedAt) } }),
    outbox,
    deliveries: deliveries.map(toStoredDelivery),
  };
}

function toIncident(node: string, status: Status): Incident {
  const { cause: _, outbox: __, deliveries: ___, ...rest } = status;
  const { since, openedAt, resolvedAt, resolution, toldCauses, diagnosis, ...same } = rest;
  return {
    ...same,
    node,
    since: toTime(since),
    openedAt: openedAt === undefined ? undefined : toTime(openedAt),
    resolvedAt: resolvedAt === undefined ? undefined : toTime(resolvedAt),
    resolution,
    ...(toldCauses === undefined
      ? {}
      : { toldCauses: { ...toldCauses, othersSince: toTime(toldCauses.othersSince) } }),
    diagnosis: diagnosis === undefined ? undefined : toDiagnosis(diagnosis),
  };
}

function toDiagnosis({ diagnosedAt, causes }: NonNullable<Status['diagnosis']>): IncidentDiagnosis {
  return { diagnosedAt: toTime(diagnosedAt), causes };
}

/** The schema has seen that it is a time. */
function toTime(text: string): EpochMs {
  return epochMs(Date.parse(text));
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
