import { type IncidentState, SEVERITIES, type Severity } from '../incidents/incident.ts';
import { needsPeople, type Stage, stageKey } from '../remediation/stage.ts';
import { type DurationMs, durationMs, type EpochMs, elapsedMs } from '../units.ts';
import type { Delivery, Told } from './delivery.ts';

/** `open`: the first time; `update`: something changed; `repeat`: the same again, after a while; `resolve`: it is over. */
export type Intent = 'open' | 'update' | 'repeat' | 'resolve';

/** What would be told: an incident, or a storm of them. */
export interface Subject {
  readonly state: IncidentState;
  readonly severity: Severity;
  /** Changes with whatever a message says. */
  readonly revision: number;
  readonly nodes: number;
  /** Whether it may be told for the first time: what is open first waits for its diagnosis, a little. */
  readonly isDue: boolean;
  /** Where remediation stands; `undefined` when there is nothing to say of it, and for storms. */
  readonly remediation: Stage | undefined;
  readonly resolvedAt: EpochMs | undefined;
}

/** What a channel is able to do, as far as it decides what is told. */
export interface Telling {
  /** Whether each revision is told; else only a new state or a higher severity, or that twice as many nodes are in a storm. */
  readonly tellsRevisions: boolean;
  /** Whether it is told what is done about an incident: every stage where revisions are told, else what needs people. */
  readonly tellsRemediation: boolean;
  /** What is open is told again so often, or the other side takes it for over. */
  readonly keepAliveMs: DurationMs | undefined;
  /** How long an incident that came back has to stay away before it is told to be over. */
  readonly flapQuietMs: DurationMs;
}

/** Where it would go: the routes' answer for one channel. */
export interface Routed {
  /** Whether it may be told now: neither too mild nor muted nor silenced. */
  readonly isTold: boolean;
  /** What lasts is told again so often; 0 never. */
  readonly repeatMs: DurationMs;
}

/** How long a channel that has to be reminded is told that something is over. Source: Alertmanager's `resolve_timeout`, 5 min. */
export const RESOLVED_REMINDER_MS: DurationMs = durationMs(5 * 60 * 1_000);

/**
 * What is to be told to one channel, now. `undefined`: nothing.
 *
 * | heard last | it is | told |
 * | --- | --- | --- |
 * | nothing | not resolved, due and routed here | `open` |
 * | that it is on | of another state, or more severe, and routed here | `update` |
 * | that it is on | of another revision, and routed here, and the channel tells revisions | `update` |
 * | anything | of another stage of remediation, and routed here, and the channel tells of that | `update` |
 * | that it is on | the same since the repeat interval, open and routed here; or the channel has to be reminded | `repeat` |
 * | that it is on | resolved; if it had come back before, for a while | `resolve`, also where it is not routed to any more |
 * | that it is over | on again, due and routed here | `open` |
 * | that it is over | over for less than 5 min, and the channel has to be reminded | `repeat` |
 *
 * Pure: same arguments, same answer.
 */
export function nextIntent(
  subject: Subject,
  delivery: Delivery | undefined,
  channel: ChannelState,
  now: EpochMs,
): Intent | undefined {
  if (delivery !== undefined && isHeld(delivery, now)) return undefined;
  const told = delivery?.told;
  if (subject.state === 'Resolved') return told && whenOver(subject, told, channel, now);
  if (told !== undefined && told.state !== 'Resolved') return whileOn(subject, told, channel, now);
  return channel.routed.isTold && subject.isDue ? 'open' : undefined;
}

/** A channel, and where the routes send what it would be told. */
export interface ChannelState {
  readonly telling: Telling;
  readonly routed: Routed;
}

/** Somebody is telling it, or the other side asked to be left alone. */
function isHeld({ claimedUntil, failure }: Delivery, now: EpochMs): boolean {
  return [claimedUntil, failure?.notBefore].some((until) => until !== undefined && until > now);
}

/** What came back once may come back again: before it is told to be over a second time, it has to stay away. */
function whenOver(
  subject: Subject,
  told: Told,
  { telling, routed }: ChannelState,
  now: EpochMs,
): Intent | undefined {
  const { resolvedAt, remediation } = subject;
  const overMs = resolvedAt === undefined ? durationMs(Number.MAX_SAFE_INTEGER) : elapsedMs(resolvedAt, now);
  if (told.state !== 'Resolved')
    return told.openings < 2 || overMs >= telling.flapQuietMs ? 'resolve' : undefined;
  // What came of it may be known only after the incident is over.
  if (routed.isTold && remediation !== undefined && isRemediationNews(subject, told, telling))
    return 'update';
  return overMs < RESOLVED_REMINDER_MS && isReminderDue(told, telling, now) ? 'repeat' : undefined;
}

function whileOn(
  subject: Subject,
  told: Told,
  { telling, routed }: ChannelState,
  now: EpochMs,
): Intent | undefined {
  if (routed.isTold && isNews(subject, told, telling)) return 'update';
  if (isReminderDue(told, telling, now)) return 'repeat';
  const repeats = routed.isTold && routed.repeatMs > 0 && subject.state === 'Open';
  return repeats && elapsedMs(told.at, now) >= routed.repeatMs ? 'repeat' : undefined;
}

function isNews(subject: Subject, told: Told, telling: Telling): boolean {
  if (subject.state !== told.state) return true;
  if (SEVERITIES.indexOf(subject.severity) > SEVERITIES.indexOf(told.severity)) return true;
  if (isRemediationNews(subject, told, telling)) return true;
  if (telling.tellsRevisions) return subject.revision !== told.revision;
  return subject.nodes >= 2 * told.nodes;
}

/** That something is not waited for any more is news only where the message can be changed. */
function isRemediationNews({ remediation }: Subject, told: Told, telling: Telling): boolean {
  if (!telling.tellsRemediation || (remediation && stageKey(remediation)) === told.remediation) return false;
  return telling.tellsRevisions || (remediation !== undefined && needsPeople(remediation));
}

function isReminderDue({ at }: Told, { keepAliveMs }: Telling, now: EpochMs): boolean {
  return keepAliveMs !== undefined && elapsedMs(at, now) >= keepAliveMs;
}
