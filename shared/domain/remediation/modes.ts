import { type AutomatedStep, isAutomated, type Plan } from './plan.ts';
import { REMEDIATION_MODES, type RemediationMode, type RemediationPolicy } from './remediation-policy.ts';

/**
 * The mode of a plan: the least of those of its steps and of its cause, each its own or else the policy's. What only people
 * can do is only proposed. Source: design, section 9.
 */
export function modeOf(
  plan: Pick<Plan, 'cause' | 'steps'>,
  { mode, stepModes, causeModes }: Pick<RemediationPolicy, 'mode' | 'stepModes' | 'causeModes'>,
): RemediationMode {
  if (!isAutomated(plan)) return 'Observe';
  const ofSteps = plan.steps.map(({ code }) => stepModes[code as AutomatedStep] ?? mode);
  return least([causeModes[plan.cause] ?? mode, ...ofSteps]);
}

function least(modes: readonly RemediationMode[]): RemediationMode {
  return REMEDIATION_MODES.find((mode) => modes.includes(mode)) ?? 'Observe';
}
