import { SEVERITIES, type Severity } from '../incidents/incident.ts';
import { openUntil, type TimeWindow } from '../time/time-windows.ts';
import { type DurationMs, durationMs, type EpochMs } from '../units.ts';
import { matchConditions, type RouteMatch, type RouteSubject } from './route-match.ts';
import { matchingSilences, type Silence } from './silences.ts';

/** Who is told of which incidents, how often, and when not. */
export interface Route {
  readonly name: string;
  /** Conditions; all incidents when there are none. */
  readonly match: RouteMatch;
  /** Names of channels. */
  readonly channels: readonly string[];
  /** Whether later routes are asked too when this one matches. */
  readonly continue: boolean;
  /** What is less severe is not told. */
  readonly minimumSeverity: Severity;
  /** After how long what is still open is told again; `undefined`: never. */
  readonly repeatMs: DurationMs | undefined;
  /** Names of the windows in which it tells nothing. */
  readonly mute: readonly string[];
}

export interface Routing {
  /** In the order in which they are asked: the first that matches is the last one, unless it says `continue`. */
  readonly routes: readonly Route[];
  readonly muteWindows: readonly TimeWindow[];
  readonly silences: readonly Silence[];
  /** Channels that are switched off: routed to as all others, and told nothing. */
  readonly disabledChannels: readonly string[];
}

/** What keeps an incident from a channel. `until` is when this ends by itself; `undefined`: not in sight. */
export type Hold =
  | { readonly by: 'severity'; readonly minimum: Severity }
  | { readonly by: 'window'; readonly name: string; readonly until: EpochMs | undefined }
  | { readonly by: 'silence'; readonly silence: Silence; readonly until: EpochMs }
  | { readonly by: 'disabled' };

/** What becomes of an incident at a channel that a matching route names. */
export interface ChannelPlan {
  readonly channel: string;
  /** The routes that name it, in order. */
  readonly routes: readonly string[];
  /** Whether it is told now: a route names it that nothing holds back. */
  readonly isTold: boolean;
  /** When it is not told, what holds it back; else nothing. */
  readonly holds: readonly Hold[];
  /** The shortest of the routes that tell it, or, when none does, of all that name it; `undefined`: never again. */
  readonly repeatMs: DurationMs | undefined;
}

/** What became of an incident at a route, for people. */
export interface RouteVerdict {
  readonly route: Route;
  readonly outcome: 'matched' | 'not matched' | 'not reached';
  /** Each condition in words: all that hold when it matched, those that do not when it did not. */
  readonly reasons: readonly string[];
  /** What holds the route back: its minimum severity and its windows. */
  readonly holds: readonly Hold[];
}

export interface RoutePlan {
  /** Each channel once, in the order in which routes name them. */
  readonly channels: readonly ChannelPlan[];
  /** Every route of the file. */
  readonly routes: readonly RouteVerdict[];
  /** The silences in force that match. */
  readonly silences: readonly Silence[];
}

/**
 * Tells where an incident goes: routes are asked in order, the first that matches decides, and each that says
 * `continue` lets the next ones decide too.
 *
 * A channel that several of them name is told once, and the more generous wins: it is told when any of these routes by
 * itself would tell it, and again after the shortest time of those that do. Silences hold back all.
 */
export function routeIncident(subject: RouteSubject, routing: Routing, now: EpochMs): RoutePlan {
  const routes = askRoutes(subject, routing, now);
  const silences = matchingSilences(routing.silences, subject, now);
  const matched = routes.filter(({ outcome }) => outcome === 'matched');
  const names = new Set(matched.flatMap(({ route }) => route.channels));
  const silenced = silences.map((silence): Hold => ({ by: 'silence', silence, until: silence.until }));
  const channels = [...names].map((channel) => {
    const disabled: readonly Hold[] = routing.disabledChannels.includes(channel) ? [{ by: 'disabled' }] : [];
    const naming = matched.filter(({ route }) => route.channels.includes(channel));
    return planChannel(channel, naming, [...disabled, ...silenced]);
  });
  return { channels, routes, silences };
}

function planChannel(
  channel: string,
  naming: readonly RouteVerdict[],
  general: readonly Hold[],
): ChannelPlan {
  const telling = naming.filter(({ holds }) => holds.length === 0);
  const isTold = telling.length > 0 && general.length === 0;
  const own = telling.length > 0 ? [] : withoutRepeats(naming.flatMap(({ holds }) => holds));
  const deciding = telling.length > 0 ? telling : naming;
  return {
    channel,
    routes: naming.map(({ route }) => route.name),
    isTold,
    holds: [...general, ...own],
    repeatMs: shortest(deciding.map(({ route }) => route.repeatMs)),
  };
}

function askRoutes(subject: RouteSubject, routing: Routing, now: EpochMs): readonly RouteVerdict[] {
  let decided: Route | undefined;
  return routing.routes.map((route): RouteVerdict => {
    if (decided !== undefined) {
      const reason = `route ${decided.name} matches before it, and does not say continue`;
      return { route, outcome: 'not reached', reasons: [reason], holds: [] };
    }
    const conditions = matchConditions(route.match, subject);
    const failed = conditions.filter(({ holds }) => !holds);
    if (failed.length > 0)
      return { route, outcome: 'not matched', reasons: failed.map(({ why }) => why), holds: [] };
    if (!route.continue) decided = route;
    const reasons = conditions.length === 0 ? ['it matches everything'] : conditions.map(({ why }) => why);
    return { route, outcome: 'matched', reasons, holds: holdsOf(route, subject, { routing, now }) };
  });
}

function holdsOf(
  { minimumSeverity, mute }: Route,
  { severity }: RouteSubject,
  { routing, now }: { readonly routing: Routing; readonly now: EpochMs },
): readonly Hold[] {
  const isMinor = SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(minimumSeverity);
  const tooMinor: readonly Hold[] = isMinor ? [{ by: 'severity', minimum: minimumSeverity }] : [];
  const windows = routing.muteWindows.filter(({ name }) => mute.includes(name));
  const muted = windows.flatMap((window): readonly Hold[] => {
    const held = openUntil(window, now);
    return held === undefined ? [] : [{ by: 'window', name: window.name, until: held.until }];
  });
  return [...tooMinor, ...muted];
}

function withoutRepeats(holds: readonly Hold[]): readonly Hold[] {
  const seen = new Map(holds.map((hold) => [JSON.stringify(hold), hold]));
  return [...seen.values()];
}

function shortest(repeats: readonly (DurationMs | undefined)[]): DurationMs | undefined {
  const told = repeats.filter((it) => it !== undefined);
  return told.length === 0 ? undefined : durationMs(Math.min(...told));
}
