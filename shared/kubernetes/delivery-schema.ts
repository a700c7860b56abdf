import * as z from 'zod';
import { CAUSE_CODES } from '../domain/causes/cause.ts';
import { INCIDENT_STATES, SEVERITIES } from '../domain/incidents/incident.ts';
import type { Delivery } from '../domain/notifications/delivery.ts';
import { formatTimestamp } from '../domain/units.ts';
import { maybeTime, maybeTimestamp, storedTime as time, toTime } from './stored-time.ts';

const count = z.int().min(0);

/** What a channel was told, as the incident's resource keeps it. */
export const deliverySchema = z.object({
  channel: z.string().min(1).describe('its name in the configuration'),
  episode: z.int().min(1),
  told: z
    .object({
      state: z.enum(INCIDENT_STATES),
      severity: z.enum(SEVERITIES),
      revision: count.describe('of a storm a number that changes with the nodes in it'),
      nodes: count,
      openings: count.describe('how often it was told to be open'),
      remediation: z.string().optional().describe('where remediation stood'),
      at: time,
    })
    .optional()
    .describe('what the channel heard last'),
  externalId: z.string().optional().describe('what the channel knows the message by'),
  claimedUntil: time.optional().describe('somebody is telling it: nobody else does before'),
  failure: z
    .object({ code: z.string(), attempts: count, revision: count, at: time, notBefore: time.optional() })
    .optional()
    .describe('what the channel did not take'),
  storm: z
    .object({ cause: z.enum(CAUSE_CODES), since: time })
    .optional()
    .describe('set where this delivery tells of many nodes with one cause'),
  leader: z.string().optional().describe('the node whose delivery tells of this incident too'),
});
type Stored = z.infer<typeof deliverySchema>;

export function toDelivery(stored: Stored): Delivery {
  const { channel, episode, told, externalId, claimedUntil, failure, storm, leader } = stored;
  return {
    channel,
    episode,
    told: told && { ...told, at: toTime(told.at) },
    externalId,
    claimedUntil: maybeTime(claimedUntil),
    failure: failure && {
      ...failure,
      at: toTime(failure.at),
      notBefore: maybeTime(failure.notBefore),
    },
    storm: storm && { ...storm, since: toTime(storm.since) },
    leader,
  };
}

/** JSON leaves out what is `undefined`. */
export function toStoredDelivery(delivery: Delivery): Record<keyof Delivery, unknown> {
  const { told, claimedUntil, failure, storm } = delivery;
  return {
    ...delivery,
    told: told && { ...told, at: formatTimestamp(told.at) },
    claimedUntil: maybeTimestamp(claimedUntil),
    failure: failure && {
      ...failure,
      at: formatTimestamp(failure.at),
      notBefore: maybeTimestamp(failure.notBefore),
    },
    storm: storm && { ...storm, since: formatTimestamp(storm.since) },
  };
}
