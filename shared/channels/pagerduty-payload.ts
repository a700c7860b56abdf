import { createHash } from 'node:crypto';
import { APPROVE_LABEL } from '../domain/notifications/describe-remediation.ts';
import type { Message } from '../domain/notifications/message.ts';
import { clip } from '../domain/notifications/plain-line.ts';
import { describeTime } from '../domain/notifications/wording.ts';
import { COMMAND_LEFT_OUT, describeCut, itemsOf, LineBudget } from './line-budget.ts';

/** An event as PagerDuty's Events API v2 takes it, without the key that says whose it is. */
export type PagerDutyEvent = PagerDutyTrigger | PagerDutyResolve;

interface PagerDutyTrigger {
  readonly event_action: 'trigger';
  readonly dedup_key: string;
  readonly client: string;
  readonly client_url?: string;
  readonly links: readonly { readonly href: string; readonly text: string }[];
  readonly payload: {
    readonly summary: string;
    readonly source: string;
    readonly severity: 'critical' | 'error' | 'warning' | 'info';
    readonly timestamp: string;
    readonly component: string;
    readonly group: string;
    readonly class: string;
    readonly custom_details: Readonly<Record<string, unknown>>;
  };
}

interface PagerDutyResolve {
  readonly event_action: 'resolve';
  readonly dedup_key: string;
}

/** Limits of the Events API v2. Source: PagerDuty developer documentation, "Send an Alert Event". */
const MAX_DEDUP_KEY_LENGTH = 255;
const MAX_SUMMARY_LENGTH = 1_024;
/**
 * What all lines may have together, in bytes of JSON with what is around each: 512 KB is what PagerDuty takes of an event, and the
 * rest of it is far below the difference.
 */
const MAX_LINES_BYTES = 400_000;
const LINE_BYTES = 16;
/** Longest command that people would paste. */
const MAX_COMMAND_BYTES = 16_384;

/** What PagerDuty is told: that there is something, or that it is over, which needs no more than its key. */
export function pagerDutyEvent(message: Message): PagerDutyEvent {
  const dedupKey = dedupKeyOf(message);
  if (message.state === 'Resolved') return { event_action: 'resolve', dedup_key: dedupKey };
  const home = message.links.find(({ label }) => label !== 'Runbook' && label !== APPROVE_LABEL)?.url;
  return {
    event_action: 'trigger',
    dedup_key: dedupKey,
    client: 'kubevirt-orphans',
    ...(home === undefined ? {} : { client_url: home }),
    links: message.links.map(({ label, url }) => ({ href: url, text: label })),
    payload: {
      summary: clip(message.title, MAX_SUMMARY_LENGTH),
      source: message.node,
      severity: message.severity,
      timestamp: describeTime(message.since),
      component: 'virt-handler',
      group: message.cluster,
      class: message.cause,
      custom_details: detailsOf(message),
    },
  };
}

/** One for each incident. PagerDuty drops what it got before under the same key while that is open. */
export function dedupKeyOf({ key }: Message): string {
  return key.length <= MAX_DEDUP_KEY_LENGTH ? key : createHash('sha256').update(key).digest('hex');
}

/** What responders read, the most important first: what does not fit is left out from the end. */
function detailsOf(message: Message): Readonly<Record<string, unknown>> {
  const { sentences, facts, help, lists } = message;
  const budget = new LineBudget(
    MAX_LINES_BYTES,
    (line) => Buffer.byteLength(JSON.stringify(line)) + LINE_BYTES,
  );
  const shownFacts = facts.slice(0, budget.take(facts.map(({ label, value }) => label + value)).length);
  const details = {
    what: budget.take(sentences).join(' '),
    ...Object.fromEntries(shownFacts.map(({ label, value }) => [label, value])),
    ...helpOf(help, budget),
    lists: lists.flatMap((list) => {
      const [title, ...items] = budget.take([list.title, ...itemsOf(list)]);
      return title === undefined ? [] : [{ title, items }];
    }),
  };
  return budget.cut === 0 ? details : { ...details, cut: describeCut(budget.cut, message) };
}

function helpOf(help: Message['help'], budget: LineBudget): Readonly<Record<string, string>> {
  if (help === undefined) return {};
  const isShort = Buffer.byteLength(help.command) <= MAX_COMMAND_BYTES;
  const [summary, command] = budget.take([help.summary, isShort ? help.command : COMMAND_LEFT_OUT]);
  return {
    ...(summary === undefined ? {} : { 'What would help': summary }),
    ...(command === undefined ? {} : { Command: command }),
  };
}
