import { z } from 'zod';
import { ALERT_STATUSES, type Alert } from '../domain/alerts/alert.ts';
import { labelFingerprint } from '../domain/alerts/label-fingerprint.ts';
import { type EpochMs, parseTimestamp } from '../domain/units.ts';
import { EventInvalidError } from '../errors/errors.ts';
import { TYPE_PREFIX } from './define-event.ts';
import type { IncomingEvent } from './incoming-event.ts';

/** A request of Alertmanager's webhook, as an event: made by `POST /alerts`, never published. */
export const ALERTMANAGER_WEBHOOK_TYPE = `${TYPE_PREFIX}alertmanager.webhook`;

/** The version of the payload that is read. Source: Alertmanager `notify/webhook/webhook.go`. */
const VERSION = '4';
const FINGERPRINT = /^[0-9a-f]{16}$/;

const ALERT = z.object({
  status: z.enum(ALERT_STATUSES).meta({ description: 'Whether it fires, or did' }),
  labels: z.record(z.string(), z.string()).meta({ description: 'All its labels, `alertname` among them' }),
  startsAt: z.string().nullish().meta({ description: 'When it fired; RFC 3339' }),
  fingerprint: z
    .string()
    .nullish()
    .meta({ description: 'Computed from the labels, as Alertmanager does, when it is missing' }),
});

/** Alertmanager's webhook, version 4, as far as it is read here. Foreign, so what else is in it is tolerated, and dropped. */
export const alertmanagerData = z.object({
  version: z.literal(VERSION).meta({ description: 'Version of the payload' }),
  groupKey: z.string().nullish().meta({ description: 'Which group of alerts' }),
  alerts: z
    .array(ALERT.meta({ description: 'An alert' }))
    .meta({ description: 'The alerts of the group, as many as `max_alerts` allows' }),
});

export type AlertmanagerData = z.infer<typeof alertmanagerData>;

/**
 * Reads the body of a webhook request.
 *
 * @throws EventInvalidError when it is not version 4, such as that of a receiver with a `payload` of its own
 */
export function parseAlertmanagerData(document: unknown): AlertmanagerData {
  const result = alertmanagerData.safeParse(document);
  if (result.success) return result.data;
  const [first] = result.error.issues;
  const place = first?.path.join('.') || 'the body';
  throw new EventInvalidError(
    `this is not the payload of Alertmanager's webhook, version ${VERSION} (${place.slice(0, 80)}: ${first?.message.slice(0, 200) ?? 'invalid'})`,
    "Send what Alertmanager's webhook_config sends by itself: leave out its payload.",
  );
}

/**
 * The alerts that an event of Alertmanager's webhook tells; `undefined` for any other type.
 *
 * @throws EventInvalidError when its data is no such payload
 */
export function parseAlerts({ type, data }: IncomingEvent): readonly Alert[] | undefined {
  if (type !== ALERTMANAGER_WEBHOOK_TYPE) return undefined;
  return parseAlertmanagerData(data).alerts.map(toAlert);
}

function toAlert({ status, labels, startsAt, fingerprint }: AlertmanagerData['alerts'][number]): Alert {
  return {
    alertname: labels['alertname'] ?? '',
    status,
    // What is no fingerprint would become part of an id.
    fingerprint: FINGERPRINT.test(fingerprint ?? '') ? String(fingerprint) : labelFingerprint(labels),
    node: labels['node'] ?? '',
    namespace: labels['namespace'] ?? '',
    startsAt: toStart(startsAt ?? undefined),
  };
}

/** Go writes the year 1 for a time that was not set. */
function toStart(text: string | undefined): EpochMs | undefined {
  const time = parseTimestamp(text);
  return time !== undefined && time > 0 ? time : undefined;
}
