import { describe, expect, it } from 'vitest';
import type { ChangeState } from '../../../../shared/domain/mitigations/cluster-change.ts';
import { advance } from '../../../../shared/domain/remediation/advance.ts';
import { changeKey } from '../../../../shared/domain/remediation/history.ts';
import type { Look } from '../../../../shared/domain/remediation/look.ts';
import { epochMs } from '../../../../shared/domain/units.ts';
import { anAttempt, remediationOf } from '../../../support/remediation.ts';
import {
  APPROVAL,
  gates,
  inWords,
  KEPT,
  lookAt,
  MADE,
  NOW,
  ONE_STEP,
  OPEN,
  running,
  TWO_STEPS,
} from '../../../support/remediation-looks.ts';

const stateOfFirst = (state: ChangeState) => new Map([[changeKey(1, 0), state]]);
const THERE = stateOfFirst('made');
const AWAY = stateOfFirst('absent');
const GONE = stateOfFirst('gone');
const WRITING = running({ phase: 'Writing' }, { changes: [KEPT] });

const CASES: readonly (readonly [string, Look, string])[] = [
  [
    'nothing is proposed for an incident that is not open',
    lookAt({ incident: { ...OPEN, state: 'Suspected' } }),
    'rest',
  ],
  [
    'nothing is proposed while diagnose has still to answer',
    lookAt({ incident: { ...OPEN, diagnosis: undefined, openedAt: epochMs(NOW - 59_999) } }),
    'rest',
  ],
  [
    'a plan is made without a diagnosis after a minute',
    lookAt({ incident: { ...OPEN, diagnosis: undefined, openedAt: epochMs(NOW - 60_000) } }),
    'Proposed 0 | proposed | keep | remembers 0, contests 0',
  ],
  ['an open incident gets a plan', lookAt(), 'Proposed 0 | proposed | keep | remembers 0, contests 0'],
  ['no plan, nothing to propose', lookAt({ plans: [] }), 'rest'],
  [
    'what failed in this episode is not proposed again',
    lookAt({
      remediation: remediationOf({
        attempts: [anAttempt({ planId: ONE_STEP.id, episode: 1, outcome: 'Failed' })],
      }),
    }),
    'rest',
  ],
  [
    'what failed in another episode is',
    lookAt({
      remediation: remediationOf({
        attempts: [anAttempt({ planId: ONE_STEP.id, episode: 7, outcome: 'Failed' })],
      }),
    }),
    'Proposed 0 | proposed | keep | remembers 0, contests 0',
  ],
  [
    'what was written in an earlier run and is gone was taken back by somebody else',
    lookAt({
      remediation: remediationOf({ changes: [KEPT] }),
      changeStates: AWAY,
    }),
    'none | - | keep | remembers 0, contests 1',
  ],
  [
    'what went with its object was taken back by nobody',
    lookAt({
      remediation: remediationOf({ changes: [KEPT] }),
      changeStates: GONE,
    }),
    'none | - | keep | remembers 0, contests 0',
  ],
  [
    'a proposal is withdrawn when the incident is over',
    lookAt({ remediation: running({ phase: 'Proposed' }), incident: { ...OPEN, state: 'Resolved' } }),
    'Withdrawn NotOpen | - | keep | remembers 0, contests 0',
  ],
  [
    'whoever approved it is told that it is withdrawn',
    lookAt({
      remediation: running({ phase: 'Proposed', mode: 'Approve', approval: APPROVAL }),
      plans: [],
      modeOf: () => 'Approve',
    }),
    'Withdrawn PlanChanged | refused | keep | remembers 0, contests 0',
  ],
  [
    'a proposal is withdrawn when the incident has another revision',
    lookAt({ remediation: running({ phase: 'Proposed', revision: 2 }) }),
    'Withdrawn IncidentChanged | - | keep | remembers 0, contests 0',
  ],
  [
    'a proposal is withdrawn when another plan is the right one',
    lookAt({ remediation: running({ phase: 'Proposed' }), plans: [TWO_STEPS] }),
    'Withdrawn PlanChanged | - | keep | remembers 0, contests 0',
  ],
  [
    'a proposal is withdrawn when the policy says something else of it',
    lookAt({ remediation: running({ phase: 'Proposed' }), modeOf: () => 'Observe' }),
    'Withdrawn PolicyChanged | - | keep | remembers 0, contests 0',
  ],
  [
    'the policy approves and starts when every gate is open',
    lookAt({ remediation: running({ phase: 'Proposed' }) }),
    'Writing 0 | approved+started | take | remembers 1, contests 0',
  ],
  [
    'an approval is recorded first',
    lookAt({
      remediation: running({ phase: 'Proposed', mode: 'Approve' }),
      modeOf: () => 'Approve',
      approval: APPROVAL,
      closed: ['Approved'],
    }),
    'Proposed 0 | approved | keep | remembers 0, contests 0',
  ],
  [
    'what was approved starts when every gate is open',
    lookAt({
      remediation: running({ phase: 'Proposed', mode: 'Approve', approval: APPROVAL }),
      modeOf: () => 'Approve',
    }),
    'Writing 0 | started | take | remembers 1, contests 0',
  ],
  [
    'a closed gate is told, once',
    lookAt({ remediation: running({ phase: 'Proposed' }), closed: ['NoStorm'] }),
    'Proposed 0 | refused | keep | remembers 0, contests 0',
  ],
  [
    'a gate that was told is not told again',
    lookAt({
      remediation: running({ phase: 'Proposed', gates: gates('NoStorm'), refusedFor: ['NoStorm'] }),
      closed: ['NoStorm'],
    }),
    'rest',
  ],
  [
    'what waits for an approval tells of no gate',
    lookAt({
      remediation: running({ phase: 'Proposed', mode: 'Approve', gates: gates('Approved') }),
      modeOf: () => 'Approve',
      closed: ['Approved', 'NoStorm'],
    }),
    'Proposed 0 | - | keep | remembers 0, contests 0',
  ],
  [
    'an approval that is not good any more is dropped, and that is told',
    lookAt({
      remediation: running({ phase: 'Proposed', mode: 'Approve', approval: APPROVAL }),
      modeOf: () => 'Approve',
      closed: ['Approved'],
    }),
    'Proposed 0 | refused | keep | remembers 0, contests 0',
  ],
  ['what is recorded and not there is written', lookAt({ remediation: WRITING }), 'write 0'],
  [
    'what is there was written, whoever died before saying so',
    lookAt({
      remediation: WRITING,
      changeStates: THERE,
    }),
    'Verifying 1 | - | keep | remembers 1, contests 0',
  ],
  [
    'the next step is remembered before it is written',
    lookAt({
      remediation: running({ phase: 'Writing', plan: TWO_STEPS }, { changes: [KEPT] }),
      changeStates: THERE,
    }),
    'Writing 1 | - | keep | remembers 2, contests 0',
  ],
  [
    'a gate that closes before the first write sends it back to waiting',
    lookAt({ remediation: WRITING, closed: ['NotPaused'] }),
    'Proposed 0 | refused | release | remembers 0, contests 0',
  ],
  [
    'a gate that closes after the first write has it taken back',
    lookAt({
      remediation: running(
        { phase: 'Writing', plan: TWO_STEPS, step: 1, written: MADE },
        { changes: [KEPT] },
      ),
      closed: ['NotPaused'],
    }),
    'Reverting 1 | - | keep | remembers 1, contests 0',
  ],
  [
    'an object that is gone fails the plan, and nothing of it is left',
    lookAt({
      remediation: WRITING,
      changeStates: GONE,
    }),
    'Failed TargetGone | failed | release | remembers 0, contests 0',
  ],
];

describe('the state machine of a run', () => {
  it.each(CASES)('%s', (_, look, expected) => {
    expect(inWords(advance(look))).toBe(expected);
  });
});
