import { z } from 'zod';

/** A point in time. */
export const time = (description: string) =>
  z.iso.datetime().meta({ description: `${description}; RFC 3339, UTC` });

/** A whole number from 0 up. */
export const count = (description: string) => z.int().min(0).meta({ description });

/** Text that is not empty. */
export const text = (description: string) => z.string().min(1).meta({ description });

/** Text that may be empty. */
export const anyText = (description: string) => z.string().meta({ description });

/** Longest name of a node, and of any Kubernetes object. Source: RFC 1123 subdomain, apimachinery `validation`. */
const MAX_NAME_LENGTH = 253;

/** A node, by name and UID. */
export const nodeData = z
  .strictObject({
    name: z.string().min(1).max(MAX_NAME_LENGTH).meta({ description: '`metadata.name` of the Node' }),
    uid: anyText('`metadata.uid` of the Node; empty when it did not exist when the episode began'),
  })
  .meta({ description: 'The node that the event is about' });

/** What identifies one state of an incident. */
export const INCIDENT_IDENTITY = {
  uid: text('`metadata.uid` of the OrphanIncident'),
  episode: z
    .int()
    .min(1)
    .meta({ description: 'From 1 up: a new one when the node is orphaned again after more than 30 minutes' }),
  revision: z.int().min(1).meta({
    description: 'From 1 up, never starts again: grows when state, causes, diagnosis or workload change',
  }),
};

/** Which state of which incident. */
export const incidentReference = z
  .strictObject(INCIDENT_IDENTITY)
  .meta({ description: 'The incident, and its revision when this was decided' });
