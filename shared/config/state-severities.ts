import { severitiesOf } from '../domain/incidents/consequences.ts';
import { INCIDENT_STATES, SEVERITIES } from '../domain/incidents/incident.ts';
import type { LooseMatch } from './route-coverage.ts';

/**
 * Splits a match into one for each state with each severity that an incident of that state can have: together they match what it
 * does. One that asks for words that do not exist stays whole.
 */
export function partsOf(match: LooseMatch): readonly LooseMatch[] {
  const states = wordsOf(match['states'], INCIDENT_STATES);
  const severities = wordsOf(match['severities'], SEVERITIES);
  if (states === undefined || severities === undefined) return [match];
  return states.flatMap((state) =>
    severitiesOf(state)
      .filter((severity) => severities.includes(severity))
      .map((severity) => ({ ...match, states: [state], severities: [severity] })),
  );
}

/** Whether no incident can be of the states and of the severities that a match asks for. */
export function matchesNothing(match: LooseMatch): boolean {
  return partsOf(match).length === 0;
}

/** What a condition asks for: all when it is not there; `undefined` when it cannot be read. */
function wordsOf<T extends string>(wanted: unknown, known: readonly T[]): readonly T[] | undefined {
  if (wanted === undefined) return known;
  if (!Array.isArray(wanted) || wanted.length === 0) return undefined;
  const words = known.filter((word) => wanted.includes(word));
  return words.length === new Set(wanted).size ? words : undefined;
}
