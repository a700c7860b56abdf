import { type EpochMs, formatTimestamp } from '../../../shared/domain/units.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import { remediationApproved } from '../../../shared/events/reaction-events.ts';
import type { IncidentRecord } from '../../../shared/runtime/ports.ts';
import { SCENE } from './stage.ts';

/** A sender that a policy may believe. */
export const BOT = '/chat/bot';

/** What waits for an approval, in the form in which approvals name it. */
export function askedOf({ uid, remediation: { run } }: IncidentRecord) {
  if (run === undefined) throw new Error('nothing is proposed');
  const { plan, episode, revision } = run;
  return { node: SCENE, uid, episode, revision, planId: plan.id };
}

/** @param said - what it says besides: `by`, or `token` */
export function approvalEvent(record: IncidentRecord, at: EpochMs, said: object): IncomingEvent {
  const { uid, episode, revision, planId } = askedOf(record);
  const data = { node: { name: SCENE }, incident: { uid, episode, revision }, plan: { id: planId }, ...said };
  const { type } = remediationApproved;
  return { specversion: '1.0', id: 'approval', source: BOT, type, time: formatTimestamp(at), data };
}
