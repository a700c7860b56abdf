import { SEVERITIES } from '../domain/incidents/incident.ts';
import type { LooseFile, Mistake } from './loose-file.ts';
import { coversAll } from './route-coverage.ts';

/** Routes that are never asked or never tell, times that end before they begin, two credentials for one thing. */
export function contradictions(file: LooseFile): readonly Mistake[] {
  return [...doubleCredentials(file), ...deadRoutes(file), ...wrongWindows(file), ...wrongSilences(file)];
}

function doubleCredentials({ channels }: LooseFile): readonly Mistake[] {
  return channels.flatMap(({ bearerToken, basicAuth }, index) =>
    bearerToken === undefined || basicAuth === undefined
      ? []
      : [{ path: ['channels', index], what: 'has bearerToken and basicAuth (allowed: one of them)' }],
  );
}

function deadRoutes({ routes }: LooseFile): readonly Mistake[] {
  return routes.flatMap(({ match, minimumSeverity }, index): readonly Mistake[] => {
    const path = ['routes', index];
    const before = routes.findIndex(
      (it, place) => place < index && it.continue !== true && coversAll(it.match ?? {}, match ?? {}),
    );
    const what = `is never asked: routes[${before}] matches all of it before, and does not say continue`;
    if (before >= 0) return [{ path, what }];
    if (!isAbove(minimumSeverity, match?.['severities'])) return [];
    return [{ path, what: 'never tells anything: its minimumSeverity is above all its severities' }];
  });
}

function isAbove(minimum: string, severities: unknown): boolean {
  const names: readonly string[] = SEVERITIES;
  const ranks = Array.isArray(severities) ? severities.map((it) => names.indexOf(it)) : [];
  return ranks.length > 0 && ranks.every((rank) => rank >= 0 && rank < names.indexOf(minimum));
}

function wrongWindows({ muteWindows }: LooseFile): readonly Mistake[] {
  return muteWindows.flatMap(({ from, to, dates }, index) => [
    ...(from !== '' && from === to
      ? [
          {
            path: ['muteWindows', index],
            what: 'ends when it begins (allowed: neither from nor to, for a whole day)',
          },
        ]
      : []),
    ...(dates.to !== '' && dates.to < dates.from
      ? [{ path: ['muteWindows', index, 'dates'], what: 'end before they begin' }]
      : []),
  ]);
}

function wrongSilences({ silences }: LooseFile): readonly Mistake[] {
  return silences.flatMap(({ match, from, until }, index) => [
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
