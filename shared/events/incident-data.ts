import { z } from 'zod';
import { CAUSE_CODES, CAUSE_ORIGINS, CERTAINTIES } from '../domain/causes/cause.ts';
import {
  INCIDENT_STATES,
  MAX_NAMED,
  RESOLUTIONS,
  SEVERITIES,
  VMI_FATES,
} from '../domain/incidents/incident.ts';
import { MITIGATION_CODES, MITIGATION_OWNERS, MITIGATION_RISKS } from '../domain/mitigations/mitigation.ts';
import { anyText, count, INCIDENT_IDENTITY, nodeData, text, time } from './data-parts.ts';

const CAUSE = {
  code: z.enum(CAUSE_CODES).meta({ description: 'Which cause; there may be more of them in the future' }),
  certainty: z.enum(CERTAINTIES).meta({
    description:
      '`Definite`: nothing brings virt-handler back while it stands; `Likely`: it fits, or may pass',
  }),
  origin: z.enum(CAUSE_ORIGINS).meta({ description: 'Where the rule or state is that has to change' }),
  summary: anyText('One sentence for people, at most 1,000 characters'),
};

/** What can be done about a cause. */
export const mitigationData = z.strictObject({
  code: z
    .enum(MITIGATION_CODES)
    .meta({ description: 'What kind of change; there may be more of them in the future' }),
  summary: anyText('One sentence for people'),
  command: anyText('One line for a POSIX shell that works when pasted'),
  risk: z.enum(MITIGATION_RISKS).meta({
    description:
      '`Low`: one node, nothing restarts; `Medium`: others notice; `High`: what runs may not come back',
  }),
  owner: z
    .enum(MITIGATION_OWNERS)
    .meta({ description: 'Whose object the command changes; `None` when it only looks' }),
});

const VMI = {
  namespace: text('`metadata.namespace`'),
  name: text('`metadata.name`'),
  uid: anyText('`metadata.uid`'),
};
const NAMED_OF = `the first that fit, at most ${MAX_NAMED}`;

/** What every incident event says of its incident. */
export const incidentData = z.strictObject({
  node: nodeData,
  incident: z
    .strictObject({
      ...INCIDENT_IDENTITY,
      state: z.enum(INCIDENT_STATES).meta({ description: 'The state after this event' }),
      severity: z.enum(SEVERITIES).meta({ description: 'The same as the attribute `severity`' }),
      since: time('Since when the verdict behind the state holds, as far as it was seen'),
      openedAt: time('When the incident was opened').optional(),
      resolvedAt: time('When the incident was resolved').optional(),
      resolution: z.enum(RESOLUTIONS).optional().meta({ description: 'How it was resolved' }),
    })
    .meta({ description: 'The incident' }),
  causes: z
    .array(z.strictObject(CAUSE).meta({ description: 'A cause' }))
    .meta({ description: 'As the judgement saw them, the primary first' }),
  vmis: z
    .array(z.strictObject(VMI).meta({ description: 'A VirtualMachineInstance' }))
    .max(MAX_NAMED)
    .meta({ description: `The VMIs on the node, by namespace and name: ${NAMED_OF}` }),
  vmiCount: count('How many VMIs there are'),
  launcherPods: z
    .array(
      z
        .strictObject({ namespace: VMI.namespace, name: VMI.name })
        .meta({ description: 'A virt-launcher pod' }),
    )
    .max(MAX_NAMED)
    .meta({ description: `The virt-launcher pods on the node, by namespace and name: ${NAMED_OF}` }),
  launcherPodCount: count('How many virt-launcher pods there are'),
  goneVmis: z
    .array(
      z
        .strictObject({
          ...VMI,
          fate: z
            .enum(VMI_FATES)
            .meta({ description: 'Its final phase, or `Gone` when it was deleted or moved' }),
        })
        .meta({ description: 'A VirtualMachineInstance that is gone' }),
    )
    .max(MAX_NAMED)
    .meta({
      description: `VMIs that left the node while it was not managed: the last that fit, at most ${MAX_NAMED}`,
    }),
  diagnosis: z
    .strictObject({
      diagnosedAt: time('When it was made'),
      causes: z
        .array(
          z
            .strictObject({
              ...CAUSE,
              mitigations: z
                .array(mitigationData.meta({ description: 'What would help' }))
                .meta({ description: 'What would help, the smallest change first' }),
            })
            .meta({ description: 'A cause' }),
        )
        .meta({ description: 'Every proven cause, the primary first' }),
    })
    .optional()
    .meta({ description: 'What `diagnose` found; absent until it did' }),
});
export type IncidentData = z.infer<typeof incidentData>;
