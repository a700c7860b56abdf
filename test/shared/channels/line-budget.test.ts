import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeCut, itemsOf, LineBudget } from '../../../shared/channels/line-budget.ts';
import type { Message } from '../../../shared/domain/notifications/message.ts';
import type { Notice } from '../../../shared/runtime/channel.ts';
import { notices } from '../../support/notices.ts';

const MESSAGE = (notices()['opened'] as Notice).message;
const budgetOf = (room: number) => new LineBudget(room, (line) => line.length);

describe('the room of a payload', () => {
  it('takes lines from the top as long as they fit', () => {
    const budget = budgetOf(5);
    expect([budget.take(['ab']), budget.take(['abc']), budget.cut]).toEqual([['ab'], ['abc'], 0]);
  });

  it('takes none after one that did not fit, however short', () => {
    const budget = budgetOf(5);
    expect([budget.take(['ab', 'abcd', 'x']), budget.take(['y']), budget.take([])]).toEqual([['ab'], [], []]);
    expect(budget.cut).toBe(3);
  });

  it('is never exceeded, and every line is taken or counted', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string())), fc.nat(200), (groups, room) => {
        const budget = budgetOf(room);
        const taken = groups.flatMap((lines) => budget.take(lines));
        expect(taken.join('').length).toBeLessThanOrEqual(room);
        expect(taken).toEqual(groups.flat().slice(0, taken.length));
        expect(taken.length + budget.cut).toBe(groups.flat().length);
      }),
    );
  });
});

it.each([
  [0, ['a', 'b']],
  [37, ['a', 'b', 'and 37 more']],
])('a list says when it does not name %i', (more, lines) => {
  expect(itemsOf({ title: 'VMIs', items: ['a', 'b'], more })).toEqual(lines);
});

describe('the notice of what was cut', () => {
  const link = { label: 'Incident', url: 'https://console.example/node02' };

  it.each([
    ['a link to the incident', { links: [link] }, 'https://console.example/node02'],
    ['else the command', {}, 'kubectl -n kubevirt-orphans get orphanincident node02 -o yaml'],
    ['else words', { facts: [] }, "the incident's record"],
  ] satisfies [string, Partial<Message>, string][])('leads to the rest: %s', (_, parts, place) => {
    expect(describeCut(2, { ...MESSAGE, ...parts })).toBe(`… cut: 2 more lines; see ${place}`);
  });

  it('is bounded', () => {
    const links = [{ ...link, url: `https://console.example/${'x'.repeat(3_000)}` }];
    expect(describeCut(1, { ...MESSAGE, links }).length).toBeLessThan(540);
  });
});
