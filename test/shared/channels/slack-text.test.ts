import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slackLiteral, slackText } from '../../../shared/channels/slack-text.ts';

describe('text in Slack', () => {
  it.each([
    ['<!channel> & co', '&lt;!channel&gt; &amp; co'],
    ['<@U123> <https://evil.example|here>', '&lt;@U123&gt; &lt;https://evil.example|here&gt;'],
    ['&lt;!here&gt;', '&amp;lt;!here&amp;gt;'],
    ['*bold* _it_ ~no~', '∗bold* ＿it_ ∼no~'],
    ['**both**', '∗∗both**'],
    ['`code` ```block```', "'code' '''block'''"],
    [':fire: at 10:00:00Z', '∶fire: at 10:00:00Z'],
    ['kubevirt_vmi_* metrics', 'kubevirt_vmi_* metrics'],
    ['shop/web-1.example', 'shop/web-1.example'],
  ])('%j is %j', (text, expected) => {
    expect(slackText(text, 100)).toBe(expected);
  });

  it.each([
    ['abcd', 4, 'abcd'],
    ['abcde', 4, 'abc…'],
    ['ab&', 7, 'ab&amp;'],
    ['ab&', 6, 'ab…'],
    ['ab\u{1F600}', 3, 'ab…'],
    ['ab&c', 7, 'ab…'],
  ])('%j with room for %i is cut to %j', (text, room, expected) => {
    expect(slackLiteral(text, room)).toBe(expected);
  });

  it('never holds a control sequence, and keeps to its room', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 60 }), (text, room) => {
        const escaped = slackText(text, room);
        expect(escaped.length).toBeLessThanOrEqual(room);
        expect(escaped).not.toMatch(/[<>`]|&(?!amp;|lt;|gt;)/);
      }),
    );
  });
});
