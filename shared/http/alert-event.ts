import { createHash } from 'node:crypto';
import {
  ALERTMANAGER_WEBHOOK_TYPE,
  type AlertmanagerData,
  parseAlertmanagerData,
} from '../events/alertmanager-events.ts';
import type { IncomingEvent } from '../events/incoming-event.ts';

/**
 * The event that the body of one request of Alertmanager's webhook becomes. Its id is a pure function of the group and its
 * alerts (labels, status, when they fired): a request that is sent again, also by another instance of Alertmanager, has
 * the same id.
 *
 * @throws EventInvalidError when it is no payload of version 4
 */
export function alertEvent(document: unknown): IncomingEvent {
  const data = parseAlertmanagerData(document);
  return {
    specversion: '1.0',
    id: `alerts.${digestOf(data)}`,
    source: '/alertmanager',
    type: ALERTMANAGER_WEBHOOK_TYPE,
    data,
  };
}

function digestOf({ groupKey, alerts }: AlertmanagerData): string {
  const hash = createHash('sha256').update(JSON.stringify(groupKey ?? ''));
  for (const { labels, status, startsAt } of alerts) {
    const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
    hash.update(JSON.stringify([sorted, status, startsAt ?? '']));
  }
  return hash.digest('hex');
}
