import type { Incident } from '../incidents/incident.ts';
import { type DurationMs, durationMs, type EpochMs, elapsedMs, epochMs } from '../units.ts';
import type { Reason } from './reason.ts';
import type { Approval, Run } from './remediation.ts';
import type { RemediationPolicy } from './remediation-policy.ts';

/** How long an approval, and a link to approve with, is good unless the policy says otherwise. Source: facts/field.md, 4.8. */
export const DEFAULT_APPROVAL_MS: DurationMs = durationMs(15 * 60_000);

/** How far the clock of whoever approves may be ahead of ours: what comes from later would never grow old. */
const MAX_AHEAD_MS: DurationMs = durationMs(60_000);

/** Why a token is not believed. */
export const TOKEN_REFUSALS = ['EXPIRED', 'WRONG_CLUSTER', 'BAD_SIGNATURE', 'MALFORMED'] as const;

export interface TokenRefusal {
  readonly refused: {
    readonly code: (typeof TOKEN_REFUSALS)[number];
    /** One sentence for people; nothing of the token is in it. */
    readonly message: string;
  };
}

/** What a token that is believed says. */
export interface SignedApproval {
  readonly node: string;
  /** `metadata.uid` of the incident's record. */
  readonly uid: string;
  readonly episode: number;
  readonly revision: number;
  readonly planId: string;
  /** Which link it was: who followed it is not known. */
  readonly by: string;
  readonly expiresAt: EpochMs;
}

/** Why an approval is not taken. */
export const APPROVAL_REFUSALS = [
  /** Neither its sender is believed nor a token. */
  'NotAllowed',
  /** It is older than approvals may be, or than the proposal, or from later than now. */
  'Expired',
  'AnotherCluster',
  /** Of another node, or another record or episode of it. */
  'AnotherIncident',
  /** No plan waits for one. */
  'NothingToApprove',
  /** The incident has changed since. */
  'WrongRevision',
  'WrongPlan',
] as const;
export type ApprovalRefusalCode = (typeof APPROVAL_REFUSALS)[number];
export interface ApprovalRefusal extends Reason {
  readonly code: ApprovalRefusalCode;
}

/** An approval that came as an event. Where it carried a token that is believed, what the token says holds. */
export interface ApprovalRequest {
  /** The event's `source`. */
  readonly source: string;
  readonly node: string;
  readonly uid: string;
  readonly episode: number;
  readonly revision: number;
  readonly planId: string;
  readonly by: string;
  /** The event's `time`. */
  readonly at: EpochMs;
}

/** What an approval is judged by. */
export interface ApprovalContext {
  readonly policy: Pick<RemediationPolicy, 'approvers' | 'approvalMs'>;
  readonly now: EpochMs;
  readonly incident: Pick<Incident, 'node' | 'episode' | 'revision'> | undefined;
  readonly run: Run | undefined;
}
export interface RequestContext extends ApprovalContext {
  /** `metadata.uid` of the node's record. */
  readonly uid: string;
  /** What became of its token; `none` when it carries none. */
  readonly token: 'valid' | 'none' | TokenRefusal;
}

/**
 * Judges an approval that came as an event: who sent it, then what it is for, then when it was given. A token that is not believed
 * is never made up for by a sender that is.
 */
export function approvalOf(request: ApprovalRequest, context: RequestContext): Approval | ApprovalRefusal {
  const { policy, token, uid, incident } = context;
  if (typeof token === 'object') return refusalOf(token);
  const { node, episode, revision, planId, by } = request;
  if (token === 'none' && !policy.approvers.includes(request.source))
    return refusal('NotAllowed', `nobody said that approvals of ${request.source} are believed`);
  if (incident?.node !== node || request.uid !== uid || incident.episode !== episode)
    return refusal('AnotherIncident', `it is for another incident than the one of node ${node} now`);
  return judge({ by, at: request.at, revision, planId }, context);
}

/**
 * Judges the approval of the record's annotation, which names a revision and no plan: whoever may write the record may approve.
 * Its time has whole seconds, so it may seem to be up to a second older than it is.
 */
export function annotatedApproval(approval: Approval, context: ApprovalContext): Approval | ApprovalRefusal {
  return judge(approval, context);
}

/** @returns whether an approval was taken */
export function isApproval(answer: Approval | ApprovalRefusal): answer is Approval {
  return 'by' in answer;
}

function judge(
  approval: Approval,
  { policy, now, incident, run }: ApprovalContext,
): Approval | ApprovalRefusal {
  if (run === undefined || run.phase !== 'Proposed' || run.mode !== 'Approve')
    return refusal('NothingToApprove', 'no plan waits for an approval');
  const { revision, planId, at } = approval;
  // A plan whose incident has changed is worthless, whatever the plan's own revision is.
  const current = incident?.revision ?? run.revision;
  if (revision !== current || run.revision !== current || incident?.episode !== run.episode)
    return refusal('WrongRevision', `it is for revision ${revision}; the incident is at revision ${current}`);
  if (planId !== undefined && planId !== run.plan.id)
    return refusal('WrongPlan', `it is for plan ${planId}; plan ${run.plan.id} is proposed`);
  if (at < startOfSecond(run.proposedAt))
    return refusal('Expired', 'it was given before the plan was proposed');
  if (elapsedMs(at, now) >= policy.approvalMs)
    return refusal('Expired', `it is older than ${policy.approvalMs / 60_000} minutes`);
  if (at - now > MAX_AHEAD_MS) return refusal('Expired', 'its time is yet to come');
  return { ...approval, at: epochMs(Math.min(at, now)) };
}

function startOfSecond(time: EpochMs): EpochMs {
  return epochMs(Math.floor(time / 1_000) * 1_000);
}

const REFUSED_TOKEN: Readonly<Record<TokenRefusal['refused']['code'], ApprovalRefusalCode>> = {
  EXPIRED: 'Expired',
  WRONG_CLUSTER: 'AnotherCluster',
  BAD_SIGNATURE: 'NotAllowed',
  MALFORMED: 'NotAllowed',
};

function refusalOf({ refused: { code, message } }: TokenRefusal): ApprovalRefusal {
  return { code: REFUSED_TOKEN[code], message };
}

function refusal(code: ApprovalRefusalCode, what: string): ApprovalRefusal {
  return { code, message: `The approval is not taken: ${what}.` };
}
