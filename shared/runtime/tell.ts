import { type Delivery, type Told, withDelivery } from '../domain/notifications/delivery.ts';
import { stageKey, stageOf } from '../domain/remediation/stage.ts';
import { type DurationMs, durationMs, epochMs } from '../domain/units.ts';
import { ChannelRefusedError, ChannelUnavailableError, IncidentConflictError } from '../errors/errors.ts';
import type { ProductEvent } from '../events/product-event.ts';
import type { Channel, Notice, Receipt } from './channel.ts';
import { type ChannelError, failedEvent, failureOf } from './failed-notice.ts';
import type { Gate } from './gate.ts';
import type { IncidentRecord, LogFacts } from './ports.ts';
import { publishOutbox, type SettlePorts } from './settle.ts';
import { uncontested } from './uncontested.ts';

/** Longer than a channel may take with all its retries: then whoever claimed it has died. */
export const CLAIM_MS: DurationMs = durationMs(60_000);

/** What telling needs of the world. */
export interface TellPorts extends SettlePorts {
  /** Lets one write of deliveries happen at a time: channels that are told at once would only be in each other's way. */
  readonly writes: Gate;
}

/** One notice for one channel, and where it is kept that it was told. */
export interface Telling {
  /** As it was read; keeps the delivery. */
  readonly record: IncidentRecord;
  /** As it was when this was planned. */
  readonly delivery: Delivery;
  readonly notice: Notice;
  /** What the channel will have heard. */
  readonly told: Told;
}

/** `contested`: somebody else tells it, or it changed: plan anew. `unavailable`: the channel is not to be bothered now. */
export type TellOutcome = 'told' | 'refused' | 'unavailable' | 'contested';

/**
 * Tells one notice, once: it is claimed in the record before it is told, and recorded after. Whoever dies in between
 * is taken over from when the claim has run out; only then a channel that drops no duplicates may show it twice.
 * A reminder is neither claimed nor recorded: it is due again within a minute, and one too many does no harm.
 *
 * @throws KUBE_ errors; IncidentConflictError when the outcome could not be recorded; SinkUnavailableError when it could
 *   not be published that the channel gave up: that stays in the record
 */
export async function tell(channel: Channel, telling: Telling, ports: TellPorts): Promise<TellOutcome> {
  if (!isReminder(channel, telling) && !(await claim(telling, ports))) return 'contested';
  try {
    const receipt = await channel.send(telling.notice, telling.delivery.externalId);
    await succeed(channel, telling, receipt, ports);
    return 'told';
  } catch (error) {
    if (!(error instanceof ChannelUnavailableError || error instanceof ChannelRefusedError)) throw error;
    await fail(channel, telling, error, ports);
    return error instanceof ChannelUnavailableError ? 'unavailable' : 'refused';
  }
}

function isReminder({ abilities }: Channel, { notice }: Telling): boolean {
  return notice.intent === 'repeat' && abilities.keepAliveMs !== undefined;
}

async function succeed(
  channel: Channel,
  telling: Telling,
  { externalId }: Receipt,
  ports: TellPorts,
): Promise<void> {
  const { delivery, told } = telling;
  ports.metrics.noticeTold(channel.name, 'told');
  ports.log.info(aboutOf(channel.name, telling), 'notice told');
  if (isReminder(channel, telling) && delivery.failure === undefined) return;
  const concluded = {
    ...delivery,
    told,
    externalId: externalId ?? delivery.externalId,
    claimedUntil: undefined,
    failure: undefined,
  };
  await conclude(telling, concluded, [], ports);
}

/** Keeps what failed, and tells of it once for each revision that a channel does not take. */
async function fail(
  { name }: Channel,
  telling: Telling,
  error: ChannelError,
  ports: TellPorts,
): Promise<void> {
  const { delivery } = telling;
  ports.metrics.noticeTold(name, 'failed');
  ports.log.warn({ ...aboutOf(name, telling), code: error.code, reason: error.message }, 'notice not told');
  const failure = failureOf(telling, error, ports.clock.now());
  const isNews = delivery.failure?.revision !== failure.revision;
  const events = isNews ? [failedEvent(telling, { failure, error, clusterName: ports.clusterName })] : [];
  await conclude(telling, { ...delivery, claimedUntil: undefined, failure }, events, ports);
}

function aboutOf(channel: string, { record, notice }: Telling): LogFacts {
  const { intent, message } = notice;
  return { node: record.node, channel, intent, revision: message.revision, incident: record.uid };
}

/** Writes that somebody tells it. `false`: what it is about has changed, or somebody else was first. */
async function claim({ record, delivery }: Telling, ports: TellPorts): Promise<boolean> {
  const { incidents, clock, writes } = ports;
  const attempt = async (): Promise<boolean> => {
    const now = await incidents.get(record.node);
    if (now === undefined || !isAsPlanned(now, record, delivery)) return false;
    const claimed = { ...delivery, claimedUntil: epochMs(clock.now() + CLAIM_MS) };
    await incidents.update({ ...now, deliveries: withDelivery(now.deliveries, claimed) });
    return true;
  };
  try {
    return await writes.run(() => uncontested(attempt));
  } catch (error) {
    if (error instanceof IncidentConflictError) return false;
    throw error;
  }
}

/** Writes that another node's delivery tells of this incident too. @throws KUBE_ errors, IncidentConflictError */
export async function join(record: IncidentRecord, delivery: Delivery, ports: TellPorts): Promise<void> {
  await write(record.node, delivery, [], ports);
}

/** Whether neither the incident, nor what is done about it, nor the delivery changed; what was published meanwhile does not matter. */
function isAsPlanned(now: IncidentRecord, planned: IncidentRecord, { channel, episode }: Delivery): boolean {
  const deliveryOf = ({ deliveries }: IncidentRecord) =>
    JSON.stringify(deliveries.find((it) => it.channel === channel && it.episode === episode));
  return (
    now.incident?.revision === planned.incident?.revision &&
    stageText(now) === stageText(planned) &&
    deliveryOf(now) === deliveryOf(planned)
  );
}

function stageText({ incident, remediation }: IncidentRecord): string {
  const stage = incident && stageOf(remediation, incident);
  return stage === undefined ? '' : stageKey(stage);
}

/** Records what became of it, and publishes what follows from it. */
async function conclude(
  { record: { node } }: Telling,
  delivery: Delivery,
  events: readonly ProductEvent[],
  ports: TellPorts,
): Promise<void> {
  const written = await write(node, delivery, events, ports);
  if (written !== undefined && events.length > 0) await publishOutbox(written, ports);
}

/** Puts a delivery into the record, beside whatever else was written meanwhile. `undefined`: nobody remembers the incident. */
function write(
  node: string,
  delivery: Delivery,
  events: readonly ProductEvent[],
  { incidents, writes }: TellPorts,
): Promise<IncidentRecord | undefined> {
  const attempt = async (): Promise<IncidentRecord | undefined> => {
    const record = await incidents.get(node);
    if (record?.incident === undefined) return undefined;
    const deliveries = withDelivery(record.deliveries, delivery);
    return incidents.update({ ...record, deliveries, outbox: [...record.outbox, ...events] });
  };
  return writes.run(() => uncontested(attempt));
}
