/** What follows an incident: the truth check of an alert, remediation, and channels that gave up. */
import { z } from 'zod';
import { ALERT_STATUSES, ALERT_VERDICTS } from '../domain/alerts/alert.ts';
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

const STEP = mitigationData
  .extend({
    inverse: anyText('The command that takes it back; empty when nothing has to be taken back'),
    success: anyText('How success is seen'),
    timeoutSeconds: count('How long success may take'),
  })
  .meta({ description: 'One step' });

const REMEDIATION = z.strictObject({
  node: nodeData,
  incident: incidentReference,
  plan: z
    .strictObject({
      id: text('Identifies the plan'),
      steps: z.array(STEP).meta({ description: 'What is done, in this order' }),
    })
    .meta({ description: 'What would be done, or is' }),
  gates: z.array(GATE).meta({ description: 'Every gate, also after the first refusal' }),
  by: anyText('Who approved or acts; empty when nobody did yet'),
  reason: REASON.optional(),
});

export const remediationProposed = defineEvent(
  'remediation.proposed.v1',
  'There is a plan that would bring virt-handler back; nothing was done.',
  REMEDIATION,
);
export const remediationApproved = defineEvent(
  'remediation.approved.v1',
  'A person, or the policy, approved a plan for this revision of the incident.',
  REMEDIATION,
);
export const remediationStarted = defineEvent(
  'remediation.started.v1',
  'The first step of an approved plan is about to be written.',
  REMEDIATION,
);
export const remediationSucceeded = defineEvent(
  'remediation.succeeded.v1',
  'virt-handler is back and Ready on the node.',
  REMEDIATION,
);
export const remediationFailed = defineEvent(
  'remediation.failed.v1',
  'A plan did not bring virt-handler back; what could be reverted was.',
  REMEDIATION,
);
export const remediationRefused = defineEvent(
  'remediation.refused.v1',
  'A gate is closed; the plan was not carried out.',
  REMEDIATION,
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
