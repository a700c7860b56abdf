import { describe, expect, it } from 'vitest';
import { type ChannelFacts, decide, type Known } from '../../../functions/notify/decide.ts';
import type { Incident } from '../../../shared/domain/incidents/incident.ts';
import { type Delivery, newDelivery } from '../../../shared/domain/notifications/delivery.ts';
import { NO_REMEDIATION } from '../../../shared/domain/remediation/remediation.ts';
import { durationMs, epochMs } from '../../../shared/domain/units.ts';
import { at, DEFINITE, incident, LIKELY } from '../../support/incidents.ts';

const NOW = at('2026-08-22T10:30:00Z');
const DIAGNOSIS = { diagnosedAt: NOW, causes: [{ ...DEFINITE, mitigations: [] }] };
const POLICY = {
  diagnosisWaitMs: durationMs(10_000),
  storm: { minNodes: 3, windowMs: durationMs(300_000) },
};
const CHANNEL: ChannelFacts = {
  name: 'ops',
  storms: true,
  tellsRevisions: false,
  tellsRemediation: true,
  keepAliveMs: undefined,
  flapQuietMs: durationMs(300_000),
  route: () => ({ isTold: true, repeatMs: durationMs(0) }),
  remindedAt: () => undefined,
};

function known(node: string, parts: Partial<Incident> = {}, deliveries: readonly Delivery[] = []): Known {
  const state = parts.state ?? 'Open';
  return {
    node,
    incident: incident(state, { node, openedAt: at('2026-08-22T10:29:00Z'), causes: [DEFINITE], ...parts }),
    remediation: NO_REMEDIATION,
    deliveries,
  };
}

const opened = (seconds: number) => ({ openedAt: epochMs(NOW - seconds * 1_000) });
const told = (parts: Partial<Delivery> = {}, nodes = 1): Delivery => ({
  ...newDelivery('ops', 1),
  told: { state: 'Open', severity: 'warning', revision: 3, nodes, openings: 1, at: NOW },
  ...parts,
});
const STORM = { cause: 'NodeSelectorMismatch', since: at('2026-08-22T10:29:00Z') } as const;

function planned(all: readonly Known[], channel: Partial<ChannelFacts> = {}) {
  const { plans, joins } = decide(all, { ...CHANNEL, ...channel }, POLICY, NOW);
  const told = plans.map(
    ({ node, intent, incidents }) => `${intent} ${node}: ${incidents.map((it) => it.node)}`,
  );
  return { told, joins: Object.fromEntries(joins) };
}

describe('what a channel is told of all incidents', () => {
  it('tells each that it has not heard of, the most severe first', () => {
    const all = [
      known('a'),
      known('b', { severity: 'critical' }),
      known('c', { causes: [LIKELY] }, [told()]),
    ];
    expect(planned(all).told).toEqual(['open b: b', 'open a: a']);
  });

  it('tries first what it has not tried, then what failed longest ago', () => {
    const failed = (seconds: number) => [
      told({
        told: undefined,
        failure: {
          code: 'X',
          attempts: 1,
          revision: 3,
          at: epochMs(NOW - seconds * 1_000),
          notBefore: undefined,
        },
      }),
    ];
    const all = [known('a', opened(9_000), failed(10)), known('b', opened(5_000), failed(20)), known('c')];
    expect(planned(all).told).toEqual(['open c: c', 'open b: b', 'open a: a']);
  });

  it.each([
    ['waits for the diagnosis of what was opened just now', opened(9), []],
    ['does not wait for it longer than a while', opened(10), ['open a: a']],
    ['does not wait once it is there', { ...opened(1), diagnosis: DIAGNOSIS }, ['open a: a']],
    ['waits for none of what is only suspected', { state: 'Suspected' as const }, ['open a: a']],
  ])('%s', (_, parts, expected) => {
    expect(planned([known('a', parts)]).told).toEqual(expected);
  });

  it('knows only what was told of this episode', () => {
    expect(planned([known('a', { episode: 2 }, [told()])]).told).toEqual(['open a: a']);
  });

  it('tells other channels apart', () => {
    expect(planned([known('a', {}, [told({ channel: 'other' })])]).told).toEqual(['open a: a']);
  });

  it('counts a reminder that is in no record', () => {
    const old = told({
      told: {
        state: 'Open',
        severity: 'warning',
        revision: 3,
        nodes: 1,
        openings: 1,
        at: epochMs(NOW - 90_000),
      },
    });
    const channel = { keepAliveMs: durationMs(60_000) };
    expect(planned([known('a', {}, [old])], channel).told).toEqual(['repeat a: a']);
    expect(planned([known('a', {}, [old])], { ...channel, remindedAt: () => NOW }).told).toEqual([]);
  });
});

describe('a storm', () => {
  const three = [known('c', opened(50)), known('a', opened(60)), known('b', opened(40))];

  it('is one message of all nodes with one cause, kept by the one that was opened first', () => {
    expect(planned(three)).toEqual({ told: ['open a: c,a,b'], joins: { b: 'a', c: 'a' } });
  });

  it('is none for a channel that groups by itself', () => {
    expect(planned(three, { storms: false }).told).toEqual(['open a: a', 'open b: b', 'open c: c']);
  });

  it.each([
    ['too few nodes', [known('a'), known('b')]],
    ['another cause', [known('a'), known('b'), known('c', { causes: [LIKELY] })]],
    ['another time', [known('a'), known('b'), known('c', opened(900))]],
    ['what is over', [known('a'), known('b'), known('c', { state: 'Resolved' }, [told()])]],
  ])('is not made of %s', (_, all) => {
    expect(planned(all).joins).toEqual({});
  });

  it('counts nodes that were told of one by one, and leaves them what they are', () => {
    const all = [known('a', {}, [told()]), known('b', opened(30)), known('c', opened(20))];
    expect(planned(all)).toEqual({ told: ['open b: b,c'], joins: { c: 'b' } });
  });

  const leader = (nodes: number) => told({ storm: STORM }, nodes);
  const member = told({ told: undefined, leader: 'a' });

  it('is joined by what comes later, without a word while it is not twice as large', () => {
    const all = [
      known('a', {}, [leader(3)]),
      known('b', {}, [member]),
      known('c', {}, [member]),
      known('d', opened(1_0)),
    ];
    expect(planned(all)).toEqual({ told: [], joins: { d: 'a' } });
    expect(planned(all, { tellsRevisions: true })).toEqual({
      told: ['update a: a,b,c,d'],
      joins: { d: 'a' },
    });
  });

  it('tells when it has doubled', () => {
    const more = ['d', 'e', 'f'].map((node) => known(node, opened(10)));
    const all = [known('a', {}, [leader(3)]), known('b', {}, [member]), known('c', {}, [member]), ...more];
    expect(planned(all).told).toEqual(['update a: a,b,c,d,e,f']);
  });

  it('is over when all of it is', () => {
    const ended = { state: 'Resolved' as const };
    const members = [known('b', ended, [member]), known('c', {}, [member])];
    expect(planned([known('a', ended, [leader(3)]), ...members]).told).toEqual([]);
    const all = [known('a', ended, [leader(3)]), known('b', ended, [member]), known('c', ended, [member])];
    expect(planned(all).told).toEqual(['resolve a: a,b,c']);
  });

  it('outlives the episode of its leader, which is told of by itself then', () => {
    const all = [
      known('a', { episode: 2, causes: [LIKELY] }, [leader(3)]),
      known('b', {}, [member]),
      known('c', {}, [member]),
    ];
    expect(planned(all, { tellsRevisions: true }).told).toEqual(['open a: a', 'update a: b,c']);
  });

  it('tells its members nothing by themselves, whatever becomes of them', () => {
    const all = [
      known('a', {}, [leader(3)]),
      known('b', { severity: 'critical' }, [member]),
      known('c', {}, [member]),
    ];
    expect(planned(all).told).toEqual(['update a: a,b,c']);
  });

  it('goes on being told by whoever claimed it', () => {
    const claimed = told({ storm: STORM, told: undefined, claimedUntil: epochMs(NOW + 1) });
    const all = [known('a', {}, [claimed]), known('b', opened(30)), known('c', opened(20))];
    expect(planned(all)).toEqual({ told: [], joins: { b: 'a', c: 'a' } });
  });
});
