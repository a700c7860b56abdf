import { TYPE_PREFIX } from '../../../shared/events/define-event.ts';
import type { IncidentData } from '../../../shared/events/incident-data.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';

/** An event that tells a transition of an incident, once however often it was published. */
export interface Transition {
  readonly id: string;
  readonly announcement: string;
  readonly cause: string;
  readonly data: IncidentData;
}

const PREFIX = `${TYPE_PREFIX}incident.`;

/** Every transition that was published, in the order of revisions; of one node, when told. */
export function transitionsIn(events: readonly IncomingEvent[], node?: string): readonly Transition[] {
  const distinct = new Map<string, Transition>();
  for (const event of events) {
    if (!event.type.startsWith(PREFIX) || (node !== undefined && event['node'] !== node)) continue;
    const announcement = event.type.slice(PREFIX.length).replace(/\.v\d+$/, '');
    const { id, data } = event;
    distinct.set(id, { id, announcement, cause: String(event['cause']), data: data as IncidentData });
  }
  const revisionOf = ({ data }: Transition) => data.incident.revision;
  return [...distinct.values()].sort((left, right) => revisionOf(left) - revisionOf(right));
}

/**
 * The state of a node's incident as it changed, a line each: `opened TaintNotTolerated`, `resolved Recovered`. Updates
 * and diagnoses, which say more of a state, are left out.
 */
export function statesOf(events: readonly IncomingEvent[], node: string): readonly string[] {
  return transitionsIn(events, node)
    .filter(({ announcement }) => announcement !== 'updated' && announcement !== 'diagnosed')
    .map(({ announcement, cause, data }) => `${announcement} ${data.incident.resolution ?? cause}`);
}
