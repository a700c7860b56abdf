import type { Announcement, Incident, IncidentState } from '../domain/incidents/incident.ts';
import { composeMessage, type MessageContext } from '../domain/notifications/compose-message.ts';
import { composeStorm } from '../domain/notifications/compose-storm.ts';
import type { Delivery } from '../domain/notifications/delivery.ts';
import type { Intent } from '../domain/notifications/next-intent.ts';
import { incidentEvent } from '../events/incident-events.ts';
import type { Notice } from './channel.ts';

/** What is to be told, and by whose record. */
export interface NoticePlan {
  readonly intent: Intent;
  readonly delivery: Delivery;
  /** The incident of the node whose record keeps the delivery. */
  readonly leader: Incident;
  /** All that it is about. */
  readonly incidents: readonly Incident[];
}

const ANNOUNCED: Readonly<Record<IncidentState, Announcement>> = {
  AtRisk: 'at-risk',
  Suspected: 'suspected',
  Open: 'opened',
  Resolved: 'resolved',
};

/**
 * A notice, in the words of people and as an event. Both are the same for the same revision and intent, whoever makes
 * them: `now` alone differs.
 */
export function toNotice(
  { intent, delivery, leader, incidents }: NoticePlan,
  context: MessageContext,
): Notice {
  const { uid, clusterName, now } = context;
  // A storm may outlive the episode of the node that leads it, and keeps its key.
  const own = { ...leader, episode: delivery.episode };
  const told = delivery.told?.state;
  const isOnlyUpdated = intent === 'update' && told === leader.state;
  const announcement = isOnlyUpdated ? 'updated' : ANNOUNCED[leader.state];
  const at = leader.resolvedAt ?? leader.openedAt ?? leader.since;
  const message =
    delivery.storm === undefined ? composeMessage(own, context) : composeStorm(incidents, own, context);
  return {
    intent,
    isAboutRemediation:
      isOnlyUpdated &&
      message.remediation !== undefined &&
      message.remediation.stage !== delivery.told?.remediation,
    message,
    event: incidentEvent(own, { announcement, uid, at, clusterName, traceparent: undefined }),
    vmis: incidents.flatMap(({ vmis, goneVmis }) => [...vmis, ...goneVmis]),
    launcherPods: incidents.flatMap(({ launcherPods }) => launcherPods),
    nodeUid: leader.nodeUid,
    now,
  };
}
