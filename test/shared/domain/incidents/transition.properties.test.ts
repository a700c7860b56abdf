import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../../shared/domain/incidents/incident.ts';
import type { Observation } from '../../../../shared/domain/incidents/observation.ts';
import { transition } from '../../../../shared/domain/incidents/transition.ts';
import { durationMs, epochMs } from '../../../../shared/domain/units.ts';
import { atRisk, DB, DEFINITE, empty, managed, seen, unknown, WEB } from '../../../support/incidents.ts';

const look: fc.Arbitrary<Observation> = fc
  .record({
    base: fc.constantFrom(
      seen(),
      seen({ causes: [DEFINITE] }),
      seen({ vmis: [DB, WEB] }),
      atRisk(),
      managed(),
      managed([DB]),
      empty(),
      unknown(),
    ),
    nodeUid: fc.constantFrom('uid-node02', 'uid-node02', 'uid-other', undefined),
    workloadUnread: fc.constantFrom(false, false, true),
    failed: fc.boolean(),
  })
  .map(({ base, failed, ...parts }) => ({
    ...base,
    ...parts,
    ended: new Map(failed ? [[WEB.uid, 'Failed']] : []),
  }));

const story = fc.array(fc.tuple(look, fc.integer({ min: 0, max: 2_400_000 })), { maxLength: 25 });
const policy = { graceMs: durationMs(120_000) };

/** Plays looks one after the other; says every step. */
function play(looks: readonly (readonly [Observation, number])[]) {
  let now = 1_800_000_000_000;
  let incident: Incident | undefined;
  return looks.map(([observation, later]) => {
    now += later;
    const before = incident;
    const result = transition(before, observation, policy, epochMs(now));
    if (result.kind === 'changed') incident = result.next;
    if (result.kind === 'forget') incident = undefined;
    return { before, observation, result, now, after: incident };
  });
}

describe('whatever is seen', () => {
  it('a revision grows by one with whatever is told, and an episode never goes back', () => {
    fc.assert(
      fc.property(story, (looks) => {
        const steps = play(looks).flatMap(({ before, result }) =>
          result.kind === 'changed'
            ? [{ before, told: result.announce !== undefined, next: result.next }]
            : [],
        );
        for (const { before, told, next } of steps) {
          expect(next.revision).toBe((before?.revision ?? 0) + Number(told));
          expect(next.episode).toBeGreaterThanOrEqual(before?.episode ?? 1);
        }
      }),
    );
  });

  it('looking again at once changes nothing more than one step: the machine comes to rest', () => {
    fc.assert(
      fc.property(story, (looks) => {
        for (const { after, observation, now } of play(looks)) {
          const again = transition(after, observation, policy, epochMs(now));
          if (again.kind !== 'changed') continue;
          // Only what was resolved begins again: at risk after it recovered, or another node of that name.
          expect(after?.state).toBe('Resolved');
          expect(transition(again.next, observation, policy, epochMs(now)).kind).toBe('none');
        }
      }),
    );
  });

  it('Unknown changes nothing', () => {
    fc.assert(
      fc.property(story, (looks) => {
        const unread = play(looks).filter(({ observation }) => observation.verdict === 'Unknown');
        expect(unread.filter(({ result }) => result.kind !== 'none')).toEqual([]);
      }),
    );
  });

  it('an orphan that is open names every proven cause at once, and any other after the grace period', () => {
    fc.assert(
      fc.property(story, (looks) => {
        const open = play(looks).filter(
          ({ observation, after }) => observation.verdict === 'Orphaned' && after?.state === 'Open',
        );
        for (const { observation, after, now } of open) {
          const proven = observation.causes.filter(({ certainty }) => certainty === 'Definite');
          expect(after?.causes).toEqual(expect.arrayContaining(proven));
          const later = transition(after, observation, policy, epochMs(now + policy.graceMs));
          expect(later.kind === 'changed' ? later.next.causes : after?.causes).toEqual(observation.causes);
        }
      }),
    );
  });

  it('an open incident is updated once in a grace period at most, while neither proven causes nor workload change', () => {
    const flap = fc.array(fc.tuple(fc.constantFrom(seen(), seen({ causes: [] })), fc.nat(60_000)), {
      maxLength: 50,
    });
    fc.assert(
      fc.property(flap, (looks) => {
        const told = play([[seen({ causes: [DEFINITE] }), 0], ...looks]).filter(
          ({ result }) => result.kind === 'changed' && result.announce === 'updated',
        );
        for (const [index, { now }] of told.entries())
          expect(now - (told[index - 1]?.now ?? 0)).toBeGreaterThanOrEqual(policy.graceMs);
      }),
    );
  });

  it('the announcement fits the state', () => {
    fc.assert(
      fc.property(story, (looks) => {
        const told = play(looks).flatMap(({ result }) => (result.kind === 'changed' ? [result] : []));
        for (const { announce, next } of told) expect(FITTING[announce ?? 'quiet']).toContain(next.state);
      }),
    );
  });

  it('an open incident has an opening time, a resolved one a resolution, and nothing else has', () => {
    fc.assert(
      fc.property(story, (looks) => {
        const incidents = play(looks).flatMap(({ after }) => (after === undefined ? [] : [after]));
        expect(incidents.filter((it) => !hasFittingTimes(it))).toEqual([]);
      }),
    );
  });
});

const FITTING = {
  'at-risk': ['AtRisk'],
  suspected: ['Suspected'],
  opened: ['Open'],
  resolved: ['Resolved'],
  updated: ['AtRisk', 'Suspected', 'Open'],
  diagnosed: [],
  quiet: ['Suspected', 'Open'],
};

function hasFittingTimes({ state, openedAt, resolvedAt, resolution }: Incident): boolean {
  const ended = state === 'Resolved';
  if ((resolution !== undefined) !== ended || (resolvedAt !== undefined) !== ended) return false;
  return ended || (openedAt !== undefined) === (state === 'Open');
}
