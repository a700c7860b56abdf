import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../../shared/domain/incidents/incident.ts';
import type { Observation } from '../../../../shared/domain/incidents/observation.ts';
import { transition } from '../../../../shared/domain/incidents/transition.ts';
import { durationMs } from '../../../../shared/domain/units.ts';
import { at, DB, DEFINITE, incident, LIKELY, managed, seen, WEB } from '../../../support/incidents.ts';

const POLICY = { graceMs: durationMs(120_000) };
const NOW = '2026-08-22T10:01:00Z';

/** `announcement state`, or what else happened. */
function outcome(previous: Incident, look: Observation, now = NOW): string {
  const result = transition(previous, look, POLICY, at(now));
  return result.kind === 'changed' ? `${result.announce} ${result.next.state}` : result.kind;
}

function next(previous: Incident, look: Observation, now = NOW): Incident {
  const result = transition(previous, look, POLICY, at(now));
  if (result.kind !== 'changed') throw new Error(`no change but ${result.kind}`);
  return result.next;
}

describe('other causes of an open incident', () => {
  const proven = incident('Open', { causes: [DEFINITE, LIKELY] });
  const passing = seen({ causes: [{ ...LIKELY, code: 'HandlerNotReady' }] });
  const START = '2026-08-22T10:01:00Z';
  const doubted = next(proven, passing, START);

  it('none of which is proven are not told yet, and the record knows what was told', () => {
    expect(outcome(proven, passing, START)).toBe('undefined Open');
    const toldCauses = { causes: proven.causes, othersSince: at(START) };
    expect(doubted).toEqual({ ...proven, causes: passing.causes, toldCauses });
  });

  it.each<[string, Observation, string, string]>([
    ['the same, within the grace period', passing, '2026-08-22T10:02:59.999Z', 'none'],
    ['yet others, within the grace period', seen(), '2026-08-22T10:02:59.999Z', 'undefined Open'],
    ['none, within the grace period', seen({ causes: [] }), '2026-08-22T10:02:59.999Z', 'undefined Open'],
    ['the same, after the grace period', passing, '2026-08-22T10:03:00Z', 'updated Open'],
    ['yet others, after the grace period', seen(), '2026-08-22T10:03:00Z', 'updated Open'],
    ['another proven one', seen({ causes: [{ ...DEFINITE, code: 'NodeMissing' }] }), START, 'updated Open'],
    ['other workload', seen({ ...passing, vmis: [DB, WEB] }), START, 'updated Open'],
    ['what was told', seen({ causes: [DEFINITE, LIKELY] }), START, 'undefined Open'],
    ['the handler is back', managed(), START, 'resolved Resolved'],
  ])('then %s', (_, look, now, expected) => {
    expect(outcome(doubted, look, now)).toBe(expected);
    const after = transition(doubted, look, POLICY, at(now));
    if (after.kind !== 'changed') return;
    const isUntold = after.announce === undefined && look.causes !== proven.causes && now !== START;
    expect(after.next.toldCauses).toEqual(isUntold ? doubted.toldCauses : undefined);
    if (after.next.state === 'Open') expect(after.next.causes).toEqual(look.causes);
  });

  it('tell what is seen when they are told, and what was told when it is resolved', () => {
    expect(next(doubted, passing, '2026-08-22T10:03:00Z')).toMatchObject({
      causes: passing.causes,
      revision: 4,
    });
    expect(next(doubted, managed()).causes).toEqual(proven.causes);
  });

  it('are told at once where there is no grace period', () => {
    const told = transition(proven, passing, { graceMs: durationMs(0) }, at(START));
    expect(told).toMatchObject({ announce: 'updated', next: { causes: passing.causes } });
  });

  it('are told at once when a proven one is no longer among those that are left', () => {
    const two = incident('Open', { causes: [DEFINITE, { ...DEFINITE, code: 'NodeSelectorMismatch' }] });
    expect(outcome(two, seen({ causes: [DEFINITE] }), START)).toBe('updated Open');
  });
});
