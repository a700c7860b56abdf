import { z } from 'zod';
import { VERDICTS } from '../domain/judge-node.ts';
import { EventInvalidError } from '../errors/errors.ts';
import { defineEvent } from './define-event.ts';
import type { IncomingEvent } from './incoming-event.ts';
import { PING_TYPE } from './raw-events.ts';

/** `all`: every node is judged; `unsettled`: only nodes whose incident is not resolved, or not all published. */
export const AUDIT_SCOPES = ['all', 'unsettled'] as const;
export type AuditScope = (typeof AUDIT_SCOPES)[number];

const COUNT = z.int().min(0);

/** Asks for an audit. Ping events with the same data ask for the same. */
export const auditRequested = defineEvent(
  'audit.requested.v1',
  'Asks for an audit: `all` judges every node, `unsettled` only those with an unsettled incident.',
  z.strictObject({ scope: z.enum(AUDIT_SCOPES).default('all') }),
);

/** An audit has ended; sent with zero findings too. */
export const auditCompleted = defineEvent(
  'audit.completed.v1',
  'An audit has ended; sent with zero findings too, so that silence is never taken for health.',
  z.strictObject({
    scope: z.enum(AUDIT_SCOPES),
    startedAt: z.iso.datetime(),
    completedAt: z.iso.datetime(),
    nodesJudged: COUNT,
    nodesByVerdict: z.record(z.enum(VERDICTS), COUNT),
    orphanedVmis: COUNT,
    incidentsChanged: COUNT.meta({ description: 'Transitions that this audit accepted' }),
    eventsRepublished: COUNT.meta({ description: 'Events that had been accepted earlier and not published' }),
    problems: z
      .array(z.strictObject({ code: z.string().min(1), kind: z.string().min(1), message: z.string() }))
      .meta({ description: 'What could not be read' }),
  }),
);
export type AuditCompleted = z.infer<typeof auditCompleted.schema>;

/** A ping is foreign: what else it says is tolerated. */
const PING_DATA = z.looseObject({ scope: z.enum(AUDIT_SCOPES).default('all') }).nullish();

/**
 * The scope that an event asks an audit for: `audit.requested`, or a ping of Knative's with the same data; `undefined`
 * for any other type.
 *
 * @throws EventInvalidError when its data asks for what there is not
 */
export function parseAuditRequest(event: IncomingEvent): AuditScope | undefined {
  if (event.type === auditRequested.type)
    return auditRequested.parse({ ...event, data: event.data ?? {} }).scope;
  if (event.type !== PING_TYPE) return undefined;
  const result = PING_DATA.safeParse(event.data);
  if (result.success) return result.data?.scope ?? 'all';
  throw new EventInvalidError(
    'the data of this ping is no request for an audit',
    'Send {"scope":"all"} or {"scope":"unsettled"}, or no data.',
  );
}
