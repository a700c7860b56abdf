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
import { isSameJson } from '../domain/same-json.ts';
import { formatTimestamp } from '../domain/units.ts';
import type { ProductEvent } from '../events/product-event.ts';
import type { IncidentRecord } from '../runtime/ports.ts';
import { deliverySchema, toDelivery, toStoredDelivery } from './delivery-schema.ts';
import { remediationSchema, toRemediation, toStoredRemediation } from './remediation-schema.ts';
import { maybeTime, storedTime as time, toTime } from './stored-time.ts';

const count = z.int().min(0);
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

export const statusSchema = z.object({
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
  remediation: remediationSchema.optional().describe('what was, and is, done about it'),
});

type Status = z.infer<typeof statusSchema>;

/** JSON has no `undefined`: what is not known is left out. */
export function toStatus(
  incident: Incident,
  { outbox, deliveries, remediation }: Pick<IncidentRecord, 'outbox' | 'deliveries' | 'remediation'>,
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
    ...(isSameJson(remediation, NO_REMEDIATION) ? {} : { remediation: toStoredRemediation(remediation) }),
  };
}

/** What the status holds, beside the record's own name and version. */
export function fromStatus(
  node: string,
  status: Status | undefined,
): Pick<IncidentRecord, 'incident' | 'outbox' | 'deliveries' | 'remediation'> {
  return {
    incident: status && toIncident(node, status),
    outbox: (status?.outbox ?? []) as unknown as readonly ProductEvent[],
    deliveries: (status?.deliveries ?? []).map(toDelivery),
    remediation: status?.remediation === undefined ? NO_REMEDIATION : toRemediation(status.remediation),
  };
}

function toIncident(node: string, status: Status): Incident {
  const { cause: _, outbox: __, deliveries: ___, remediation: ____, ...rest } = status;
  const { since, openedAt, resolvedAt, resolution, toldCauses, diagnosis, ...same } = rest;
  return {
    ...same,
    node,
    since: toTime(since),
    openedAt: maybeTime(openedAt),
    resolvedAt: maybeTime(resolvedAt),
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
