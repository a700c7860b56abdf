import { type Incident, SEVERITIES } from '../../shared/domain/incidents/incident.ts';
import { type Delivery, newDelivery } from '../../shared/domain/notifications/delivery.ts';
import {
  type Intent,
  nextIntent,
  type Routed,
  type Subject,
  type Telling,
} from '../../shared/domain/notifications/next-intent.ts';
import {
  type Grouping,
  groupStorms,
  isGrowing,
  knownStorms,
  type StormPolicy,
  stormSubject,
  withoutLost,
} from '../../shared/domain/notifications/storms.ts';
import type { Remediation } from '../../shared/domain/remediation/remediation.ts';
import { stageOf } from '../../shared/domain/remediation/stage.ts';
import { type DurationMs, type EpochMs, elapsedMs } from '../../shared/domain/units.ts';

/** An incident, and what channels were told of it. */
export interface Known {
  readonly node: string;
  readonly incident: Incident;
  readonly remediation: Remediation;
  readonly deliveries: readonly Delivery[];
}

/** One channel, as far as it decides what it is told. */
export interface ChannelFacts extends Telling {
  readonly name: string;
  /** Whether many nodes with one cause are told of together. */
  readonly storms: boolean;
  /** Where an incident is routed. */
  readonly route: (incident: Incident) => Routed;
  /** When it was last reminded of a node's incident, which is in no record. */
  readonly remindedAt: (node: string) => EpochMs | undefined;
}

export interface NotifyPolicy {
  /** How long the first message about an open incident waits for its diagnosis. */
  readonly diagnosisWaitMs: DurationMs;
  readonly storm: StormPolicy;
}

/** Something that a channel is to be told. */
export interface Plan {
  /** The node whose record keeps the delivery. */
  readonly node: string;
  readonly intent: Intent;
  /** As the record has it, or would have it when nothing was told yet. */
  readonly delivery: Delivery;
  readonly subject: Subject;
  /** What it is about: one incident, or all of a storm. */
  readonly incidents: readonly Incident[];
}

export interface Decision {
  /** In the order in which to tell: what was never tried, the most severe first; then what failed, the longest ago first. */
  readonly plans: readonly Plan[];
  /** By node: the node whose delivery tells of it too, from now on. */
  readonly joins: ReadonlyMap<string, string>;
  /** A storm is growing: it is to be looked at again in a moment. */
  readonly isGrowing: boolean;
}

/** Says what one channel is to be told now, of all incidents there are. Same facts, same answer. */
export function decide(
  known: readonly Known[],
  channel: ChannelFacts,
  policy: NotifyPolicy,
  now: EpochMs,
): Decision {
  const all = withoutLost(known, channel.name).flatMap((it) => planSingle(it, channel, policy, now));
  const single = channel.storms ? withoutGrowing(all, known, policy, now) : all;
  const { joins, storms } = channel.storms ? grouping(single, known, channel, policy) : NO_STORMS;
  const told = single.flatMap((plan): readonly Plan[] => {
    const storm = storms.get(plan.node);
    if (storm === undefined) return joins.has(plan.node) ? [] : [plan];
    const { node: leader, delivery } = plan;
    const incidents = incidentsOf({ leader, episode: delivery.episode }, known, channel, joins);
    return [{ ...plan, delivery: { ...delivery, storm }, subject: stormSubject(incidents), incidents }];
  });
  const plans = [...told, ...planStorms(known, channel, joins, now)].sort(byUrgency);
  return { plans, joins, isGrowing: single.length < all.length };
}

/** Without what is going to be part of a storm that is still growing. */
function withoutGrowing(
  plans: readonly Plan[],
  known: readonly Known[],
  { storm }: NotifyPolicy,
  now: EpochMs,
): readonly Plan[] {
  const open = openOf(known);
  return plans.filter(({ intent, delivery, incidents: [incident] }) => {
    if (intent !== 'open' || delivery.told !== undefined || incident?.state !== 'Open') return true;
    return !isGrowing(incident, open, storm, now);
  });
}

function openOf(known: readonly Known[]): readonly Incident[] {
  return known.map(({ incident }) => incident).filter(({ state }) => state === 'Open');
}

const NO_STORMS: Grouping = { joins: new Map(), storms: new Map() };

/** What is told of one incident, unless it is told of as part of a storm. */
function planSingle(
  { node, incident, remediation, deliveries }: Known,
  channel: ChannelFacts,
  { diagnosisWaitMs }: NotifyPolicy,
  now: EpochMs,
): readonly Plan[] {
  const { episode, state, severity, revision, resolvedAt, openedAt, diagnosis } = incident;
  const known = deliveries.find((it) => it.channel === channel.name && it.episode === episode);
  if (known?.storm !== undefined || known?.leader !== undefined) return [];
  const isDue =
    state !== 'Open' ||
    diagnosis !== undefined ||
    elapsedMs(openedAt ?? incident.since, now) >= diagnosisWaitMs;
  const stage = stageOf(remediation, incident);
  const subject = { state, severity, revision, nodes: 1, isDue, resolvedAt, remediation: stage };
  const delivery = known ?? newDelivery(channel.name, episode);
  return planned({ node, delivery, subject, incidents: [incident] }, channel, now);
}

/** What is told of the storms that the channel knows. */
function planStorms(
  known: readonly Known[],
  channel: ChannelFacts,
  joins: Grouping['joins'],
  now: EpochMs,
): readonly Plan[] {
  return knownStorms(known, channel.name).flatMap(({ leader, delivery }) => {
    const incidents = incidentsOf({ leader, episode: delivery.episode }, known, channel, joins);
    if (incidents.length === 0) return [];
    return planned({ node: leader, delivery, subject: stormSubject(incidents), incidents }, channel, now);
  });
}

function planned(plan: Omit<Plan, 'intent'>, channel: ChannelFacts, now: EpochMs): readonly Plan[] {
  const { node, delivery, subject, incidents } = plan;
  const routes = incidents.map((incident) => channel.route(incident));
  const routed = routes.find(({ isTold }) => isTold) ?? routes[0];
  if (routed === undefined) return [];
  const heard = reminded(delivery, channel.remindedAt(node));
  const intent = nextIntent(subject, heard, { telling: channel, routed }, now);
  return intent === undefined ? [] : [{ ...plan, intent }];
}

function reminded(delivery: Delivery, at: EpochMs | undefined): Delivery {
  const { told } = delivery;
  return told === undefined || at === undefined || at < told.at
    ? delivery
    : { ...delivery, told: { ...told, at } };
}

/** What was never told goes into a storm; what came back is told as it was told before. */
function grouping(
  single: readonly Plan[],
  known: readonly Known[],
  channel: ChannelFacts,
  { storm }: NotifyPolicy,
): Grouping {
  const untold = single.flatMap(({ node, intent, delivery, incidents: [incident] }) =>
    intent === 'open' && delivery.told === undefined && incident?.state === 'Open'
      ? [{ node, incident }]
      : [],
  );
  return groupStorms(untold, openOf(known), knownStorms(known, channel.name), storm);
}

/** The incidents of a storm: of the node that leads it, as long as its episode lasts, and of those that joined; later episodes too. */
function incidentsOf(
  { leader, episode }: { readonly leader: string; readonly episode: number },
  known: readonly Known[],
  { name }: ChannelFacts,
  joins: Grouping['joins'],
): readonly Incident[] {
  const isIn = ({ node, incident, deliveries }: Known): boolean => {
    if (node === leader && incident.episode === episode) return true;
    if (joins.get(node) === leader) return true;
    return deliveries.some(
      (it) => it.channel === name && it.episode === incident.episode && it.leader === leader,
    );
  };
  return known.filter(isIn).map(({ incident }) => incident);
}

function byUrgency(a: Plan, b: Plan): number {
  const failedAt = ({ delivery }: Plan) => delivery.failure?.at ?? 0;
  const mildness = ({ subject }: Plan) => -SEVERITIES.indexOf(subject.severity);
  return failedAt(a) - failedAt(b) || mildness(a) - mildness(b) || (a.node < b.node ? -1 : 1);
}
