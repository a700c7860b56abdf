import { SEVERITIES, type Severity } from '../domain/incidents/incident.ts';
import type { MessageList } from '../domain/notifications/message.ts';
import { type DurationMs, durationMs, type EpochMs, epochMs, formatTimestamp } from '../domain/units.ts';
import { ChannelRefusedError, ChannelUnavailableError } from '../errors/errors.ts';
import type { Channel, ChannelAbilities, Notice, Receipt } from '../runtime/channel.ts';
import { httpAddress } from './http-address.ts';
import { callChannel } from './http-call.ts';

export interface AlertmanagerOptions {
  readonly name: string;
  /**
   * Where each peer is reached, such as `http://alertmanager-0:9093`, with a path if it is served below one. Every peer is told:
   * peers do not pass alerts on to each other, only that somebody was notified of them.
   */
  readonly urls: () => readonly string[];
  /** Such as `{ authorization: 'Bearer …' }`; names in lower case. */
  readonly headers?: (() => Readonly<Record<string, string>>) | undefined;
  readonly timeoutMs: DurationMs;
}

/** Our own: under KubeVirt's name our alert and KubeVirt's would be taken for one another. */
export const ALERT_NAME = 'KubeVirtNodeOrphaned';
/** Often enough for the 5 minutes after which Alertmanager takes an alert without an end for resolved (`resolve_timeout`). */
const KEEP_ALIVE_MS = durationMs(60_000);
/** How long an alert lives without being told again: an Alertmanager that misses three in a row still has it. */
const LIFETIME_MS = 4 * KEEP_ALIVE_MS;
/** Longest annotation, in UTF-16 code units: what notifiers, such as Slack's, show of one at most is less. */
const MAX_ANNOTATION_LENGTH = 4_000;

const ABILITIES: ChannelAbilities = {
  updates: 'in place',
  threads: false,
  resolves: true,
  deduplicates: true,
  signed: false,
  // Alertmanager groups by itself, and inhibits by node.
  storms: false,
  remediation: true,
  keepAliveMs: KEEP_ALIVE_MS,
};

/** An alert as it is posted. Source: Alertmanager `api/v2/openapi.yaml`, postableAlert. */
export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

/**
 * Alertmanager, told as Prometheus would: an alert for each incident, kept alive while it lasts and resolved after. The labels
 * are its identity, so nothing in them changes during an incident but the severity; when that does, the alert with the
 * severity of before is resolved in the same request.
 *
 * The receipt is the severity that was told. Notices are told when one peer at least took them: the others get them with the
 * next. It throws ChannelUnavailableError when none did and one may later, ChannelRefusedError when none will.
 */
export function createAlertmanagerChannel(options: AlertmanagerOptions): Channel {
  return {
    name: options.name,
    abilities: ABILITIES,
    async send(notice, previous): Promise<Receipt> {
      const told = SEVERITIES.find((severity) => severity === previous);
      await tellAny(options, JSON.stringify(toAlerts(notice, told)));
      return { externalId: severityOf(notice, told) };
    },
  };
}

/**
 * The alerts that are posted of a notice.
 *
 * @param told - the severity of the alert that Alertmanager knows
 */
export function toAlerts(notice: Notice, told: Severity | undefined): readonly Alert[] {
  const severity = severityOf(notice, told);
  const alert = toAlert(notice, severity);
  if (told === undefined || told === severity) return [alert];
  return [alert, { ...toAlert(notice, told), endsAt: formatTimestamp(notice.now) }];
}

/** What is over is resolved under the severity under which it is known: nothing else would end that alert. */
function severityOf({ message }: Notice, told: Severity | undefined): Severity {
  return message.state === 'Resolved' && told !== undefined ? told : message.severity;
}

function toAlert({ message, now }: Notice, severity: Severity): Alert {
  // Alertmanager refuses an alert that ends before it starts, and does not end one in the future.
  const startsAt = epochMs(Math.min(message.since, message.endedAt ?? now, now));
  const { cluster, node, links } = message;
  const dashboard = links.find(({ label }) => label === 'Dashboard')?.url;
  return {
    labels: { alertname: ALERT_NAME, cluster, node, severity, kubernetes_operator_part_of: 'kubevirt' },
    annotations: toAnnotations(message),
    startsAt: formatTimestamp(startsAt),
    endsAt: formatTimestamp(endOf(message, now)),
    ...(dashboard !== undefined && { generatorURL: dashboard }),
  };
}

function endOf({ state, endedAt = undefined }: Notice['message'], now: EpochMs): EpochMs {
  if (state !== 'Resolved') return epochMs(now + LIFETIME_MS);
  return epochMs(Math.min(endedAt ?? now, now));
}

function toAnnotations(message: Notice['message']): Alert['annotations'] {
  const { title, sentences, cause, lists, help, links, key } = message;
  // The first list says which VMIs it is about, or what became of them.
  const [vmis, ...details] = lists.map(listText);
  const annotations = {
    summary: title,
    description: sentences.join(' '),
    cause,
    vmis: vmis ?? '',
    details: details.join('\n'),
    command: help?.command ?? '',
    runbook_url: links.find(({ label }) => label === 'Runbook')?.url ?? '',
    incident: key,
  };
  // A command or a URL that is cut is another one: it is left out instead.
  const whole: readonly string[] = ['command', 'runbook_url'];
  return Object.fromEntries(
    Object.entries(annotations).flatMap(([name, text]) => {
      if (text === '') return [];
      if (text.length <= MAX_ANNOTATION_LENGTH) return [[name, text]];
      return whole.includes(name) ? [] : [[name, `${text.slice(0, MAX_ANNOTATION_LENGTH - 1)}…`]];
    }),
  );
}

function listText({ title, items, more }: MessageList): string {
  return `${title}: ${items.join('; ')}${more > 0 ? ` and ${more} more` : ''}`;
}

async function tellAny({ name, urls, headers, timeoutMs }: AlertmanagerOptions, body: string): Promise<void> {
  const own = { ...headers?.(), 'content-type': 'application/json' };
  const tell = async (peer: string): Promise<void> => {
    const address = httpAddress(name, peer);
    const url = `${address.url.replace(/\/+$/, '')}/api/v2/alerts`;
    await callChannel(name, { url, headers: { ...address.headers, ...own }, body, timeoutMs });
  };
  const outcomes = await Promise.allSettled(urls().map(tell));
  if (outcomes.some(({ status }) => status === 'fulfilled')) return;
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  throw (
    failures.find((failure) => failure instanceof ChannelUnavailableError) ?? failures[0] ?? noPeers(name)
  );
}

function noPeers(name: string): ChannelRefusedError {
  return new ChannelRefusedError(
    `channel ${name} has no address of an Alertmanager`,
    'Give it the address of every peer, such as `http://alertmanager:9093`.',
  );
}
