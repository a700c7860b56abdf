import { ORPHANS_ALERT } from '../../shared/domain/alerts/alert.ts';
import { formatTimestamp } from '../../shared/domain/units.ts';
import { alertVerifiedEvent } from '../../shared/events/alert-verified-event.ts';
import { auditCompleted, auditRequested } from '../../shared/events/audit-events.ts';
import { type EventType, TYPE_PREFIX } from '../../shared/events/define-event.ts';
import { sequenceOf } from '../../shared/events/event-attributes.ts';
import { sourceOf } from '../../shared/events/incident-events.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import {
  notificationFailed,
  remediationApproved,
  remediationFailed,
  remediationProposed,
  remediationRefused,
  remediationStarted,
  remediationSucceeded,
} from '../../shared/events/reaction-events.ts';
import { at, CLUSTER_NAME, INCIDENT_UID, incidentExamples, NODE, OPEN } from './example-incident.ts';

/** One example of every type, made by what makes the real ones. */
export function exampleEvents(): readonly ProductEvent[] {
  return [
    ...incidentExamples(),
    ...remediationExamples(),
    ...auditExamples(),
    alertExample(),
    failedExample(),
  ];
}

const INCIDENT = { uid: INCIDENT_UID, episode: OPEN.episode, revision: OPEN.revision };

/** An event about the incident of the examples, at its third revision. */
function about<Data>(type: EventType<string, Data>, time: string, data: Data): ProductEvent {
  const name = type.type.slice(TYPE_PREFIX.length).replace(/\.v\d+$/, '');
  return type.create({
    id: `${INCIDENT_UID}.${INCIDENT.episode}.${INCIDENT.revision}.${name.replace('.', '-')}`,
    source: sourceOf(CLUSTER_NAME),
    subject: `nodes/${NODE.name}`,
    time: formatTimestamp(at(time)),
    node: NODE.name,
    severity: OPEN.severity,
    cause: 'TaintNotTolerated',
    partitionkey: NODE.name,
    sequence: sequenceOf(INCIDENT.revision),
    data,
  });
}

type Remediation = ReturnType<typeof remediationProposed.parse>;

const PROPOSED: Remediation = {
  node: NODE,
  incident: INCIDENT,
  plan: {
    id: 'add-placement-toleration',
    steps: [
      {
        code: 'AddPlacementToleration',
        summary: 'Let virt-handler tolerate maintenance=true:NoExecute.',
        command:
          'kubectl patch kubevirt kubevirt -n kubevirt --type=json -p \'[{"op":"add","path":"/spec/workloads/nodePlacement/tolerations/-","value":{"key":"maintenance","operator":"Exists"}}]\'',
        risk: 'Medium',
        owner: 'KubeVirt',
        inverse:
          'kubectl patch kubevirt kubevirt -n kubevirt --type=json -p \'[{"op":"remove","path":"/spec/workloads/nodePlacement/tolerations/0"}]\'',
        success: 'a Ready virt-handler pod on node02',
        timeoutSeconds: 300,
      },
    ],
  },
  gates: [{ code: 'StillOrphaned', open: true, message: 'node02 was read again and is still orphaned' }],
  by: '',
};

function remediationExamples(): readonly ProductEvent[] {
  const approved = { ...PROPOSED, by: 'jane@example.com' };
  const notReady = { code: 'Timeout', message: 'virt-handler was not Ready on node02 after 300 s' };
  const window = { code: 'MaintenanceWindow', open: false, message: 'outside of the maintenance window' };
  return [
    about(remediationProposed, '10:05:00.000', PROPOSED),
    about(remediationApproved, '10:06:00.000', approved),
    about(remediationStarted, '10:06:01.000', approved),
    about(remediationSucceeded, '10:08:30.000', approved),
    about(remediationFailed, '10:11:01.000', { ...approved, reason: notReady }),
    about(remediationRefused, '10:05:00.000', {
      ...PROPOSED,
      gates: [...PROPOSED.gates, window],
      reason: { code: window.code, message: window.message },
    }),
  ];
}

function auditExamples(): readonly ProductEvent[] {
  const common = { source: sourceOf(CLUSTER_NAME), subject: 'cluster' };
  return [
    auditRequested.create({
      ...common,
      id: 'nightly-2026-08-22',
      time: formatTimestamp(at('10:15:00.000')),
      data: { scope: 'all' },
    }),
    auditCompleted.create({
      ...common,
      id: 'audit-completed.nightly-2026-08-22',
      time: formatTimestamp(at('10:15:02.300')),
      data: {
        scope: 'all',
        startedAt: formatTimestamp(at('10:15:00.100')),
        completedAt: formatTimestamp(at('10:15:02.300')),
        nodesJudged: 42,
        nodesByVerdict: { NoWorkload: 12, Managed: 30, AtRisk: 0, Orphaned: 0, Unknown: 0 },
        orphanedVmis: 0,
        incidentsChanged: 0,
        eventsRepublished: 0,
        problems: [],
      },
    }),
  ];
}

function alertExample(): ProductEvent {
  const told = {
    alert: {
      alertname: ORPHANS_ALERT,
      status: 'firing',
      fingerprint: '1f4e2d6c9a7b3e05',
      node: NODE.name,
      namespace: 'kubevirt',
      startsAt: at('10:10:00.000'),
    },
    finding: {
      verdict: 'AlreadyRecovered',
      code: 'Recovered',
      message: 'node02 was orphaned; virt-handler is back since 2026-08-22T10:08:30.000Z.',
      at: at('10:08:30.000'),
    },
    nodeUid: NODE.uid,
    known: { uid: INCIDENT_UID, incident: OPEN },
  } as const;
  const telling = { clusterName: CLUSTER_NAME, traceparent: undefined, now: at('10:14:00.000') };
  return alertVerifiedEvent(told, telling);
}

function failedExample(): ProductEvent {
  return about(notificationFailed, '10:05:30.000', {
    node: NODE,
    incident: INCIDENT,
    channel: 'on-call-slack',
    attempts: 5,
    reason: { code: 'RateLimited', message: 'the channel answered 429 to every attempt' },
  });
}
