import type { RouteSubject } from '../../shared/domain/notifications/route-match.ts';
import type { Route, Routing } from '../../shared/domain/notifications/routing.ts';
import type { Silence } from '../../shared/domain/notifications/silences.ts';
import { type TimeWindow, WEEKDAYS } from '../../shared/domain/time/time-windows.ts';
import { createTimeZone } from '../../shared/domain/time/time-zone.ts';
import { durationMs, epochMs } from '../../shared/domain/units.ts';

export const NOON = epochMs(Date.parse('2026-07-01T12:00:00Z'));
export const HOUR = 3_600_000;

export const aSubject = (more: Partial<RouteSubject> = {}): RouteSubject => ({
  node: 'edge-1',
  nodeLabels: { zone: 'a', gpu: '' },
  state: 'Open',
  severity: 'warning',
  causes: ['TaintNotTolerated', 'HeartbeatStale'],
  vmiNamespaces: ['shop', 'office'],
  ...more,
});

export const aRoute = (name: string, more: Partial<Route> = {}): Route => ({
  name,
  match: {},
  channels: [name],
  continue: false,
  minimumSeverity: 'warning',
  repeatMs: durationMs(4 * HOUR),
  mute: [],
  ...more,
});

export const aRouting = (routes: readonly Route[], more: Partial<Routing> = {}): Routing => ({
  routes,
  muteWindows: [],
  silences: [],
  disabledChannels: [],
  ...more,
});

/** Open every day, in UTC. */
export function aWindow(name: string, fromMs: number, toMs: number): TimeWindow {
  const timeZone = createTimeZone('UTC');
  if (timeZone === undefined) throw new Error('no UTC');
  return { name, timeZone, weekdays: WEEKDAYS, dates: undefined, fromMs, toMs };
}

export const aSilence = (more: Partial<Silence> = {}): Silence => ({
  match: { nodes: ['edge-*'] },
  from: undefined,
  until: epochMs(NOON + HOUR),
  comment: 'new rack',
  createdBy: 'ada',
  ...more,
});
