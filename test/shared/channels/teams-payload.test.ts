import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { teamsPayload } from '../../../shared/channels/teams-payload.ts';
import type { Message } from '../../../shared/domain/notifications/message.ts';
import { arbitraryMessage } from '../../support/arbitrary-message.ts';
import { describeGoldens } from '../../support/golden.ts';
import { notices } from '../../support/notices.ts';

describeGoldens('teams', ({ message }) => teamsPayload(message));

const messageOf = (name: string): Message => {
  const notice = notices()[name];
  return notice === undefined ? expect.fail(`there is no notice ${name}`) : notice.message;
};
const cardOf = (message: Message) => teamsPayload(message).attachments[0].content;
const runsOf = (message: Message): readonly string[] =>
  cardOf(message).body.flatMap((element) => ('inlines' in element ? [element.inlines[0].text] : []));

/** What of an element Teams reads as Markdown. */
function markdownOf(element: ReturnType<typeof cardOf>['body'][number]): readonly string[] {
  if (element.type === 'TextBlock') return [element.text];
  return element.type === 'FactSet' ? element.facts.flatMap(({ title, value }) => [title, value]) : [];
}

describe('a message in Teams', () => {
  it('keeps within 20 KB, and holds no Markdown where it is read, for any incident', () => {
    fc.assert(
      fc.property(arbitraryMessage, (message) => {
        expect(Buffer.byteLength(JSON.stringify(teamsPayload(message)))).toBeLessThanOrEqual(20_480);
        for (const text of cardOf(message).body.flatMap(markdownOf))
          expect(text).not.toMatch(/[<>`[\]]|(?<!\w)[*_~](?=\S)/);
      }),
      { numRuns: 100 },
    );
  });

  it('says what was cut from its end, and where it is', () => {
    const items = Array.from({ length: 60 }, (_, index) => `${index} ${'x'.repeat(300)}`);
    const message: Message = { ...messageOf('opened'), lists: [{ title: 'VMIs', items, more: 9 }] };
    const runs = runsOf(message);
    const kept = runs.filter((text) => /^• \d/.test(text)).length;
    expect(kept).toBeGreaterThan(10);
    expect(runs.at(-1)).toBe(
      `… cut: ${61 - kept} more lines; see kubectl -n kubevirt-orphans get orphanincident node02 -o yaml`,
    );
  });

  it('shows a command whole, as it is, or not at all', () => {
    const message = messageOf('opened');
    const command = (text: string) => runsOf({ ...message, help: { summary: 'Do it.', command: text } });
    expect(command(`kubectl patch '{"a":"<b> & *c*"}'`)).toContain(`kubectl patch '{"a":"<b> & *c*"}'`);
    expect(command('x'.repeat(5_001))).toContain(
      'The command cannot be shown here whole: the incident has it.',
    );
  });

  it('leaves out an address that is too long, and says so', () => {
    const long = { label: 'Dashboard', url: `https://grafana.example/${'x'.repeat(2_500)}` };
    const message = { ...messageOf('opened'), links: [long] };
    expect(cardOf(message).actions).toEqual([]);
    expect(runsOf(message).at(-1)).toMatch(/^… cut: 1 more line; see /);
  });

  it.each([
    ['opened', 'Warning'],
    ['at-risk', 'Accent'],
    ['recovered', 'Good'],
    ['vms-gone', 'Attention'],
  ])('has the colour of what it is about: %s', (name, color) => {
    expect(cardOf(messageOf(name)).body[0]).toMatchObject({ color });
    expect(cardOf({ ...messageOf('opened'), severity: 'critical' }).body[0]).toMatchObject({
      color: 'Attention',
    });
  });
});
