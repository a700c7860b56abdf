import type { Message, MessageCommand, MessageFact } from '../domain/notifications/message.ts';
import { COMMAND_LEFT_OUT, describeCut, itemsOf, LineBudget } from './line-budget.ts';
import { teamsText } from './teams-text.ts';

/** The elements of a card that are used here. A RichTextBlock knows no Markdown: what others wrote stands there as it is. */
type TeamsElement =
  | {
      readonly type: 'TextBlock';
      readonly text: string;
      readonly wrap: true;
      readonly weight: 'Bolder';
      readonly size?: 'Large';
      readonly color?: 'Attention' | 'Warning' | 'Good' | 'Accent';
    }
  | {
      readonly type: 'RichTextBlock';
      readonly inlines: readonly [
        { readonly type: 'TextRun'; readonly text: string; readonly fontType?: 'Monospace' },
      ];
    }
  | {
      readonly type: 'FactSet';
      readonly facts: readonly { readonly title: string; readonly value: string }[];
    };

interface TeamsAction {
  readonly type: 'Action.OpenUrl';
  readonly title: string;
  readonly url: string;
}

/** What a workflow that starts with "When a Teams webhook request is received" takes. */
export interface TeamsPayload {
  readonly type: 'message';
  readonly attachments: readonly [
    {
      readonly contentType: 'application/vnd.microsoft.card.adaptive';
      readonly contentUrl: null;
      readonly content: {
        readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
        readonly type: 'AdaptiveCard';
        /** The first with RichTextBlock. Source: adaptivecards.io, schema explorer. */
        readonly version: '1.2';
        readonly body: readonly TeamsElement[];
        readonly actions: readonly TeamsAction[];
        readonly msteams: { readonly width: 'full' };
      };
    },
  ];
}

/**
 * What all lines may have together, in bytes of JSON with the element around each. With title and envelope a payload stays below
 * 20 KB: Teams documents 28 KB, and less arrives. Source: Microsoft Teams "Create incoming webhooks", message size.
 */
const MAX_LINES_BYTES = 18_500;
/** What an element has around its text; a notice of what was cut needs no more. */
const ELEMENT_BYTES = 100;
/** Longest command; there is room for the rest beside it. */
const MAX_COMMAND_BYTES = 5_000;
/** Longest address of an action. */
const MAX_URL_BYTES = 2_000;

/** Lays a message out as an adaptive card, within Teams' limits for any message. */
export function teamsPayload(message: Message): TeamsPayload {
  const budget = new LineBudget(MAX_LINES_BYTES, (line) => bytesOf(line) + ELEMENT_BYTES);
  const actions = message.links.filter(({ url }) => bytesOf(url) <= MAX_URL_BYTES);
  // Taken first, because they stand beside what is cut.
  const shownActions = budget.take(actions.map(({ url }) => url));
  const body: readonly TeamsElement[] = [
    titleBlock(message),
    ...budget.take(message.sentences).map((line) => textRun(line)),
    ...factSet(message.facts, budget),
    ...commandElements(message.help, budget),
    ...message.lists.flatMap((list) => listElements([list.title, ...itemsOf(list)], budget)),
  ];
  const cut = budget.cut + message.links.length - actions.length;
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.2',
          body: cut === 0 ? body : [...body, textRun(describeCut(cut, message))],
          actions: actions
            .slice(0, shownActions.length)
            .map(({ label, url }) => ({ type: 'Action.OpenUrl', title: label, url })),
          msteams: { width: 'full' },
        },
      },
    ],
  };
}

function titleBlock(message: Message): TeamsElement {
  return {
    type: 'TextBlock',
    text: teamsText(message.title),
    wrap: true,
    weight: 'Bolder',
    size: 'Large',
    color: colorOf(message),
  };
}

function colorOf({ state, severity, isBadEnd }: Message): 'Attention' | 'Warning' | 'Good' | 'Accent' {
  if (state === 'Resolved') return isBadEnd ? 'Attention' : 'Good';
  if (state !== 'Open') return 'Accent';
  return severity === 'critical' ? 'Attention' : 'Warning';
}

function factSet(facts: readonly MessageFact[], budget: LineBudget): readonly TeamsElement[] {
  const escaped = facts.map(({ label, value }) => ({ title: teamsText(label), value: teamsText(value) }));
  const { length } = budget.take(escaped.map(({ title, value }) => title + value));
  return length === 0 ? [] : [{ type: 'FactSet', facts: escaped.slice(0, length) }];
}

function commandElements(help: MessageCommand | undefined, budget: LineBudget): readonly TeamsElement[] {
  if (help === undefined) return [];
  const command = bytesOf(help.command) <= MAX_COMMAND_BYTES ? help.command : COMMAND_LEFT_OUT;
  const [intro, line] = budget.take([`What would help: ${help.summary}`, command]);
  return [
    ...(intro === undefined ? [] : [textRun(intro)]),
    ...(line === undefined ? [] : [textRun(line, line !== COMMAND_LEFT_OUT)]),
  ];
}

function listElements(lines: readonly string[], budget: LineBudget): readonly TeamsElement[] {
  const [title, ...items] = budget.take(lines);
  if (title === undefined) return [];
  return [
    { type: 'TextBlock', text: teamsText(title), wrap: true, weight: 'Bolder' },
    ...items.map((item) => textRun(`• ${item}`)),
  ];
}

function textRun(text: string, isCommand = false): TeamsElement {
  return {
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text, ...(isCommand ? { fontType: 'Monospace' } : {}) }],
  };
}

function bytesOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}
