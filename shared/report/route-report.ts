import * as z from 'zod';
import { CAUSE_CODES } from '../domain/causes/cause.ts';
import { INCIDENT_STATES, SEVERITIES } from '../domain/incidents/incident.ts';
import type { RouteSubject } from '../domain/notifications/route-match.ts';
import type { Hold, RoutePlan } from '../domain/notifications/routing.ts';
import { type EpochMs, formatTimestamp } from '../domain/units.ts';
import { API_VERSION } from './orphan-report.ts';

const heldBackBySchema = z.strictObject({
  by: z.enum(['severity', 'window', 'silence', 'disabled']),
  why: z.string().describe('the same as a phrase'),
  until: z.string().nullable().describe('when it ends by itself, RFC 3339; null when that is not in sight'),
});

/**
 * The RouteReport: what `route -o json` prints. The published JSON Schema is generated from here (`npm run schemas`).
 * Adding a field is compatible; changing or removing one makes a new apiVersion.
 */
export const routeReportSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('RouteReport'),
  file: z.string().describe('the notification file'),
  at: z.string().describe('for when it is told, RFC 3339'),
  incident: z.strictObject({
    node: z.string(),
    nodeLabels: z.record(z.string(), z.string()).nullable().describe('null when the node is gone'),
    state: z.enum(INCIDENT_STATES),
    severity: z.enum(SEVERITIES),
    causes: z.array(z.enum(CAUSE_CODES)),
    vmiNamespaces: z.array(z.string()),
  }),
  channels: z
    .array(
      z.strictObject({
        channel: z.string(),
        told: z.boolean(),
        routes: z.array(z.string()).describe('the routes that name it'),
        repeatSeconds: z.number().int().min(0).describe('after how long it is told again; 0: never'),
        heldBackBy: z.array(heldBackBySchema),
      }),
    )
    .describe('every channel that a matching route names'),
  routes: z
    .array(
      z.strictObject({
        route: z.string(),
        outcome: z.enum(['matched', 'not matched', 'not reached']),
        continue: z.boolean().describe('whether later routes are asked too when it matches'),
        reasons: z.array(z.string()).describe('why, a phrase each'),
        channels: z.array(z.string()),
        heldBackBy: z.array(heldBackBySchema),
      }),
    )
    .describe('every route of the file, in its order'),
  warnings: z.array(z.string()).describe('what else to know of the file, a sentence each'),
});

export type RouteReport = z.infer<typeof routeReportSchema>;

/** What a report is about. */
export interface RouteQuestion {
  readonly file: string;
  readonly at: EpochMs;
  readonly subject: RouteSubject;
  readonly warnings: readonly string[];
}

/** Puts where an incident goes into the published form. */
export function toRouteReport(
  { channels, routes }: RoutePlan,
  { file, at, subject, warnings }: RouteQuestion,
): RouteReport {
  const held = (holds: readonly Hold[]) => holds.map((hold) => toHeldBackBy(hold, subject));
  return {
    apiVersion: API_VERSION,
    kind: 'RouteReport',
    file,
    at: formatTimestamp(at),
    incident: {
      node: subject.node,
      nodeLabels: subject.nodeLabels === undefined ? null : { ...subject.nodeLabels },
      state: subject.state,
      severity: subject.severity,
      causes: [...subject.causes],
      vmiNamespaces: [...subject.vmiNamespaces],
    },
    channels: channels.map(({ channel, isTold, routes: naming, repeatMs, holds }) => ({
      channel,
      told: isTold,
      routes: [...naming],
      repeatSeconds: (repeatMs ?? 0) / 1_000,
      heldBackBy: held(holds),
    })),
    routes: routes.map(({ route, outcome, reasons, holds }) => ({
      route: route.name,
      outcome,
      continue: route.continue,
      reasons: [...reasons],
      channels: [...route.channels],
      heldBackBy: held(holds),
    })),
    warnings: [...warnings],
  };
}

function toHeldBackBy(
  hold: Hold,
  { severity }: RouteSubject,
): RouteReport['channels'][number]['heldBackBy'][number] {
  switch (hold.by) {
    case 'severity':
      return { by: hold.by, why: `severity ${severity} is below ${hold.minimum}`, until: null };
    case 'window':
      return { by: hold.by, why: `mute window ${hold.name}`, until: timeOf(hold.until) };
    case 'silence': {
      const { createdBy, comment } = hold.silence;
      return { by: hold.by, why: `silence of ${createdBy} (${comment})`, until: timeOf(hold.until) };
    }
    case 'disabled':
      return { by: hold.by, why: 'the channel is switched off', until: null };
  }
}

function timeOf(time: EpochMs | undefined): string | null {
  return time === undefined ? null : formatTimestamp(time);
}
