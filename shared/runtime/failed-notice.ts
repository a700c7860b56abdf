import type { Delivery, DeliveryFailure, Told } from '../domain/notifications/delivery.ts';
import { type EpochMs, epochMs, formatTimestamp } from '../domain/units.ts';
import { type ChannelRefusedError, ChannelUnavailableError } from '../errors/errors.ts';
import { sourceOf } from '../events/incident-events.ts';
import type { ProductEvent } from '../events/product-event.ts';
import { notificationFailed } from '../events/reaction-events.ts';
import type { Notice } from './channel.ts';
import type { IncidentRecord } from './ports.ts';

export type ChannelError = ChannelUnavailableError | ChannelRefusedError;

/** What a channel did not take. */
export interface FailedNotice {
  readonly record: IncidentRecord;
  readonly delivery: Delivery;
  readonly notice: Notice;
  readonly told: Told;
}

/** What is kept of it. */
export function failureOf(
  { delivery, told }: FailedNotice,
  error: ChannelError,
  now: EpochMs,
): DeliveryFailure {
  const { code, attempts } = error;
  const retryAfterMs = error instanceof ChannelUnavailableError ? error.retryAfterMs : undefined;
  return {
    code,
    attempts: (delivery.failure?.attempts ?? 0) + attempts,
    revision: told.revision,
    at: now,
    notBefore: retryAfterMs === undefined ? undefined : epochMs(now + retryAfterMs),
  };
}

/** Tells that a channel gave up: under one id for each revision that it did not take. */
export function failedEvent(
  { record: { uid }, delivery: { channel, episode }, notice: { message, nodeUid } }: FailedNotice,
  {
    failure,
    error,
    clusterName,
  }: {
    readonly failure: DeliveryFailure;
    readonly error: ChannelError;
    readonly clusterName: string;
  },
): ProductEvent {
  const { node, revision, severity, cause } = message;
  return notificationFailed.create({
    id: `${uid}.${episode}.${failure.revision}.${channel}.notification-failed`,
    source: sourceOf(clusterName),
    subject: `nodes/${node}`,
    time: formatTimestamp(failure.at),
    node,
    severity,
    cause,
    partitionkey: node,
    data: {
      node: { name: node, uid: nodeUid },
      incident: { uid, episode, revision },
      channel,
      attempts: failure.attempts,
      reason: { code: error.code, message: error.message },
    },
  });
}
