import type { SecretSource } from '../../shared/config/secrets.ts';
import type { Clock } from '../../shared/domain/units.ts';
import type { Log } from '../../shared/runtime/ports.ts';
import { approvalLinks } from './approval-intake.ts';
import type { Remediation } from './function-ports.ts';
import { readRemediateConfig } from './remediate-config.ts';

export interface RemediationParts {
  readonly env: SecretSource['env'];
  readonly clusterName: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * What may be repaired without asking, as the file of `REMEDIATE_CONFIG` says; without one, nothing: it is only proposed.
 *
 * @throws ConfigInvalidError with every mistake in the file, a key that cannot be used included
 */
export async function readRemediation(
  file: string | undefined,
  { env, clusterName, clock, log }: RemediationParts,
): Promise<Remediation> {
  const { policy, approval: told, warnings } = readRemediateConfig(file, env);
  for (const warning of warnings) log.warn({ file }, warning);
  if (told === undefined) return { policy, approval: undefined, verifier: undefined, links: undefined };
  const approval = { linkUrl: told.linkUrl, key: new TextEncoder().encode(told.key()) };
  const { createApprovalTokens } = await import('../../shared/http/approval-token.ts');
  return {
    policy,
    approval,
    verifier: createApprovalTokens({ clusterName, key: approval.key, clock }),
    links: await approvalLinks(approval, { clusterName, clock }),
  };
}
