import { describe, expect, it } from 'vitest';
import { teamsText } from '../../../shared/channels/teams-text.ts';

describe('text where a card reads Markdown', () => {
  it.each([
    ['**bold** _it_ ~no~', '∗∗bold** ＿it_ ∼no~'],
    ['[kubevirt](https://evil.example)', '［kubevirt］(https://evil.example)'],
    ['<at>everyone</at>', '‹at›everyone‹/at›'],
    ['`code`', "'code'"],
    ['# head', '\u200B# head'],
    ['- item', '\u200B- item'],
    ['1. item', '\u200B1. item'],
    ['10.5 GiB', '10.5 GiB'],
    ['node_cpu_seconds of shop/web-1', 'node_cpu_seconds of shop/web-1'],
  ])('%j is %j', (text, expected) => {
    expect(teamsText(text)).toBe(expected);
  });
});
