import { z } from 'zod';
import { plainLine } from '../domain/notifications/plain-line.ts';
import type { ApprovalRequest } from '../domain/remediation/approval.ts';
import { formatTimestamp, parseTimestamp } from '../domain/units.ts';
import { EventInvalidError } from '../errors/errors.ts';
import type { IncomingEvent } from './incoming-event.ts';
import { remediationApproved } from './reaction-events.ts';

/** The type of an approval that comes in: the one that we publish once it was taken. */
export const APPROVAL_TYPE = remediationApproved.type;

const MAX_TEXT_LENGTH = 253;
const MAX_TOKEN_LENGTH = 4_096;
const name = z.string().min(1).max(MAX_TEXT_LENGTH);

/** What is read of an approval that comes in; foreign, so what else is in it is tolerated. */
const requestData = z.looseObject({
  node: z.looseObject({ name }),
  incident: z.looseObject({ uid: name, episode: z.int().min(1), revision: z.int().min(1) }),
  plan: z.looseObject({ id: name }),
  by: z.string().max(MAX_TEXT_LENGTH).default(''),
  token: z.string().max(MAX_TOKEN_LENGTH).optional(),
});

/** An approval as it came in, believed by nobody yet. */
export interface UncheckedApproval {
  readonly request: ApprovalRequest;
  /** A secret. */
  readonly token: string | undefined;
}

/**
 * Reads a `remediation.approved` event that somebody else sent. It needs `node.name`, `incident`, `plan.id` and the attribute `time`,
 * by which an approval grows old.
 *
 * @throws EventInvalidError that repeats nothing of the data
 */
export function parseApproval({ source, time, data }: IncomingEvent): UncheckedApproval {
  const at = parseTimestamp(time);
  const result = requestData.safeParse(data);
  if (!result.success || at === undefined) {
    const place = result.success ? 'time' : `data.${result.error.issues[0]?.path.join('.') ?? ''}`;
    throw new EventInvalidError(
      `this event approves nothing: ${place} is missing or not understood`,
      'Send the attribute time, and the data {"node":{"name":…},"incident":{"uid":…,"episode":…,"revision":…},"plan":{"id":…}} of the proposal.',
    );
  }
  const { node, incident, plan, by, token } = result.data;
  const { uid, episode, revision } = incident;
  // It is kept, and shown to people, as it is: in one line, and never empty.
  const who = plainLine(by, MAX_TEXT_LENGTH) || plainLine(source, MAX_TEXT_LENGTH);
  const request = { source, node: node.name, uid, episode, revision, planId: plan.id, by: who, at };
  return { request, token };
}

/** What an approval is for, by which link, and when it was given. */
export interface LinkApproval extends Omit<ApprovalRequest, 'source'> {
  readonly token: string;
}

/** The event that a click on a signed link becomes. A second click on the same link has the same id. */
export function linkApprovalEvent({
  node,
  uid,
  episode,
  revision,
  planId,
  by,
  token,
  at,
}: LinkApproval): IncomingEvent {
  return {
    specversion: '1.0',
    id: `approve.${uid}.${episode}.${revision}.${planId}`,
    source: LINK_SOURCE,
    type: APPROVAL_TYPE,
    subject: `nodes/${node}`,
    time: formatTimestamp(at),
    data: { node: { name: node }, incident: { uid, episode, revision }, plan: { id: planId }, by, token },
  };
}

/** Where approvals by link come from; the token alone makes them believed. */
const LINK_SOURCE = '/approve';
