import { escapeHtml } from '../domain/escape-html.ts';
import type { Message, MessageList } from '../domain/notifications/message.ts';

/** A message as both parts of a mail. */
export interface MailText {
  readonly text: string;
  readonly html: string;
}

/** What of a list is told, and of all of them: a mail is read by people. */
const MAX_ITEMS = 100;
/** Longest text, in UTF-16 code units: a message from this project is far below, whatever its incident. */
const MAX_LENGTH = 64 * 1_024;

/** One piece of a mail: a plain line, or lines, and the same in HTML. */
interface Piece {
  readonly text: string;
  readonly html: string;
}

/**
 * Lays a message out as plain text and as HTML that says the same. All of it is escaped, only http and https become links, and
 * nothing is loaded from elsewhere. Pieces that do not fit are left out from the bottom, with a notice.
 */
export function mailText(message: Message): MailText {
  const { title, sentences, help, facts, lists, links } = message;
  const pieces = [
    piece(title, `<h2>${escapeHtml(title)}</h2>`),
    ...sentences.map((sentence) => piece(sentence, `<p>${escapeHtml(sentence)}</p>`)),
    ...(help === undefined ? [] : [commandPiece(help.summary, help.command)]),
    ...(facts.length === 0 ? [] : [factsPiece(facts)]),
    ...lists.map(listPiece),
    ...(links.length === 0 ? [] : [linksPiece(links)]),
  ];
  const kept = fitting(pieces);
  return {
    text: `${kept.map(({ text }) => text).join('\n\n')}\n`,
    html: `<!DOCTYPE html>\n<html><body>\n${kept.map(({ html }) => html).join('\n')}\n</body></html>\n`,
  };
}

function piece(text: string, html: string): Piece {
  return { text, html };
}

function commandPiece(summary: string, command: string): Piece {
  return piece(
    `What would help: ${summary}\n\n    ${command}`,
    `<p>What would help: ${escapeHtml(summary)}</p>\n<pre>${escapeHtml(command)}</pre>`,
  );
}

function factsPiece(facts: Message['facts']): Piece {
  const rows = facts.map(
    ({ label, value }) => `<tr><th align="left">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return piece(
    facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    `<table>\n${rows.join('\n')}\n</table>`,
  );
}

function listPiece({ title, items, more }: MessageList): Piece {
  const shown = items.slice(0, MAX_ITEMS);
  const hidden = more + items.length - shown.length;
  const lines = hidden > 0 ? [...shown, `and ${hidden} more`] : shown;
  return piece(
    [`${title}:`, ...lines.map((line) => `- ${line}`)].join('\n'),
    `<p>${escapeHtml(title)}:</p>\n<ul>\n${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('\n')}\n</ul>`,
  );
}

function linksPiece(links: Message['links']): Piece {
  return piece(
    links.map(({ label, url }) => `${label}: ${url}`).join('\n'),
    `<p>${links.map(({ label, url }) => linkHtml(label, url)).join(' &#183; ')}</p>`,
  );
}

function linkHtml(label: string, url: string): string {
  if (!/^https?:\/\//i.test(url)) return `${escapeHtml(label)}: ${escapeHtml(url)}`;
  return `<a href="${escapeHtml(url)}">${escapeHtml(label)}</a>`;
}

function fitting(pieces: readonly Piece[]): readonly Piece[] {
  let left = MAX_LENGTH;
  const end = pieces.findIndex(({ html }) => {
    left -= html.length;
    return left < 0;
  });
  if (end === -1) return pieces;
  const notice = 'The rest is left out: it is too long for a mail.';
  return [...pieces.slice(0, end), piece(notice, `<p>${notice}</p>`)];
}
