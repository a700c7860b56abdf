import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../../shared/domain/incidents/incident.ts';
import type { Observation } from '../../../../shared/domain/incidents/observation.ts';
import { transition } from '../../../../shared/domain/incidents/transition.ts';
import { durationMs } from '../../../../shared/domain/units.ts';
import {
  at,
  atRisk,
  DB,
  DEFINITE,
  empty,
  incident,
  LIKELY,
  managed,
  seen,
  unknown,
  WEB,
} from '../../../support/incidents.ts';

const POLICY = { graceMs: durationMs(120_000) };
const NOW = '2026-08-22T10:01:00Z';
const orphaned = seen();
const definite = seen({ causes: [DEFINITE] });

/** `announcement state`, or what else happened. */
function outcome(previous: Incident | undefined, look: Observation, now = NOW): string {
  const result = transition(previous, look, POLICY, at(now));
  return result.kind === 'changed' ? `${result.announce} ${result.next.state}` : result.kind;
}

function next(previous: Incident | undefined, look: Observation, now = NOW): Incident {
  const result = transition(previous, look, POLICY, at(now));
  if (result.kind !== 'changed') throw new Error(`no change but ${result.kind}`);
  return result.next;
}

describe('the state machine', () => {
  const LOOKS = {
    orphaned,
    definite,
    atRisk: atRisk(),
    managed: managed(),
    empty: empty(),
    unknown: unknown(),
  };
  it.each<[string, Incident | undefined, Record<keyof typeof LOOKS, string>]>([
    [
      'nothing',
      undefined,
      {
        orphaned: 'suspected Suspected',
        definite: 'opened Open',
        atRisk: 'at-risk AtRisk',
        managed: 'none',
        empty: 'none',
        unknown: 'none',
      },
    ],
    [
      'AtRisk',
      incident('AtRisk', { causes: atRisk().causes }),
      {
        orphaned: 'suspected Suspected',
        definite: 'opened Open',
        atRisk: 'none',
        managed: 'resolved Resolved',
        empty: 'resolved Resolved',
        unknown: 'none',
      },
    ],
    [
      'Suspected',
      incident('Suspected'),
      {
        orphaned: 'none',
        definite: 'opened Open',
        atRisk: 'at-risk AtRisk',
        managed: 'resolved Resolved',
        empty: 'resolved Resolved',
        unknown: 'none',
      },
    ],
    [
      'Open',
      incident('Open'),
      {
        orphaned: 'none',
        definite: 'updated Open',
        atRisk: 'resolved Resolved',
        managed: 'resolved Resolved',
        empty: 'resolved Resolved',
        unknown: 'none',
      },
    ],
    [
      'Resolved',
      incident('Resolved'),
      {
        orphaned: 'suspected Suspected',
        definite: 'opened Open',
        atRisk: 'at-risk AtRisk',
        managed: 'none',
        empty: 'none',
        unknown: 'none',
      },
    ],
  ])('from %s', (_, previous, expected) => {
    const found = Object.fromEntries(
      Object.entries(LOOKS).map(([name, look]) => [name, outcome(previous, look)]),
    );
    expect(found).toEqual(expected);
  });
});

describe('the grace period', () => {
  const suspected = incident('Suspected');
  it.each([
    ['2026-08-22T10:01:59.999Z', 'none'],
    ['2026-08-22T10:02:00Z', 'opened Open'],
    ['2026-08-22T09:00:00Z', 'none'],
  ])('seen at %s: %s', (now, expected) => {
    expect(outcome(suspected, orphaned, now)).toBe(expected);
  });

  it('counts since the suspicion, and says when it was opened', () => {
    expect(next(suspected, orphaned, '2026-08-22T10:02:30Z')).toMatchObject({
      since: at('2026-08-22T10:00:00Z'),
      openedAt: at('2026-08-22T10:02:30Z'),
      severity: 'warning',
      revision: 4,
    });
  });

  it('does not count the time at risk', () => {
    expect(next(incident('AtRisk'), orphaned, '2026-08-22T11:00:00Z').since).toBe(at('2026-08-22T11:00:00Z'));
  });

  it.each([
    ['nothing was known', undefined],
    ['it was at risk', incident('AtRisk')],
    ['it was suspected', incident('Suspected')],
    ['it was resolved', incident('Resolved')],
  ])('is over at once when there is none, and %s', (_, previous) => {
    const result = transition(previous, orphaned, { graceMs: durationMs(0) }, at(NOW));
    expect(result).toMatchObject({ kind: 'changed', announce: 'opened', next: { state: 'Open' } });
  });

  it('is not waited for when a definite cause turns up', () => {
    expect(outcome(suspected, seen({ causes: [LIKELY, DEFINITE] }))).toBe('opened Open');
  });
});

describe('episodes', () => {
  it.each([
    ['2026-08-22T10:34:59.999Z', 1],
    ['2026-08-22T10:35:00Z', 2],
  ])('back at %s it is episode %i', (now, episode) => {
    expect(next(incident('Resolved'), definite, now)).toMatchObject({
      episode,
      revision: 4,
      resolution: undefined,
    });
  });

  it('begins another for another node of the same name, however soon', () => {
    expect(next(incident('Resolved'), seen({ nodeUid: 'new' }))).toMatchObject({
      episode: 2,
      nodeUid: 'new',
    });
  });

  it.each([
    ['2026-08-22T10:34:59.999Z', 'none'],
    ['2026-08-22T10:35:00Z', 'forget'],
  ])('is kept until 30 minutes after its end: %s %s', (now, expected) => {
    expect(outcome(incident('Resolved'), managed(), now)).toBe(expected);
  });
});

describe('how it ends', () => {
  it.each<[string, Observation, string]>([
    ['a Ready handler and the same VMI', managed(), 'Recovered'],
    ['a Ready handler and one of two VMIs', managed([DB]), 'Recovered'],
    ['a Ready handler and another VMI', managed([{ ...WEB, uid: 'other', name: 'web-2' }]), 'WorkloadsGone'],
    ['nothing runs there', empty(), 'WorkloadsGone'],
    ['neither node nor workload', { ...empty(), nodeUid: undefined }, 'NodeGone'],
    ['a new node of the same name', { ...managed(), nodeUid: 'uid-new' }, 'NodeGone'],
  ])('%s', (_, look, resolution) => {
    expect(next(incident('Open', { vmis: [DB, WEB], vmiCount: 2 }), look)).toMatchObject({
      state: 'Resolved',
      resolution,
      resolvedAt: at(NOW),
    });
  });

  it('says what became of each VMI, and is critical when one failed', () => {
    const open = incident('Open', { vmis: [DB, WEB], vmiCount: 2 });
    const look = { ...empty(), ended: new Map([[WEB.uid, 'Failed']]) };
    expect(next(open, look)).toMatchObject({
      severity: 'critical',
      goneVmis: [
        { ...DB, fate: 'Gone' },
        { ...WEB, fate: 'Failed' },
      ],
    });
  });

  it('is no end of workload that could not be read', () => {
    const look = { ...managed([]), workloadUnread: true };
    expect(next(incident('Open'), look)).toMatchObject({
      resolution: 'Recovered',
      vmis: [WEB],
      goneVmis: [],
    });
  });
});

describe('an update', () => {
  const open = incident('Open');
  it.each<[string, Observation, string]>([
    ['nothing changed', orphaned, 'none'],
    ['another summary of the same cause', seen({ causes: [{ ...LIKELY, summary: '8 restarts' }] }), 'none'],
    ['another cause', definite, 'updated Open'],
    ['another VMI', seen({ vmis: [DB, WEB] }), 'updated Open'],
    ['a VMI started again: another UID', seen({ vmis: [{ ...WEB, uid: 'again' }] }), 'updated Open'],
  ])('%s', (_, look, expected) => {
    expect(outcome(open, look)).toBe(expected);
  });

  it('is quiet about another cause of what is only suspected', () => {
    const other = seen({ causes: [{ ...LIKELY, code: 'HandlerNotReady' }] });
    expect(outcome(incident('Suspected'), other)).toBe('undefined Suspected');
    expect(next(incident('Suspected'), other)).toEqual(incident('Suspected', { causes: other.causes }));
  });

  it('says of AtRisk at once what else is the cause', () => {
    const other = seen({ verdict: 'AtRisk', causes: [{ ...LIKELY, code: 'HandlerNotReady' }] });
    expect(outcome(incident('AtRisk'), other)).toBe('updated AtRisk');
  });

  it('remembers who left, until they are back', () => {
    const left = next(incident('Open', { vmis: [DB, WEB], vmiCount: 2 }), orphaned);
    expect(left).toMatchObject({ revision: 4, goneVmis: [{ ...DB, fate: 'Gone' }] });
    expect(next(left, seen({ vmis: [DB, WEB] })).goneVmis).toEqual([]);
  });

  it('does not take what a cut-off list does not name for gone', () => {
    const look = { ...seen({ vmis: [WEB] }), vmiCount: 251 };
    expect(next(incident('Open', { vmis: [DB, WEB], vmiCount: 251 }), look).goneVmis).toEqual([]);
  });
});
