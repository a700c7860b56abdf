import { describeDuration, describeTime } from '../../notifications/wording.ts';
import { openUntil } from '../../time/time-windows.ts';
import { elapsedMs } from '../../units.ts';
import { modeOf } from '../modes.ts';
import { isAutomatedStep } from '../plan.ts';
import type { Approval } from '../remediation.ts';
import { type Answer, closed, open, unless } from './gate-answer.ts';
import type { GateInput, Write } from './gate-input.ts';

/** Whether a program may make every step. */
export function automated({ plan: { steps } }: GateInput): Answer {
  const forPeople = steps.filter((step) => !isAutomatedStep(step)).map(({ code }) => code);
  if (steps.length === 0) return closed('The plan has no steps.');
  return unless(
    forPeople,
    'Only people can make',
    `All ${steps.length} steps are ones that a program may make.`,
  );
}

/** Whether somebody, or the policy for all plans of the kind, said yes to this plan as it is. */
export function approved(input: GateInput): Answer {
  const mode = modeOf(input.plan, input.policy);
  if (mode === 'Auto') return open('The mode is Auto: nobody has to be asked.');
  if (mode === 'Observe') return closed('The mode is Observe: it is proposed, and nothing is written.');
  const { approval } = input;
  if (approval === undefined)
    return closed(`Nobody has approved revision ${input.summary.incident.revision} of the incident.`);
  const problem = problemOf(approval, input);
  return problem === undefined
    ? open(`${approval.by} approved it at ${describeTime(approval.at)}.`)
    : closed(`The approval of ${approval.by} ${problem}.`);
}

/** Why an approval is worthless. It may have been given to something else, or by a clock that is wrong. */
function problemOf(
  { at, revision, planId }: Approval,
  { plan, summary: { incident, remediation }, situation: { now }, policy }: GateInput,
): string | undefined {
  // Once a step is written the incident changes by it: what was approved is the whole plan.
  const isUnderWay = (remediation.run?.written.length ?? 0) > 0;
  if (revision !== incident.revision && !isUnderWay)
    return `is for revision ${revision} of the incident, which has revision ${incident.revision} now`;
  if (planId !== undefined && planId !== plan.id) return `is for plan ${planId}, and this is ${plan.id}`;
  if (at > now) return `is from the future, ${describeTime(at)}`;
  if (elapsedMs(at, now) <= policy.approvalMs) return undefined;
  return `is from ${describeTime(at)}, and was good for ${describeDuration(policy.approvalMs)}`;
}

/** Whether it is a time for changes. */
export function maintenanceWindow({ policy, situation: { now } }: Write): Answer {
  const { maintenanceWindows: windows } = policy;
  if (windows.length === 0) return open('There are no maintenance windows: any time is right.');
  for (const window of windows) {
    const held = openUntil(window, now);
    if (held === undefined) continue;
    const until = held.until === undefined ? '' : ` until ${describeTime(held.until)}`;
    return open(`The maintenance window ${window.name} is open${until}.`);
  }
  return closed(
    `No maintenance window is open at ${describeTime(now)}: ${windows.map(({ name }) => name).join(', ')}.`,
  );
}

/** Whether the change would stay: nobody else owns what it changes. */
export function ownerPermits({ ownerObjections }: Write): Answer {
  return unless(ownerObjections, 'Its owner would take the change back', 'Nobody else owns what is changed.');
}

/** Whether the simulation found nothing that would be worse after it. */
export function harmsNobody({ harms }: Write): Answer {
  return unless(harms, 'It would do harm', 'By our simulation no node loses its virt-handler.');
}
