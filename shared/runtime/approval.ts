import type { ApprovalRequest, SignedApproval, TokenRefusal } from '../domain/remediation/approval.ts';
import { stageOf } from '../domain/remediation/stage.ts';
import { type DurationMs, type EpochMs, epochMs } from '../domain/units.ts';
import type { UncheckedApproval } from '../events/approval-request.ts';
import type { IncidentRecord } from './ports.ts';

/** What a token approves. */
export type ApprovalClaims = Pick<SignedApproval, 'node' | 'uid' | 'episode' | 'revision' | 'planId'>;

/** Reads tokens that were signed for this cluster. */
export interface ApprovalVerifier {
  /** Nothing is thrown for what anybody may send: a token that is not believed is refused, with the reason. */
  verify(token: string): Promise<SignedApproval | TokenRefusal>;
}

/** Makes tokens. Whoever has one can approve: they are secrets. */
export interface ApprovalSigner {
  /** The same claims and time make the same token. */
  sign(claims: ApprovalClaims, expiresAt: EpochMs): Promise<string>;
}

/** Where a person approves a plan by one click and a confirmation. A secret: only in messages to people, in no log, event or record. */
export interface ApprovalLink {
  readonly url: string;
  /** When it is good for nothing any more. */
  readonly until: EpochMs;
}

export interface ApprovalLinks {
  /** `undefined` when it would be too late. */
  linkOf(claims: ApprovalClaims, proposedAt: EpochMs, now: EpochMs): Promise<ApprovalLink | undefined>;
}

/**
 * Makes the links that messages carry.
 *
 * @param linkUrl - where `GET /approve` is reached from outside
 * @param approvalMs - how long after the proposal a link is good
 */
export function createApprovalLinks(
  linkUrl: URL,
  signer: ApprovalSigner,
  approvalMs: DurationMs,
): ApprovalLinks {
  return {
    async linkOf(claims, proposedAt, now) {
      // Whole seconds, as in tokens: it is not said to last longer than it does.
      const until = epochMs(Math.floor((proposedAt + approvalMs) / 1_000) * 1_000);
      if (until <= now) return undefined;
      const url = new URL(linkUrl);
      url.searchParams.set('token', await signer.sign(claims, until));
      return { url: url.href, until };
    },
  };
}

/** The link for the plan of a record that waits for an approval, if there is one and a key. */
export async function approvalLinkOf(
  { uid, incident, remediation }: Pick<IncidentRecord, 'uid' | 'incident' | 'remediation'>,
  links: ApprovalLinks | undefined,
  now: EpochMs,
): Promise<ApprovalLink | undefined> {
  const stage = incident && stageOf(remediation, incident);
  if (stage?.kind !== 'Waiting') return undefined;
  const { plan, episode, revision, proposedAt } = stage.of;
  return links?.linkOf({ node: plan.node, uid, episode, revision, planId: plan.id }, proposedAt, now);
}

/** An approval, and what became of its token: what a token that is believed says holds, whatever is said beside it. */
export interface CheckedApproval {
  readonly request: ApprovalRequest;
  readonly token: 'valid' | 'none' | TokenRefusal;
}

/** Checks the token of an approval that came in, if it carries one. A token that nobody can check is not believed. */
export async function checkApproval(
  { request, token }: UncheckedApproval,
  verifier: ApprovalVerifier | undefined,
): Promise<CheckedApproval> {
  if (token === undefined) return { request, token: 'none' };
  const answer = verifier === undefined ? NO_KEY : await verifier.verify(token);
  if ('refused' in answer) return { request, token: answer };
  const { expiresAt: _, ...said } = answer;
  return { request: { ...request, ...said }, token: 'valid' };
}

const NO_KEY: TokenRefusal = {
  refused: { code: 'BAD_SIGNATURE', message: 'No key is configured, so no signed link is believed.' },
};
