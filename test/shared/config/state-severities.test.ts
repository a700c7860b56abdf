import { describe, expect, it } from 'vitest';
import { matchesNothing, partsOf } from '../../../shared/config/state-severities.ts';
import { severityOf } from '../../../shared/domain/incidents/consequences.ts';
import { INCIDENT_STATES } from '../../../shared/domain/incidents/incident.ts';

const FATES = [[], ['Gone'], ['Succeeded'], ['Failed']] as const;
const goneVmi = (fate: 'Gone' | 'Succeeded' | 'Failed') => ({
  namespace: 'shop',
  name: 'web-01',
  uid: 'a',
  fate,
});

describe('the parts of a match', () => {
  it('hold every state with each severity that it can have', () => {
    const parts = partsOf({ nodes: ['a'] });
    const possible = INCIDENT_STATES.flatMap((state) =>
      FATES.map((fates) => severityOf(state, fates.map(goneVmi))).map((severity) => ({
        nodes: ['a'],
        states: [state],
        severities: [severity],
      })),
    );
    expect(parts).toEqual(expect.arrayContaining(possible));
    expect(possible).toEqual(expect.arrayContaining([...parts]));
  });

  it.each([
    ['Open', 'info', true],
    ['Open', 'warning', false],
    ['Resolved', 'info', true],
    ['AtRisk', 'warning', true],
    ['AtRisk', 'critical', false],
    ['Suspected', 'info', false],
  ])('of %s with %s: none is %s', (state, severity, isNone) => {
    expect(matchesNothing({ states: [state], severities: [severity] })).toBe(isNone);
  });

  it.each([
    { states: ['Open', 'wrong'] },
    { severities: 'info' },
    { states: [] },
    { unclear: null, severities: 3 },
  ])('of what cannot be read is all of it: %j', (match) => {
    expect(partsOf(match)).toEqual([match]);
  });
});
