import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../../shared/domain/incidents/incident.ts';
import {
  MAX_TITLE_LENGTH,
  type MessageContext,
} from '../../../../shared/domain/notifications/compose-message.ts';
import { composeStorm } from '../../../../shared/domain/notifications/compose-storm.ts';
import { arbitraryIncident } from '../../../support/arbitrary-incident.ts';
import { at, DB, DEFINITE, incident, WEB } from '../../../support/incidents.ts';
import { textsOf } from '../../../support/message-texts.ts';

const CONTEXT: MessageContext = {
  uid: 'uid-record',
  clusterName: 'lab',
  namespace: 'orphans',
  links: {},
  now: at('2026-08-22T10:10:00Z'),
};
const node = (name: string, one: Incident): Incident => ({ ...one, node: name, nodeUid: `uid-${name}` });
const open = (parts: Partial<Incident> = {}) => incident('Open', { causes: [DEFINITE], ...parts });
const LOST = incident('Resolved', {
  resolution: 'WorkloadsGone',
  vmis: [],
  vmiCount: 0,
  launcherPods: [],
  launcherPodCount: 0,
  resolvedAt: at('2026-08-22T10:07:00Z'),
  goneVmis: [{ ...DB, fate: 'Failed' }],
  severity: 'critical',
});
const LEADER = node('a', open());
const storm = (rest: readonly Incident[], leader = LEADER) =>
  composeStorm([leader, ...rest], leader, CONTEXT);

describe('a storm', () => {
  it('says in its title how many nodes there are, and their one cause', () => {
    const { title, nodeCount, key } = storm([node('b', open({ vmis: [DB, WEB], vmiCount: 2 }))]);
    expect(title).toBe('Orphaned: 2 nodes of cluster lab with 3 VMIs, one cause: NodeSelectorMismatch');
    expect([nodeCount, key]).toEqual([2, 'uid-record.1']);
  });

  it('lists each node with its VMIs and its state, the worst first', () => {
    const message = storm([
      node('b', incident('Resolved')),
      node('c', incident('AtRisk')),
      node('d', open({ vmiCount: 9 })),
      node('e', LOST),
    ]);
    expect(message.lists[0]).toEqual({
      title: 'Nodes',
      items: [
        'e: 0 VMIs, Resolved: WorkloadsGone, 1 VMI gone',
        'd: 9 VMIs, Open',
        'a: 1 VMI, Open',
        'c: 1 VMI, AtRisk',
        'b: 1 VMI, Resolved: Recovered',
      ],
      more: 0,
    });
    expect([message.state, message.severity]).toEqual(['Open', 'critical']);
    expect(message.sentences.at(-1)).toBe('2 of 5 nodes are over.');
  });

  it('is told of its leader once, whether or not the leader is among its incidents', () => {
    expect(composeStorm([LEADER, node('b', open())], LEADER, CONTEXT)).toEqual(
      composeStorm([node('b', open())], LEADER, CONTEXT),
    );
  });

  it('is over when all are, and says how many recovered and how many lost VMs', () => {
    const over = (name: string) => node(name, incident('Resolved', { causes: [DEFINITE] }));
    const message = storm([over('b'), node('e', LOST)], over('a'));
    expect(message).toMatchObject({
      state: 'Resolved',
      isBadEnd: true,
      endedAt: at('2026-08-22T10:07:00Z'),
      title: 'VMs gone: 1 of 3 nodes of cluster lab lost VMs: NodeSelectorMismatch',
      help: undefined,
    });
    expect(message.sentences.slice(0, 2)).toEqual([
      'All are over: 2 nodes recovered or lost nothing, 1 node lost VMs.',
      'It took 7 min, from 2026-08-22T10:00:00Z to 2026-08-22T10:07:00Z.',
    ]);
    expect(message.lists[1]).toMatchObject({ items: ['shop/db (Failed)'] });
  });

  it('ends well when nothing was lost', () => {
    const over = (name: string) => node(name, incident('Resolved', { causes: [DEFINITE] }));
    expect(storm([over('b')], over('a'))).toMatchObject({
      isBadEnd: false,
      title: 'Recovered: 2 nodes of cluster lab after 5 min: NodeSelectorMismatch',
    });
  });

  it('names sixty nodes of any number', () => {
    const rest = Array.from({ length: 499 }, (_, index) => node(`n${index}`, open()));
    const { lists, title } = storm(rest);
    expect([lists[0]?.items.length, lists[0]?.more]).toEqual([60, 440]);
    expect(title).toContain('500 nodes');
  });

  it('is one line wherever it is text, for any incidents', () => {
    fc.assert(
      fc.property(fc.array(arbitraryIncident, { maxLength: 4 }), arbitraryIncident, (incidents, leader) => {
        const message = composeStorm(incidents, leader, CONTEXT);
        for (const text of textsOf(message)) expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(message.title.length).toBeLessThanOrEqual(MAX_TITLE_LENGTH);
        expect(message.endedAt === undefined).toBe(message.state !== 'Resolved');
      }),
      { numRuns: 40 },
    );
  });
});
