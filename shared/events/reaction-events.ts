/** What follows an incident: the truth check of an alert, remediation, and channels that gave up. */
import { z } from 'zod';
import { ALERT_STATUSES, ALERT_VERDICTS } from '../domain/alerts/alert.ts';
import { REMEDIATION_MODES } from '../domain/remediation/remediation-policy.ts';
import { anyText, count, incidentReference, nodeData, text, time } from './data-parts.ts';
import { defineEvent } from './define-event.ts';
import { mitigationData } from './incident-data.ts';

const REASON = z
  .strictObject({
    code: text('Stable, for programs'),
    message: anyText('One sentence for people'),
  })
  .meta({ description: 'Why' });

/** Published for every alert that came in, whatever the verdict. */
export const alertVerified = defineEvent(
  'alert.verified.v1',
  'The cluster was read for an alert; the verdict says whether it is true.',
  z.strictObject({
    alertname: text('The alert, such as `OrphanedVirtualMachineInstances`'),
    fingerprint: anyText("Alertmanager's fingerprint; computed as it does from the labels when it sent none"),
    status: z.enum(ALERT_STATUSES).optional().meta({ description: 'Whether the alert fires, or did' }),
    startsAt: time('When the alert fired').optional(),
    node: nodeData.optional(),
    verdict: z
      .enum(ALERT_VERDICTS)
      .meta({ description: 'Whether it is true; `Unknown`: it could not be read' }),
    reason: REASON,
    incident: incidentReference.optional(),
  }),
);

const GATE = z
  .strictObject({
    code: text('Which gate'),
    open: z.boolean().meta({ description: 'Whether it lets the plan pass' }),
    message: anyText('What was seen, one sentence for people'),
  })
  .meta({ description: 'One gate of a remediation' });

const OPERATION = z
  .strictObject({
    op: z.enum(['test', 'add', 'replace', 'remove']).meta({ description: 'RFC 6902, section 4' }),
    path: anyText('A JSON Pointer, RFC 6901'),
    value: z.unknown().optional().meta({ description: 'Any JSON; absent for `remove`' }),
  })
  .meta({ description: 'One operation' });

const WRITE = z
  .strictObject({
    action: z
      .enum(['patch', 'delete'])
      .meta({ description: 'A JSON Patch (RFC 6902), or the deletion of the object' }),
    apiVersion: text('`apiVersion` of the object'),
    kind: text('`kind` of the object'),
    namespace: anyText('`metadata.namespace`; empty for a Node'),
    name: text('`metadata.name`'),
    uid: text('Precondition: `metadata.uid`'),
    resourceVersion: text('`metadata.resourceVersion` of what was judged'),
    generation: z.int().optional().meta({ description: '`metadata.generation` of what was judged' }),
    operations: z.array(OPERATION).meta({
      description: 'The operations of the patch, without those that guard it; empty for a deletion',
    }),
  })
  .meta({ description: 'The exact write; absent when only people can make the step' });

const STEP = mitigationData
  .extend({
    write: WRITE.optional(),
    handlersGained: z.array(text('Name of a node')).meta({
      description: 'Nodes that get a virt-handler, the first of them where they are too many for an event',
    }),
    handlersLost: z
      .array(text('Name of a node'))
      .meta({ description: 'Nodes whose virt-handler does not come back; cut in the same way' }),
    restartsEveryHandler: z
      .boolean()
      .meta({ description: 'Whether every virt-handler restarts, node by node' }),
    inverse: anyText('The command that takes it back; empty when nothing has to be taken back'),
    success: anyText('How success is seen'),
    timeoutSeconds: count('How long success may take'),
  })
  .meta({ description: 'One step' });

const remediationData = z.strictObject({
  node: nodeData,
  incident: incidentReference,
  plan: z
    .strictObject({
      id: text('Identifies the plan: the same steps on the same objects have the same'),
      run: z.int().min(1).meta({ description: 'From 1 up: counts the plans of this incident record' }),
      mode: z.enum(REMEDIATION_MODES).meta({ description: 'What the policy says of it' }),
      steps: z.array(STEP).min(1).meta({ description: 'What is done, in this order' }),
    })
    .meta({ description: 'What would be done, or is' }),
  gates: z.array(GATE).meta({ description: 'Every gate, also after the first refusal' }),
  by: anyText('Who approved or acts; empty when nobody did yet'),
  reason: REASON.optional(),
});
export type RemediationData = z.infer<typeof remediationData>;

export const remediationProposed = defineEvent(
  'remediation.proposed.v1',
  'There is a plan that would bring virt-handler back; nothing was done.',
  remediationData,
);
export const remediationApproved = defineEvent(
  'remediation.approved.v1',
  'A person, or the policy, approved a plan for this revision of the incident.',
  remediationData,
);
export const remediationStarted = defineEvent(
  'remediation.started.v1',
  'The first step of an approved plan is about to be written.',
  remediationData,
);
export const remediationSucceeded = defineEvent(
  'remediation.succeeded.v1',
  'virt-handler is back and Ready on the node.',
  remediationData,
);
export const remediationFailed = defineEvent(
  'remediation.failed.v1',
  'A plan did not bring virt-handler back; what could be reverted was.',
  remediationData,
);
export const remediationRefused = defineEvent(
  'remediation.refused.v1',
  'A gate is closed; the plan was not carried out.',
  remediationData,
);

/** Nobody may have been told: route it to another channel. */
export const notificationFailed = defineEvent(
  'notification.failed.v1',
  'A channel gave up; the next tick tries again until the incident is closed.',
  z.strictObject({
    node: nodeData,
    incident: incidentReference,
    channel: text('Its name in the configuration; never a URL or token'),
    attempts: z.int().min(1).meta({ description: 'How often it was tried' }),
    reason: REASON,
  }),
);
