import { z } from 'zod';
import { CAUSE_CODES, CAUSE_ORIGINS, CERTAINTIES } from '../domain/causes/cause.ts';
import {
  INCIDENT_STATES,
  type Incident,
  RESOLUTIONS,
  SEVERITIES,
  VMI_FATES,
} from '../domain/incidents/incident.ts';
import { MITIGATION_CODES, MITIGATION_OWNERS, MITIGATION_RISKS } from '../domain/mitigations/mitigation.ts';
import { type EpochMs, formatTimestamp } from '../domain/units.ts';

const TIME = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });
const NAMED = { namespace: z.string().min(1), name: z.string().min(1) };
const COUNT = z.int().min(0);

const CAUSE = {
  code: z.enum(CAUSE_CODES),
  certainty: z.enum(CERTAINTIES),
  origin: z.enum(CAUSE_ORIGINS),
  summary: z.string().meta({ description: 'One sentence for people' }),
};

export const mitigationData = z.strictObject({
  code: z.enum(MITIGATION_CODES),
  summary: z.string(),
  command: z.string().meta({ description: 'One line for a POSIX shell that works when pasted' }),
  risk: z.enum(MITIGATION_RISKS),
  owner: z.enum(MITIGATION_OWNERS).meta({ description: 'Whose object it changes; None when it only looks' }),
});

/** What every incident event says of its incident. */
export const incidentData = z.strictObject({
  node: z.strictObject({
    name: z.string().min(1).max(253),
    uid: z.string().meta({ description: 'Empty when the node did not exist when the episode began' }),
  }),
  incident: z.strictObject({
    uid: z.string().min(1).meta({ description: 'UID of the OrphanIncident' }),
    episode: z.int().min(1),
    revision: z.int().min(1),
    state: z.enum(INCIDENT_STATES),
    severity: z.enum(SEVERITIES),
    since: TIME,
    openedAt: TIME.optional(),
    resolvedAt: TIME.optional(),
    resolution: z.enum(RESOLUTIONS).optional(),
  }),
  causes: z
    .array(z.strictObject(CAUSE))
    .meta({ description: 'As the judgement saw them, the primary first' }),
  vmis: z.array(z.strictObject({ ...NAMED, uid: z.string() })).max(250),
  vmiCount: COUNT.meta({ description: 'How many there are; `vmis` names at most 250' }),
  launcherPods: z.array(z.strictObject(NAMED)).max(250),
  launcherPodCount: COUNT,
  goneVmis: z
    .array(z.strictObject({ ...NAMED, uid: z.string(), fate: z.enum(VMI_FATES) }))
    .max(250)
    .meta({ description: 'VMIs that left the node in this episode while it was not managed' }),
  diagnosis: z
    .strictObject({
      diagnosedAt: TIME,
      causes: z.array(z.strictObject({ ...CAUSE, mitigations: z.array(mitigationData) })),
    })
    .optional(),
});
export type IncidentData = z.infer<typeof incidentData>;

/** An incident as events tell it. */
export function toIncidentData(incident: Incident, uid: string): IncidentData {
  const { node, nodeUid, episode, revision, state, severity, since, resolution, diagnosis } = incident;
  return {
    node: { name: node, uid: nodeUid },
    incident: {
      uid,
      episode,
      revision,
      state,
      severity,
      since: formatTimestamp(since),
      ...optionalTime('openedAt', incident.openedAt),
      ...optionalTime('resolvedAt', incident.resolvedAt),
      ...(resolution === undefined ? {} : { resolution }),
    },
    causes: [...incident.causes],
    vmis: [...incident.vmis],
    vmiCount: incident.vmiCount,
    launcherPods: [...incident.launcherPods],
    launcherPodCount: incident.launcherPodCount,
    goneVmis: [...incident.goneVmis],
    ...(diagnosis === undefined
      ? {}
      : {
          diagnosis: {
            diagnosedAt: formatTimestamp(diagnosis.diagnosedAt),
            causes: diagnosis.causes.map((cause) => ({ ...cause, mitigations: [...cause.mitigations] })),
          },
        }),
  };
}

function optionalTime<Name extends string>(
  name: Name,
  time: EpochMs | undefined,
): { readonly [N in Name]?: string } {
  return time === undefined ? {} : ({ [name]: formatTimestamp(time) } as { [N in Name]: string });
}
