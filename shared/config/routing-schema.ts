import * as z from 'zod';
import { CAUSE_CODES } from '../domain/causes/cause.ts';
import { INCIDENT_STATES, SEVERITIES } from '../domain/incidents/incident.ts';
import type { Route } from '../domain/notifications/routing.ts';
import type { Silence } from '../domain/notifications/silences.ts';
import { labelKeyError } from '../domain/placement/label-syntax.ts';
import { type TimeWindow, WEEKDAYS } from '../domain/time/time-windows.ts';
import { durationMs } from '../domain/units.ts';
import { closed, flag, list, optional, required, whole, withDefault, word } from './fields.ts';
import {
  DAY_MINUTES,
  date,
  instant,
  LABEL_KEY,
  LABEL_VALUES,
  MAX_VALUES,
  name,
  pattern,
  sentence,
  timeOfDay,
  ZONE,
} from './routing-fields.ts';

const MINUTE_MS = 60_000;
const DAYS = [...WEEKDAYS];

const several = { max: MAX_VALUES };
const MATCH_SHAPE = {
  severities: list(required(word(SEVERITIES, { what: 'how severe it is' })), several).optional(),
  states: list(required(word(INCIDENT_STATES, { what: 'the state of the incident' })), several).optional(),
  causes: list(
    required(word(CAUSE_CODES, { what: 'any cause of it, not only the primary one' })),
    several,
  ).optional(),
  nodes: list(required(pattern("the node's name")), several).optional(),
  nodeLabels: z
    .record(
      z.string().refine((key) => labelKeyError(key) === undefined, { error: LABEL_KEY }),
      required(LABEL_VALUES),
      {
        error: ({ code }) =>
          code === 'invalid_key' ? LABEL_KEY : `is no object (allowed: ${LABEL_VALUES.row.allowed})`,
      },
    )
    .optional(),
  vmiNamespaces: list(required(pattern('the namespace of any VMI on the node')), several).optional(),
};

/** A route, in the units of the file. */
export const ROUTE = closed({
  name: optional(name('what explanations call it; unless told, route-1 and so on')),
  match: closed(MATCH_SHAPE).optional(),
  channels: list(required(name('which channels it tells')), several),
  continue: withDefault(flag(false, '`true`: later routes are asked too'), false),
  minimumSeverity: optional(
    word(SEVERITIES, {
      what: 'what is less severe is not told; unless told, `warning`, or what `severities` and `states` ask for',
    }),
  ),
  repeatSeconds: withDefault(
    whole('seconds', [14_400, 0, 2_592_000], 'after how long what is still open is told again; 0: never'),
    14_400,
  ),
  mute: list(required(name('windows in which it tells nothing')), several).optional(),
});

/** A window of time, in the units of the file. @param what - what its name is for */
export const timeWindow = (what: string) =>
  closed({
    name: required(name(what)),
    timeZone: required(ZONE),
    weekdays: list(required(word(WEEKDAYS, { what: 'the days on which it begins; unless told, all' })), {
      max: 7,
    }).optional(),
    from: withDefault(timeOfDay({ what: 'when it begins', default: '00:00' }, '23:59'), 0),
    to: withDefault(
      timeOfDay(
        { what: 'when it ends; on the next day when it is not after `from`', default: '24:00' },
        '24:00',
      ),
      DAY_MINUTES,
    ),
    dates: closed({
      from: required(date('the first date on which it begins')),
      to: required(date('the last date on which it begins')),
    }).optional(),
  });

/** A silence, as the file has it. */
export const SILENCE = closed({
  match: closed(MATCH_SHAPE),
  from: optional(instant('when it begins; unless told, it has begun')),
  until: required(instant('when it ends; one that has ended is warned of')),
  comment: required(sentence('why')),
  createdBy: required(sentence('who made it')),
});

/** In the units of the program. @param index - from 0, for the name of a route that has none */
export function toRoute(route: z.infer<typeof ROUTE>, index: number): Route {
  const { match = {}, repeatSeconds, mute = [], minimumSeverity = usualMinimum(match) } = route;
  return {
    name: route.name ?? `route-${index + 1}`,
    match,
    channels: route.channels,
    continue: route.continue,
    minimumSeverity,
    repeatMs: repeatSeconds === 0 ? undefined : durationMs(repeatSeconds * 1_000),
    mute,
  };
}

/** What was asked for is told: who names a severity, or a state that comes before an incident is open, means it. */
function usualMinimum({ severities, states = [] }: Route['match']): Route['minimumSeverity'] {
  if (severities !== undefined) return SEVERITIES.find((it) => severities.includes(it)) ?? 'warning';
  return states.includes('AtRisk') || states.includes('Suspected') ? 'info' : 'warning';
}

/** In the units of the program. */
export function toTimeWindow({
  from,
  to,
  weekdays = DAYS,
  dates,
  ...rest
}: z.infer<ReturnType<typeof timeWindow>>): TimeWindow {
  const all = { ...rest, weekdays, fromMs: from * MINUTE_MS, toMs: to * MINUTE_MS };
  return { ...all, dates: dates === undefined ? undefined : { first: dates.from, last: dates.to } };
}

/** In the units of the program. */
export function toSilence({ from, ...silence }: z.infer<typeof SILENCE>): Silence {
  return { ...silence, from };
}
