import type { Incident } from '../incidents/incident.ts';
import { type DurationMs, durationMs, type EpochMs } from '../units.ts';
import type { Routed } from './next-intent.ts';
import type { RouteSubject } from './route-match.ts';
import { type Routing, routeIncident } from './routing.ts';

const NEVER: DurationMs = durationMs(0);

/** Whether somebody is told, or not, by a node's labels. */
export function usesLabels({ routes, silences }: Routing): boolean {
  return [...routes, ...silences].some(({ match }) => match.nodeLabels !== undefined);
}

/** Where the routes send an incident, as one channel sees it. */
export function routedTo(
  { channel, nodeLabels }: Pick<RouteSubject, 'nodeLabels'> & { readonly channel: string },
  incident: Incident,
  routing: Routing,
  now: EpochMs,
): Routed {
  const { node, state, severity, causes, diagnosis, vmis } = incident;
  const codes = [...new Set([...(diagnosis?.causes ?? []), ...causes].map(({ code }) => code))];
  const vmiNamespaces = [...new Set(vmis.map(({ namespace }) => namespace))];
  const subject = { node, nodeLabels, state, severity, causes: codes, vmiNamespaces };
  const plan = routeIncident(subject, routing, now).channels.find((it) => it.channel === channel);
  return { isTold: plan?.isTold ?? false, repeatMs: plan?.repeatMs ?? NEVER };
}
