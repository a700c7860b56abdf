import type { Plan } from './plan.ts';
import type { Remediation } from './remediation.ts';
import type { RemediationMode } from './remediation-policy.ts';

/**
 * The plan to go on with: the smallest that was not tried in vain in this episode and that the policy lets a program carry
 * out, with an approval or without; else the smallest that is left, which is proposed to people.
 *
 * @param plans - smallest first
 * @returns `undefined` when all of them were tried in vain
 */
export function choosePlan(
  plans: readonly Plan[],
  { attempts }: Pick<Remediation, 'attempts'>,
  episode: number,
  modeOf: (plan: Plan) => RemediationMode,
): Plan | undefined {
  const failed = new Set(
    attempts.filter((it) => it.episode === episode && it.outcome === 'Failed').map(({ planId }) => planId),
  );
  const left = plans.filter(({ id }) => !failed.has(id));
  return left.find((plan) => modeOf(plan) !== 'Observe') ?? left[0];
}
