import { describe, expect, it } from 'vitest';
import {
  type Delivery,
  newDelivery,
  withDelivery,
} from '../../../../shared/domain/notifications/delivery.ts';
import { at } from '../../../support/incidents.ts';

const NOW = at('2026-08-22T10:30:00Z');
const told = (state: 'Open' | 'Resolved') =>
  ({ state, severity: 'warning', revision: 3, nodes: 1, openings: 1, at: NOW }) as const;
const delivery = (channel: string, episode: number, parts: Partial<Delivery> = {}): Delivery => ({
  ...newDelivery(channel, episode),
  ...parts,
});
const STORM = { cause: 'NodeSelectorMismatch', since: NOW } as const;
const keys = (all: readonly Delivery[]) => all.map(({ channel, episode }) => `${channel} ${episode}`);

describe('the deliveries of a record', () => {
  it('hold one for each channel, in a fixed order', () => {
    const all = ['b', 'a', 'b'].reduce<readonly Delivery[]>(
      (kept, channel) => withDelivery(kept, delivery(channel, 1, { externalId: channel })),
      [],
    );
    expect(keys(all)).toEqual(['a 1', 'b 1']);
  });

  it.each([
    ['forget earlier episodes', { told: told('Open') }, ['ops 2']],
    ['keep a storm that a channel takes for open', { told: told('Open'), storm: STORM }, ['ops 1', 'ops 2']],
    ['forget a storm that is over', { told: told('Resolved'), storm: STORM }, ['ops 2']],
    ['forget a storm of which nothing was told', { storm: STORM }, ['ops 2']],
  ])('%s', (_, parts, expected) => {
    expect(keys(withDelivery([delivery('ops', 1, parts)], delivery('ops', 2)))).toEqual(expected);
  });

  it('keep the newer episode when what was told of an older one is written late', () => {
    expect(keys(withDelivery([delivery('ops', 2)], delivery('ops', 1)))).toEqual(['ops 1', 'ops 2']);
  });
});
