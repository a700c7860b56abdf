import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../../shared/domain/incidents/incident.ts';
import {
  composeMessage,
  type MessageContext,
} from '../../../../shared/domain/notifications/compose-message.ts';
import { describeEnd } from '../../../../shared/domain/notifications/describe-end.ts';
import type { Message } from '../../../../shared/domain/notifications/message.ts';
import { at, DB, incident, WEB } from '../../../support/incidents.ts';

const CONTEXT: MessageContext = {
  uid: 'uid-record',
  clusterName: 'lab',
  namespace: 'orphans',
  links: {},
  now: at('2026-08-22T11:05:00.700Z'),
};
const compose = (one: Incident): Message => composeMessage(one, CONTEXT);
const factOf = ({ facts }: Message, wanted: string): string | undefined =>
  facts.find(({ label }) => label === wanted)?.value;
const NOTHING = { vmis: [], vmiCount: 0, launcherPods: [], launcherPodCount: 0 };
const ended = (parts: Partial<Incident>) => incident('Resolved', { ...NOTHING, ...parts });

it.each(['AtRisk', 'Suspected', 'Open'] as const)('what is %s has no end yet', (state) => {
  expect(describeEnd(incident(state), 'node02')).toBeUndefined();
});

it('says "at least" where a record names as many as it can', () => {
  const goneVmis = Array.from({ length: 250 }, (_, index) => ({
    ...WEB,
    uid: `${index}`,
    fate: 'Gone' as const,
  }));
  const end = describeEnd(ended({ resolution: 'WorkloadsGone', goneVmis }), 'node02');
  expect(end?.headline).toBe('VMs gone: at least 250 VMIs of node02 ended while nothing managed them');
});

describe('the end of an incident', () => {
  const failed = { ...DB, fate: 'Failed' as const };
  const gone = { ...WEB, fate: 'Gone' as const };
  const succeeded = { ...WEB, fate: 'Succeeded' as const };
  const early = { openedAt: undefined };

  it.each([
    [
      'recovered',
      incident('Resolved'),
      false,
      'Recovered: node02 (cluster lab) is managed again after 5 min',
    ],
    [
      'recovered, but not all',
      incident('Resolved', { goneVmis: [failed] }),
      true,
      'Recovered with losses: node02 (cluster lab) is managed again, 1 VMI failed meanwhile',
    ],
    [
      'never open',
      incident('Resolved', early),
      false,
      'All clear: the warning for node02 (cluster lab) has passed after 5 min',
    ],
    [
      'the VMs are gone',
      ended({ resolution: 'WorkloadsGone', goneVmis: [failed, gone] }),
      true,
      'VMs gone: 2 VMIs of node02 (cluster lab) ended while nothing managed them',
    ],
    [
      'nobody knows which VMs are gone',
      ended({ resolution: 'WorkloadsGone' }),
      true,
      'VMs gone: nothing is left on node02 (cluster lab), which was not managed',
    ],
    [
      'all shut down',
      ended({ resolution: 'WorkloadsGone', goneVmis: [succeeded] }),
      false,
      'All clear: node02 (cluster lab) has no VMs any more',
    ],
    [
      'moved away in time',
      ended({ resolution: 'WorkloadsGone', ...early }),
      false,
      'All clear: node02 (cluster lab) has no VMs any more',
    ],
    [
      'the node is gone',
      ended({ resolution: 'NodeGone', goneVmis: [gone] }),
      true,
      'Node gone: node02 (cluster lab) was removed, and 1 VMI with it',
    ],
    [
      'the node is gone, and nobody knows with what',
      ended({ resolution: 'NodeGone' }),
      true,
      'Node gone: node02 (cluster lab) was removed, and the VMs with it',
    ],
    [
      'an empty node is gone',
      ended({ resolution: 'NodeGone', ...early }),
      false,
      'All clear: node02 (cluster lab) was removed',
    ],
  ])('says how: %s', (_, one, isBadEnd, title) => {
    expect(compose(one)).toMatchObject({ title, isBadEnd, help: undefined, state: 'Resolved' });
  });

  it('says which VMs are gone, what became of them, and how long it took', () => {
    const message = compose(ended({ resolution: 'WorkloadsGone', goneVmis: [gone, failed] }));
    expect(message.lists).toEqual([
      { title: 'Left the node unmanaged', items: ['shop/db (Failed)', 'shop/web (Gone)'], more: 0 },
    ]);
    expect(message.sentences.slice(0, 3)).toEqual([
      'The VMs are gone, not recovered: 2 VMIs ended while nothing managed them.',
      'Of those that left the node: 1 failed (Failed), 1 deleted or moved (Gone).',
      'It took 5 min, from 2026-08-22T10:00:00Z to 2026-08-22T10:05:00Z.',
    ]);
    expect([message.endedAt, factOf(message, 'Until')]).toEqual([
      at('2026-08-22T10:05:00Z'),
      '2026-08-22T10:05:00Z',
    ]);
    expect(factOf(message, 'State')).toBe('Resolved: WorkloadsGone');
  });
});
