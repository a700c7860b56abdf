import type { Incident } from '../domain/incidents/incident.ts';
import { primaryCause } from '../domain/incidents/incident.ts';
import type { ClusterChange } from '../domain/mitigations/cluster-change.ts';
import type { RemediationStage, Telling } from '../domain/remediation/look.ts';
import type { PlanStep } from '../domain/remediation/plan.ts';
import { type EpochMs, formatTimestamp } from '../domain/units.ts';
import type { EventType } from './define-event.ts';
import { sequenceOf } from './event-attributes.ts';
import { sourceOf } from './incident-events.ts';
import type { ProductEvent } from './product-event.ts';
import {
  type RemediationData,
  remediationApproved,
  remediationFailed,
  remediationProposed,
  remediationRefused,
  remediationStarted,
  remediationSucceeded,
} from './reaction-events.ts';
import { SizeBudget } from './size-budget.ts';

/**
 * What the lists of nodes of an event may have together. With everything else that leaves an event below 64 KiB, as those of incidents:
 * see `toIncidentData`.
 */
const MAX_NAMES_BYTES = 24 * 1_024;

const TYPE_OF: Readonly<Record<RemediationStage, EventType<string, RemediationData>>> = {
  proposed: remediationProposed,
  approved: remediationApproved,
  started: remediationStarted,
  succeeded: remediationSucceeded,
  failed: remediationFailed,
  refused: remediationRefused,
};

/** What an event says beside the run. */
export interface RemediationTold {
  readonly incident: Incident;
  /** The record's `metadata.uid`. */
  readonly uid: string;
  readonly at: EpochMs;
  readonly clusterName: string;
  readonly traceparent: string | undefined;
}

/**
 * The event that tells a stage of a run. Its id is a pure function of the incident's UID, the run's number and the stage, with the number of
 * the refusal or approval where there can be several: the same has the same id, whoever publishes it and how often.
 */
export function remediationEvent(
  { stage, run, reason }: Telling,
  { incident, uid, at, clusterName, traceparent }: RemediationTold,
): ProductEvent<string, RemediationData> {
  const { node, nodeUid, severity } = incident;
  const { number, plan, episode, revision, mode, gates, approval, refusals } = run;
  const names = new SizeBudget(MAX_NAMES_BYTES);
  const times = REPEATED.has(stage) ? `.${refusals}` : '';
  return TYPE_OF[stage].create({
    id: `${uid}.${episode}.${revision}.remediation-${number}.${stage}${times}`,
    source: sourceOf(clusterName),
    subject: `nodes/${node}`,
    time: formatTimestamp(at),
    node,
    severity,
    cause: primaryCause(incident),
    partitionkey: node,
    sequence: sequenceOf(revision),
    traceparent,
    data: {
      node: { name: node, uid: nodeUid },
      incident: { uid, episode, revision },
      plan: { id: plan.id, run: number, mode, steps: plan.steps.map((step) => toStep(step, names)) },
      gates: [...gates],
      by: approval?.by ?? '',
      ...(reason === undefined ? {} : { reason }),
    },
  });
}

/** A run is refused, and after that approved and started anew, more than once. */
const REPEATED: ReadonlySet<RemediationStage> = new Set(['approved', 'started', 'refused']);

function toStep(step: PlanStep, names: SizeBudget): RemediationData['plan']['steps'][number] {
  const { code, summary, command, risk, owner, effects, change, inverse, success, timeoutMs } = step;
  return {
    code,
    summary,
    command,
    risk,
    owner,
    ...(change === undefined ? {} : { write: toWrite(change) }),
    handlersLost: names.takeFirst(effects.handlersLost),
    handlersGained: names.takeFirst(effects.handlersGained),
    restartsEveryHandler: effects.restartsEveryHandler,
    inverse,
    success,
    timeoutSeconds: Math.round(timeoutMs / 1_000),
  };
}

function toWrite(change: ClusterChange): NonNullable<RemediationData['plan']['steps'][number]['write']> {
  const { generation, ...target } = change.target;
  const operations = change.action === 'patch' ? change.operations.map((it) => ({ ...it })) : [];
  return {
    action: change.action,
    ...target,
    ...(generation === undefined ? {} : { generation }),
    operations,
  };
}
