import type { Cause, CauseCode } from '../causes/cause.ts';
import { findMitigations } from '../mitigations/find-mitigations.ts';
import type { MitigationContext } from '../mitigations/mitigation.ts';
import { labelThenTolerate } from '../mitigations/placement-mitigations.ts';
import { isAutomated, type Plan } from './plan.ts';
import { toPlan } from './to-plan.ts';

/** Causes that the placement is the remedy of. */
const OF_PLACEMENT: readonly CauseCode[] = [
  'NodeSelectorMismatch',
  'NodeAffinityMismatch',
  'TaintNotTolerated',
];

/**
 * What would bring virt-handler back to a node: alternatives, of which one is enough, for the primary cause first. Of one
 * cause those that a program can carry out come first, each time the smallest change first; those for people follow, so
 * that there is always something to propose. Same input, same plans.
 *
 * @param causes - those of the node, the primary one first; without any there are no plans
 */
export function makePlans(context: MitigationContext, causes: readonly Cause[]): readonly Plan[] {
  const plans = causes.flatMap((cause) => plansFor(cause, context));
  const first = new Map<string, Plan>();
  for (const plan of plans) if (!first.has(plan.id)) first.set(plan.id, plan);
  return [...first.values()];
}

function plansFor(cause: Cause, context: MitigationContext): readonly Plan[] {
  const inTwo = OF_PLACEMENT.includes(cause.code) ? [labelThenTolerate(context)] : [];
  const alternatives = [...inTwo, ...findMitigations(cause, context).map((one) => [one])];
  const plans = alternatives
    .filter((steps) => steps.length > 0)
    .map((steps) => toPlan(steps, cause.code, context));
  return [...plans.filter(isAutomated), ...plans.filter((plan) => !isAutomated(plan))];
}
