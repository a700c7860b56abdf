import { z } from 'zod';
import { VERDICTS, type Verdict } from '../domain/judge-node.ts';
import { EventInvalidError } from '../errors/errors.ts';
import { anyText, count, text, time } from './data-parts.ts';
import { defineEvent } from './define-event.ts';
import type { IncomingEvent } from './incoming-event.ts';
import { PING_TYPE } from './raw-events.ts';

/** `all`: every node is judged; `unsettled`: only nodes whose incident is not resolved, or not all published. */
export const AUDIT_SCOPES = ['all', 'unsettled'] as const;
export type AuditScope = (typeof AUDIT_SCOPES)[number];

const scope = z.enum(AUDIT_SCOPES);

/** Ping events with the same data ask for the same. */
export const auditRequested = defineEvent(
  'audit.requested.v1',
  'Asks for an audit: `all` judges every node, `unsettled` only those with an unsettled incident.',
  z.strictObject({
    scope: scope.default('all').meta({
      description:
        '`all`: every node; `unsettled`: nodes whose incident is not resolved, or not all published',
    }),
  }),
);

/** An object of named fields and no record: what is published names and describes each. */
const COUNT_BY_VERDICT = Object.fromEntries(
  VERDICTS.map((verdict) => [verdict, count(`How many of these nodes are \`${verdict}\``)]),
) as Record<Verdict, ReturnType<typeof count>>;

/** With it a subscriber can tell silence from health: an audit that does not end sends none. */
export const auditCompleted = defineEvent(
  'audit.completed.v1',
  'An audit has ended; sent with zero findings too, so that silence is never taken for health.',
  z.strictObject({
    scope: scope.meta({ description: 'The scope that was asked for' }),
    startedAt: time('When it began'),
    completedAt: time('When it ended'),
    nodesJudged: count('How many nodes were judged'),
    nodesByVerdict: z
      .strictObject(COUNT_BY_VERDICT)
      .meta({ description: 'How many of these nodes have each verdict' }),
    orphanedVmis: count('How many VMIs are on orphaned nodes'),
    incidentsChanged: count('Transitions that this audit accepted'),
    eventsRepublished: count('Events that had been accepted earlier and were published by this audit'),
    problems: z
      .array(
        z
          .strictObject({
            code: text('Stable, for programs, such as `Forbidden`'),
            kind: text('The kind of object that could not be read'),
            message: anyText('One sentence for people'),
          })
          .meta({ description: 'A kind of object that could not be read' }),
      )
      .meta({ description: 'What could not be read; nodes where it matters are `Unknown`' }),
  }),
);

export type AuditCompletedData = ReturnType<typeof auditCompleted.parse>;

/** Data of a ping: that of `audit.requested`, or none. Foreign, so what else is in it is tolerated. */
export const pingData = z
  .looseObject({ scope: scope.default('all').meta({ description: 'What to audit' }) })
  .nullish();

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
  const result = pingData.safeParse(event.data);
  if (result.success) return result.data?.scope ?? 'all';
  throw new EventInvalidError(
    'the data of this ping is no request for an audit',
    'Send {"scope":"all"} or {"scope":"unsettled"}, or no data.',
  );
}
