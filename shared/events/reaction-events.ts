/** What follows an incident: the truth check of an alert, remediation, and channels that gave up. */
import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { mitigationData } from './incident-data.ts';

const NODE = z.strictObject({ name: z.string().min(1).max(253), uid: z.string() });
const INCIDENT = z.strictObject({
  uid: z.string().min(1),
  episode: z.int().min(1),
  revision: z.int().min(1),
});
const REASON = z.strictObject({
  code: z.string().min(1).meta({ description: 'Stable, for programs' }),
  message: z.string(),
});

export const ALERT_VERDICTS = ['Confirmed', 'FalsePositive', 'AlreadyRecovered', 'Unknown'] as const;

/** What the cluster says of an alert. */
export const alertVerified = defineEvent(
  'alert.verified.v1',
  'The cluster was read for an alert; the verdict says whether it is true.',
  z.strictObject({
    alertname: z.string().min(1),
    fingerprint: z.string().meta({ description: "Alertmanager's; empty when it sent none" }),
    node: NODE.optional(),
    verdict: z.enum(ALERT_VERDICTS),
    reason: REASON,
    incident: INCIDENT.optional(),
  }),
);

/** One gate of a remediation, and whether it let it pass. */
const GATE = z.strictObject({
  code: z.string().min(1),
  open: z.boolean(),
  message: z.string(),
});
const STEP = mitigationData.extend({
  inverse: z.string().meta({ description: 'The command that takes it back; empty when nothing has to be' }),
  success: z.string().meta({ description: 'How success is seen' }),
  timeoutSeconds: z.int().min(0),
});
const REMEDIATION = z.strictObject({
  node: NODE,
  incident: INCIDENT,
  plan: z.strictObject({ id: z.string().min(1), steps: z.array(STEP) }),
  gates: z.array(GATE).meta({ description: 'Every gate, also after the first refusal' }),
  by: z.string().meta({ description: 'Who approved or acts; empty when nobody did yet' }),
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

/** A channel could not deliver. */
export const notificationFailed = defineEvent(
  'notification.failed.v1',
  'A channel gave up; the next tick tries again until the incident is closed.',
  z.strictObject({
    node: NODE,
    incident: INCIDENT,
    channel: z.string().min(1).meta({ description: 'Its name in the configuration; never a URL or token' }),
    attempts: z.int().min(1),
    reason: REASON,
  }),
);
