import { SEVERITIES } from '../domain/incidents/incident.ts';
import type { LooseFile } from './loose-file.ts';
import type { Mistake } from './mistakes.ts';
import { coversAll } from './route-coverage.ts';
import { matchesNothing, partsOf } from './state-severities.ts';

const MATCHES_NOTHING = 'matches nothing: no incident of these states has one of these severities';

/** Routes that are never asked or never tell, times that end before they begin, two credentials for one thing. */
export function contradictions(file: LooseFile): readonly Mistake[] {
  return [
    ...doubleCredentials(file),
    ...deadRoutes(file),
    ...wrongWindows('muteWindows', file.muteWindows),
    ...wrongSilences(file),
  ];
}

function doubleCredentials({ channels }: LooseFile): readonly Mistake[] {
  return channels.flatMap(({ bearerToken, basicAuth }, index) =>
    bearerToken === undefined || basicAuth === undefined
      ? []
      : [{ path: ['channels', index], what: 'has bearerToken and basicAuth (allowed: one of them)' }],
  );
}

function deadRoutes({ routes }: LooseFile): readonly Mistake[] {
  return routes.flatMap(({ match = {}, minimumSeverity }, index): readonly Mistake[] => {
    const before = whoTakesAll(routes, index);
    if (before.length > 0) return [{ path: ['routes', index], what: neverAsked(before) }];
    if (matchesNothing(match)) return [{ path: ['routes', index, 'match'], what: MATCHES_NOTHING }];
    if (!isAbove(minimumSeverity, match['severities'])) return [];
    const what = 'never tells anything: its minimumSeverity is above all its severities';
    return [{ path: ['routes', index], what }];
  });
}

/** The routes before one that leave nothing to it, each for some of its states and severities; none when they leave something. */
function whoTakesAll(routes: LooseFile['routes'], index: number): readonly number[] {
  const parts = partsOf(routes[index]?.match ?? {});
  const takers = parts.map((part) =>
    routes.findIndex((it, place) => place < index && it.continue !== true && coversAll(it.match ?? {}, part)),
  );
  return takers.includes(-1) ? [] : [...new Set(takers)].sort((a, b) => a - b);
}

function neverAsked(before: readonly number[]): string {
  const names = before.map((index) => `routes[${index}]`).join(', ');
  return before.length === 1
    ? `is never asked: ${names} matches all of it before, and does not say continue`
    : `is never asked: ${names} match all of it before, and do not say continue`;
}

function isAbove(minimum: string, severities: unknown): boolean {
  const names: readonly string[] = SEVERITIES;
  const ranks = Array.isArray(severities) ? severities.map((it) => names.indexOf(it)) : [];
  return ranks.length > 0 && ranks.every((rank) => rank >= 0 && rank < names.indexOf(minimum));
}

/** Windows that end when, or before, they begin. @param key - what their list is called */
export function wrongWindows(key: string, windows: LooseFile['muteWindows']): readonly Mistake[] {
  return windows.flatMap(({ from, to, dates }, index) => [
    ...(from !== '' && from === to
      ? [
          {
            path: [key, index],
            what: 'ends when it begins (allowed: neither from nor to, for a whole day)',
          },
        ]
      : []),
    ...(dates.to !== '' && dates.to < dates.from
      ? [{ path: [key, index, 'dates'], what: 'end before they begin' }]
      : []),
  ]);
}

function wrongSilences({ silences }: LooseFile): readonly Mistake[] {
  return silences.flatMap(({ match, from, until }, index) => [
    ...(matchesNothing(match ?? {}) ? [{ path: ['silences', index, 'match'], what: MATCHES_NOTHING }] : []),
    ...(match !== undefined && Object.keys(match).length === 0
      ? [
          {
            path: ['silences', index, 'match'],
            what: 'is empty (allowed: a condition, such as nodes: ["*"] for all incidents)',
          },
        ]
      : []),
    ...(from !== '' && Date.parse(until) <= Date.parse(from)
      ? [{ path: ['silences', index, 'until'], what: 'is not after its from' }]
      : []),
  ]);
}
