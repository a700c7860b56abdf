import type { Announcement, Incident } from '../domain/incidents/incident.ts';
import type { Observation } from '../domain/incidents/observation.ts';
import { type IncidentPolicy, transition } from '../domain/incidents/transition.ts';
import { isUnfinished } from '../domain/notifications/delivery.ts';
import {
  type Clock,
  type DurationMs,
  durationMs,
  type EpochMs,
  elapsedMs,
  parseTimestamp,
} from '../domain/units.ts';
import { IncidentConflictError, OverloadedError } from '../errors/errors.ts';
import { incidentEvent } from '../events/incident-events.ts';
import type { ProductEvent } from '../events/product-event.ts';
import { notificationFailed } from '../events/reaction-events.ts';
import type { EventSink, IncidentRecord, IncidentStore, Log, Metrics } from './ports.ts';

/** What settling needs of the world. */
export interface SettlePorts {
  readonly incidents: IncidentStore;
  readonly sink: EventSink;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly policy: IncidentPolicy;
  readonly clusterName: string;
}

/** What was done about one node. */
export interface Settled {
  /** Whether a transition was accepted. */
  readonly changed: boolean;
  /** How many events that had been accepted earlier were published now. */
  readonly republished: number;
}

/**
 * More than this many accepted and unpublished events of one node, and no further transition is accepted. That channels gave up does not
 * count: however many are dead, nodes are judged.
 */
export const MAX_OUTBOX = 10;

/** How long the record of what is over is kept for a channel that was not told so. */
const AWAITED_MS: DurationMs = durationMs(24 * 3_600_000);
/** The same where what was told is a storm, which lasts as long as any node in it: only this record knows the message. */
const STORM_AWAITED_MS: DurationMs = durationMs(30 * 24 * 3_600_000);

/**
 * Brings a node's record to what was seen, and publishes what that means: the transition is written before it is
 * published, and stays in the record's outbox until it was. Each has one id, however often it is published.
 *
 * @param record - as it was read **before** the cluster: then whoever writes first saw the newest, and others conflict
 * @throws IncidentConflictError when somebody else wrote meanwhile: read both again
 * @throws SinkUnavailableError when an event could not be published; it stays in the outbox
 */
export async function settle(
  record: IncidentRecord | undefined,
  seen: Observation,
  ports: SettlePorts,
  traceparent: string | undefined,
): Promise<Settled> {
  const { clock, incidents, policy } = ports;
  const now = clock.now();
  const next = transition(record?.incident, seen, policy, now);
  if (next.kind === 'changed') {
    refuseOverfull(record);
    const base = record ?? (await incidents.create(seen.node));
    const written = await accept(base, next.next, { ...ports, announce: next.announce, traceparent });
    await publishOutbox(written, ports);
    return { changed: true, republished: base.outbox.length };
  }
  if (record === undefined) return { changed: false, republished: 0 };
  if (record.outbox.length > 0) await publishOutbox(record, ports);
  // Whoever made an empty record died before it was filled, and there is nothing to fill it with any more.
  else if (
    record.incident === undefined ||
    (next.kind === 'forget' && !isAwaited(record, now) && !isRemediated(record))
  )
    await incidents.remove(record);
  return { changed: false, republished: record.outbox.length };
}

/**
 * Whether a channel still has to hear that it is over: one that does not listen for a day is not waited for. Who is in a storm that another
 * node leads is kept as long, since the storm's message says how it ended for all.
 */
function isAwaited({ incident, deliveries }: IncidentRecord, now: EpochMs): boolean {
  const { resolvedAt } = incident ?? {};
  if (resolvedAt === undefined) return false;
  const overMs = elapsedMs(resolvedAt, now);
  return deliveries.some((it) => {
    if (isUnfinished(it)) return overMs < (it.storm === undefined ? AWAITED_MS : STORM_AWAITED_MS);
    return it.leader !== undefined && overMs < AWAITED_MS;
  });
}

/**
 * Whether a remediation is still under way, or left something in the cluster: only this record knows what has to be taken
 * back one day.
 */
function isRemediated({ remediation }: IncidentRecord): boolean {
  return remediation.run !== undefined || remediation.changes.length > 0;
}

/**
 * Accepts nothing new of a node of which too much waits to be published.
 *
 * @throws OverloadedError
 */
export function refuseOverfull(record: IncidentRecord | undefined): void {
  const accepted = record?.outbox.filter(({ type }) => type !== notificationFailed.type) ?? [];
  if (record === undefined || accepted.length < MAX_OUTBOX) return;
  throw new OverloadedError(
    `${accepted.length} events of node ${record.node} are accepted and not yet published`,
    'Check that the sink accepts events; nothing is lost meanwhile.',
  );
}

interface Acceptance extends SettlePorts {
  /** `undefined`: nothing is told. */
  readonly announce: Announcement | undefined;
  readonly traceparent: string | undefined;
}

/** Writes an incident and the event that tells what is new about it, both in one write. */
export async function accept(
  base: IncidentRecord,
  incident: Incident,
  { announce, traceparent, incidents, clock, clusterName, log }: Acceptance,
): Promise<IncidentRecord> {
  const telling = { uid: base.uid, at: clock.now(), clusterName, traceparent };
  const events =
    announce === undefined ? [] : [incidentEvent(incident, { ...telling, announcement: announce })];
  const written = await incidents.update({ ...base, incident, outbox: [...base.outbox, ...events] });
  const { node, state, episode, revision } = incident;
  for (const { id } of events)
    log.info({ node, state, episode, revision, incident: base.uid, eventId: id }, `incident ${announce}`);
  return written;
}

/**
 * Publishes what a record has accepted, oldest first, and takes it out of the record. That somebody else changed the
 * record meanwhile is fine: what they find in it they publish again, under the same ids.
 */
export async function publishOutbox(record: IncidentRecord, ports: SettlePorts): Promise<void> {
  if (record.outbox.length === 0 || ports.sink.isElsewhere) return;
  for (const event of record.outbox) await publish(event, ports);
  await ports.incidents.update({ ...record, outbox: [] }).catch((error: unknown) => {
    if (!(error instanceof IncidentConflictError)) throw error;
    ports.log.debug({ node: record.node }, 'the record changed while its events were published');
  });
}

/** Publishes one event, and counts it. @throws SinkUnavailableError */
export async function publish(
  event: ProductEvent,
  { sink, metrics, clock }: Pick<SettlePorts, 'sink' | 'metrics' | 'clock'>,
): Promise<void> {
  try {
    await sink.publish(event);
  } catch (error) {
    metrics.eventPublished(event.type, 'failed');
    throw error;
  }
  metrics.eventPublished(event.type, 'published');
  const since = parseTimestamp(event.time);
  if (since !== undefined) metrics.detectionLatency(event.type, elapsedMs(since, clock.now()) / 1_000);
}
