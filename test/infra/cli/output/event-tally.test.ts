import { expect, it } from 'vitest';
import { EventTally } from '../../../../infra/cli/output/event-tally.ts';
import { anEvent } from '../../../support/arbitrary-incidents.ts';

function told(...events: readonly [string, string?][]): EventTally {
  const tally = new EventTally();
  for (const [place, [name, node]] of events.entries())
    tally.add(anEvent({ id: `${place}`, type: `dev.kubevirt-orphans.${name}.v1`, node }));
  return tally;
}

it('counts each type, and names what is not over', () => {
  const tally = told(
    ['incident.suspected', 'b'],
    ['audit.completed'],
    ['incident.opened', 'b'],
    ['incident.opened', 'a'],
    ['incident.resolved', 'a'],
  );
  expect(tally.summary()).toBe(
    '1 audit.completed, 2 incident.opened, 1 incident.resolved, 1 incident.suspected; not over: b',
  );
  expect([tally.opened, tally.unresolved]).toEqual([2, 1]);
});

it('says so when nothing is left, and when nothing was told', () => {
  expect(told(['incident.opened', 'a'], ['incident.resolved', 'a']).summary()).toMatch(
    /; no incident is left$/,
  );
  expect(told().summary()).toBe('no events; no incident is left');
});

it('counts an event once, however often it is published', () => {
  const tally = new EventTally();
  expect(['x', 'y', 'x'].map((id) => tally.add(anEvent({ id })))).toEqual([true, true, false]);
  expect(tally.opened).toBe(2);
});

it('remembers no more than the last ten thousand', () => {
  const tally = new EventTally();
  for (let number = 0; number <= 10_000; number += 1) tally.add(anEvent({ id: `${number}` }));
  expect(tally.add(anEvent({ id: '10000' }))).toBe(false);
  expect(tally.add(anEvent({ id: '0' }))).toBe(true);
});
