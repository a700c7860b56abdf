import { advanceProposed, propose } from './advance-proposed.ts';
import { advanceReverting } from './advance-reverting.ts';
import { advanceVerifying } from './advance-verifying.ts';
import { advanceWriting } from './advance-writing.ts';
import type { Look, Next } from './look.ts';

/**
 * The state machine of remediation on one node: one look, and one thing that is done about it. It is asked again after that, until it
 * rests. Whoever asks may die at any point: what was recorded and what is in the cluster lead the next one to the same end.
 *
 * | phase | sees | does |
 * | --- | --- | --- |
 * | none | an open incident that is diagnosed | proposes the smallest plan that is left |
 * | Proposed | the incident, the plan or the policy is another | withdraws it, and proposes anew; whoever approved it is told |
 * | Proposed | an approval | records it |
 * | Proposed | all gates open | takes the lock, records the step and how to take it back: Writing |
 * | Proposed | a gate that closes an approved plan | tells why, once for each gate |
 * | Writing | the change is not there, all gates open | tries it out, then writes it |
 * | Writing | the change is not there, a gate closed | back to Proposed, or, after an earlier step, Reverting |
 * | Writing | the change is there | the next step, or Verifying |
 * | Verifying | all signs of success, for long enough | Succeeded |
 * | Verifying | the change is gone | writes it once more, Failed the second time |
 * | Verifying | a sign of failure, or no success in time | Reverting |
 * | Reverting | a change that is still there | takes it out, unless that would harm others |
 * | Reverting | nothing of it left | Failed; the next plan is proposed |
 *
 * Pure: same look, same answer.
 */
export function advance(look: Look): Next {
  const { run } = look.remediation;
  if (run === undefined) return propose(look);
  switch (run.phase) {
    case 'Proposed':
      return advanceProposed(look, run);
    case 'Writing':
      return advanceWriting(look, run);
    case 'Verifying':
      return advanceVerifying(look, run);
    case 'Reverting':
      return advanceReverting(look, run);
  }
}
