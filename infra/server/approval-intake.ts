import {
  approvalOf,
  DEFAULT_APPROVAL_MS,
  isApproval,
  type SignedApproval,
} from '../../shared/domain/remediation/approval.ts';
import type { Plan } from '../../shared/domain/remediation/plan.ts';
import type { Reason } from '../../shared/domain/remediation/reason.ts';
import type { Clock } from '../../shared/domain/units.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import type { EventAppOptions } from '../../shared/http/event-app.ts';
import { type ApprovalLinks, createApprovalLinks } from '../../shared/runtime/approval.ts';
import type { IncidentStore } from '../../shared/runtime/ports.ts';

/** How people approve by a link. */
export interface ApprovalSettings {
  /** Where `GET /approve` of the function `remediate` is reached from outside. */
  readonly linkUrl: URL;
  /** What links are signed with: at least 32 bytes, the same for `notify` and `remediate`. */
  readonly key: Uint8Array;
}

export interface IntakeParts {
  readonly clusterName: string;
  readonly clock: Clock;
  readonly incidents: Pick<IncidentStore, 'get'>;
  readonly handle: (event: IncomingEvent) => Promise<unknown>;
}

/** What adds `/approve` to an app; its code is loaded only where there is a key. */
export async function approvalIntake(
  { key }: Pick<ApprovalSettings, 'key'>,
  { clusterName, clock, incidents, handle }: IntakeParts,
): Promise<NonNullable<EventAppOptions['addRoutes']>> {
  const [{ approvalRoutes }, { createApprovalTokens }] = await Promise.all([
    import('../../shared/http/approval-route.ts'),
    import('../../shared/http/approval-token.ts'),
  ]);
  const { verify } = createApprovalTokens({ clusterName, key, clock });
  return approvalRoutes({ verify, planOf: (approval) => planOf(approval, incidents, clock), handle, clock });
}

/** What makes links for messages, loaded only where there is a key. */
export async function approvalLinks(
  { linkUrl, key }: ApprovalSettings,
  { clusterName, clock }: Pick<IntakeParts, 'clusterName' | 'clock'>,
): Promise<ApprovalLinks> {
  const { createApprovalTokens } = await import('../../shared/http/approval-token.ts');
  return createApprovalLinks(linkUrl, createApprovalTokens({ clusterName, key, clock }), DEFAULT_APPROVAL_MS);
}

/** By the rule by which the function judges it too, which has the last word. */
async function planOf(
  approval: SignedApproval,
  incidents: IntakeParts['incidents'],
  clock: Clock,
): Promise<Plan | Reason> {
  const record = await incidents.get(approval.node);
  const now = clock.now();
  const { expiresAt: _, ...said } = approval;
  const run = record?.remediation.run;
  const answer = approvalOf(
    { ...said, source: '', at: now },
    {
      policy: { approvers: [], approvalMs: DEFAULT_APPROVAL_MS },
      now,
      token: 'valid',
      uid: record?.uid ?? '',
      incident: record?.incident,
      run,
    },
  );
  if (!isApproval(answer)) return answer;
  return run?.plan ?? { code: 'NothingToApprove', message: 'No plan waits for an approval.' };
}
