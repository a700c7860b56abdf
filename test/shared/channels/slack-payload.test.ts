import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SlackBlock, slackNote, slackPayload } from '../../../shared/channels/slack-payload.ts';
import type { Message } from '../../../shared/domain/notifications/message.ts';
import { arbitraryMessage } from '../../support/arbitrary-message.ts';
import { describeGoldens } from '../../support/golden.ts';
import { notices } from '../../support/notices.ts';

describeGoldens('slack', ({ message }) => slackPayload(message));

const messageOf = (name: string): Message => {
  const notice = notices()[name];
  return notice === undefined ? expect.fail(`there is no notice ${name}`) : notice.message;
};
const textsOf = (blocks: readonly SlackBlock[]): readonly string[] =>
  blocks.flatMap((block) => ('fields' in block ? block.fields.map(({ text }) => text) : [block.text.text]));
const shown = (message: Message): string => textsOf(slackPayload(message).blocks).join('\n');

/** What Slack would refuse: see the sources in slack-payload.ts. */
function limitsOf(blocks: readonly SlackBlock[]): void {
  expect(blocks.length).toBeLessThanOrEqual(50);
  expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(12_000);
  for (const block of blocks) {
    if (block.type === 'header') expect(block.text.text.length).toBeLessThanOrEqual(150);
    else if ('text' in block) expect(block.text.text.length).toBeLessThanOrEqual(3_000);
    else {
      expect(block.fields.length).toBeLessThanOrEqual(10);
      for (const { text } of block.fields) expect(text.length).toBeLessThanOrEqual(2_000);
    }
  }
}

describe('a message in Slack', () => {
  it('keeps within every limit, and holds no control sequence but our own links, for any incident', () => {
    fc.assert(
      fc.property(arbitraryMessage, (message) => {
        const { text, blocks } = slackPayload(message);
        limitsOf(blocks);
        expect(text.length).toBeGreaterThan(0);
        for (const one of [text, slackNote({ message, isAboutRemediation: true }), ...textsOf(blocks)]) {
          expect(one.length).toBeGreaterThan(0);
          expect(
            one.replaceAll(/<https?:\/\/[^\s<>|]+\|(?:Runbook|Dashboard|Incident|Approve)>/g, ''),
          ).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('says what was cut from its end, and where it is', () => {
    const message = messageOf('hostile-names');
    const items = Array.from({ length: 60 }, (_, index) => `${index} ${'&'.repeat(200)}`);
    const { blocks } = slackPayload({ ...message, lists: [{ title: 'VMIs', items, more: 9 }] });
    const texts = textsOf(blocks);
    expect(texts.at(-1)).toMatch(
      /^… cut: \d+ more lines; see kubectl -n kubevirt-orphans get orphanincident a2345/,
    );
    const kept = texts
      .filter((text) => /^\*VMIs\*\n•|^• /.test(text))
      .flatMap((text) => text.split('\n')).length;
    expect(Number(/cut: (\d+)/.exec(texts.at(-1) ?? '')?.[1])).toBe(62 - kept);
  });

  it('shows a command whole or not at all', () => {
    const message = messageOf('opened');
    const command = (text: string) => shown({ ...message, help: { summary: 'Do it.', command: text } });
    expect(command(`kubectl patch '{"a":"<b> & *c*"}'`)).toContain(
      '```kubectl patch \'{"a":"&lt;b&gt; &amp; *c*"}\'```',
    );
    expect(command('x'.repeat(2_501))).toContain('The command cannot be shown here whole');
    expect(command('echo ```; rm')).not.toContain('rm');
  });

  it('says how many are not named', () => {
    expect(shown(messageOf('five-thousand-vmis'))).toContain('• and 4980 more');
  });

  it.each([
    ['opened', '🟠'],
    ['at-risk', '🔵'],
    ['suspected', '🔵'],
    ['recovered', '🟢'],
    ['vms-gone', '⚫'],
    ['node-gone', '⚫'],
  ])('shows at once what it is about: %s', (name, icon) => {
    expect(slackPayload(messageOf(name)).text.startsWith(`${icon} `)).toBe(true);
  });

  it('shows that VMs were lost', () => {
    expect(slackPayload({ ...messageOf('opened'), severity: 'critical' }).text.startsWith('🔴 ')).toBe(true);
  });
});
