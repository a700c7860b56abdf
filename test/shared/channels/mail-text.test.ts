import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mailText } from '../../../shared/channels/mail-text.ts';
import { escapeHtml } from '../../../shared/domain/escape-html.ts';
import type { Message } from '../../../shared/domain/notifications/message.ts';
import { notices } from '../../support/notices.ts';

function aMessage(parts: Partial<Message> = {}): Message {
  const { opened } = notices();
  if (opened === undefined) throw new Error('there is one');
  return { ...opened.message, ...parts };
}

const TAGS = 'html|body|h2|p|pre|table|tr|th|td|ul|li|a';

describe('mailText', () => {
  it('says the same in both parts', () => {
    const message = aMessage();
    const { text, html } = mailText(message);
    const said = [
      message.title,
      ...message.sentences,
      ...message.facts.map(({ value }) => value),
      ...message.lists.flatMap(({ items }) => items),
      message.help?.command ?? '',
    ];
    expect(said.length).toBeGreaterThan(10);
    for (const part of said) {
      expect(text).toContain(part);
      expect(html).toContain(escapeHtml(part));
    }
  });

  it('leaves out what message does not have', () => {
    const { text } = mailText(
      aMessage({ help: undefined, facts: [], lists: [], links: [], sentences: ['So.'] }),
    );
    expect(text).toBe(`${aMessage().title}\n\nSo.\n`);
  });

  it('has no markup but its own, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (evil) => {
        const text = `${evil}</pre><script>"'&`;
        const message = aMessage({
          title: text,
          sentences: [text],
          facts: [{ label: text, value: text }],
          lists: [{ title: text, items: [text], more: 0 }],
          help: { summary: text, command: text },
          links: [
            { label: text, url: `javascript:${text}` },
            { label: text, url: `https://x/${text}` },
          ],
        });
        const { html } = mailText(message);
        const own = html.replaceAll(
          new RegExp(`<!DOCTYPE html>|</?(${TAGS})( align="left"| href="https://[^"<>]*")?>`, 'g'),
          '',
        );
        expect(own).not.toMatch(/[<>"']/);
      }),
    );
  });

  it('counts what it does not list, and what the message does not', () => {
    const items = Array.from({ length: 130 }, (_, index) => `vm-${index}`);
    const { text, html } = mailText(aMessage({ lists: [{ title: 'VMIs', items, more: 7 }] }));
    expect(text).toContain('- vm-99\n- and 37 more');
    expect(html).toContain('<li>and 37 more</li>');
  });

  it('is cut from the bottom, with a notice', () => {
    const sentences = Array.from({ length: 100 }, (_, index) => `${index} ${'x'.repeat(1_000)}`);
    const { text, html } = mailText(aMessage({ sentences }));
    expect(html.length).toBeLessThan(70_000);
    expect(text).toContain('\n\n0 xxx');
    expect(text).not.toContain('\n\n99 xxx');
    expect(text).toMatch(/The rest is left out: it is too long for a mail\.\n$/);
  });
});
