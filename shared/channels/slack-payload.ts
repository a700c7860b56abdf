import type { Message, MessageCommand, MessageLink } from '../domain/notifications/message.ts';
import type { Notice } from '../runtime/channel.ts';
import { COMMAND_LEFT_OUT, describeCut, itemsOf, LineBudget } from './line-budget.ts';
import { slackLiteral, slackText } from './slack-text.ts';

type SlackTextObject =
  | { readonly type: 'plain_text'; readonly text: string; readonly emoji: boolean }
  // `verbatim`: URLs and names in it become no links. Source: Block Kit reference, text object.
  | { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true };

/** The kinds of Block Kit that are used here. */
export type SlackBlock =
  | { readonly type: 'header'; readonly text: SlackTextObject }
  | { readonly type: 'section'; readonly text: SlackTextObject }
  | { readonly type: 'section'; readonly fields: readonly SlackTextObject[] };

/** What both of Slack's ways in take. */
export interface SlackPayload {
  /** What notifications and screen readers say. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

/** Limits of Block Kit. Source: Slack's reference of the header and section blocks. */
const MAX_HEADER_LENGTH = 150;
const MAX_SECTION_LENGTH = 3_000;
const MAX_FIELDS = 10;
const MAX_FIELD_LENGTH = 2_000;
/**
 * What all lines may have together, as JSON. With the title and the blocks around them a message stays below 12,000 characters:
 * Slack refuses those near 13,200 with `msg_blocks_too_long`, although every block is within its limits.
 */
const MAX_LINES_LENGTH = 9_500;
/** Longest line; none is ever near it. */
const MAX_LINE_LENGTH = 1_500;
/** Longest command: a section has to hold it whole. */
const MAX_COMMAND_LENGTH = 2_500;
/** What a field, or a section that a line begins, has around it. */
const LINE_OVERHEAD = 20;

/** Lays a message out for Slack, within its limits for any message. */
export function slackPayload(message: Message): SlackPayload {
  const budget = new LineBudget(MAX_LINES_LENGTH, (line) => JSON.stringify(line).length + LINE_OVERHEAD);
  const title = slackText(titleOf(message), MAX_HEADER_LENGTH);
  const blocks: readonly SlackBlock[] = [
    { type: 'header', text: { type: 'plain_text', text: title, emoji: true } },
    ...sections(budget.take(message.sentences.map(line))),
    ...fieldSections(budget.take(message.facts.map(field))),
    ...sections(budget.take(message.help === undefined ? [] : commandLines(message.help))),
    ...sections(budget.take(message.links.map(linkLine))),
    ...sections(budget.take(listLines(message))),
  ];
  return { text: title, blocks: [...blocks, ...cutNotice(budget, message)] };
}

/** What is said below a message that was updated: an update alone rings nowhere. */
export function slackNote({
  message,
  isAboutRemediation,
}: Pick<Notice, 'message' | 'isAboutRemediation'>): string {
  const news = isAboutRemediation ? message.remediation?.headline : undefined;
  return slackText(`${iconOf(message)} ${news ?? message.title}`, MAX_LINE_LENGTH);
}

function titleOf(message: Message): string {
  return `${iconOf(message)} ${message.title}`;
}

function iconOf({ state, severity, isBadEnd }: Message): string {
  if (state === 'Resolved') return isBadEnd ? '⚫' : '🟢';
  if (state !== 'Open') return '🔵';
  return severity === 'critical' ? '🔴' : '🟠';
}

function line(text: string): string {
  return slackText(text, MAX_LINE_LENGTH);
}

function field({ label, value }: Message['facts'][number]): string {
  return `*${slackText(label, MAX_FIELD_LENGTH / 10)}*\n${line(value)}`;
}

function commandLines({ summary, command }: MessageCommand): readonly string[] {
  const intro = `*What would help:* ${line(summary)}`;
  const escaped = slackLiteral(command, Number.POSITIVE_INFINITY);
  const isWhole = !command.includes('```') && escaped.length <= MAX_COMMAND_LENGTH;
  return [intro, isWhole ? `\`\`\`${escaped}\`\`\`` : COMMAND_LEFT_OUT];
}

function linkLine({ label, url }: MessageLink): string {
  // A pipe would end the address. The rest of it was encoded when it became a URL.
  const address = slackLiteral(url.replaceAll('|', '%7C'), Number.POSITIVE_INFINITY);
  return address.length > MAX_LINE_LENGTH
    ? line(`${label}: too long to be shown`)
    : `<${address}|${line(label)}>`;
}

function listLines({ lists }: Message): readonly string[] {
  return lists.flatMap((list) => [
    `*${line(list.title)}*`,
    ...itemsOf(list).map((item) => `• ${line(item)}`),
  ]);
}

/** Lines, in as few sections as hold them. */
function sections(lines: readonly string[]): readonly SlackBlock[] {
  const texts: string[] = [];
  for (const text of lines) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + 1 + text.length <= MAX_SECTION_LENGTH)
      texts[texts.length - 1] = `${last}\n${text}`;
    else texts.push(text);
  }
  return texts.map((text) => ({ type: 'section', text: mrkdwn(text) }));
}

function fieldSections(fields: readonly string[]): readonly SlackBlock[] {
  const blocks: SlackBlock[] = [];
  for (let start = 0; start < fields.length; start += MAX_FIELDS)
    blocks.push({ type: 'section', fields: fields.slice(start, start + MAX_FIELDS).map(mrkdwn) });
  return blocks;
}

function cutNotice({ cut }: LineBudget, message: Message): readonly SlackBlock[] {
  return cut === 0 ? [] : sections([line(describeCut(cut, message))]);
}

function mrkdwn(text: string): SlackTextObject {
  return { type: 'mrkdwn', text, verbatim: true };
}
