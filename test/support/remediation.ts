import type { Plan } from '../../shared/domain/remediation/plan.ts';
import {
  type Attempt,
  NO_REMEDIATION,
  type Remediation,
  type Run,
} from '../../shared/domain/remediation/remediation.ts';
import { durationMs } from '../../shared/domain/units.ts';
import { at } from './incidents.ts';

const EFFECTS = { handlersGained: ['node02'], handlersLost: [], restartsEveryHandler: false };

/** A plan that labels node02. */
export const LABEL_PLAN: Plan = {
  id: '0123456789abcdef',
  node: 'node02',
  nodeUid: 'uid-node02',
  cause: 'NodeSelectorMismatch',
  steps: [
    {
      code: 'LabelNode',
      summary: 'Label the node zone=a.',
      command: 'kubectl label node/node02 zone=a',
      risk: 'Low',
      owner: 'Node',
      effects: EFFECTS,
      change: undefined,
      inverse: 'kubectl label node/node02 zone-',
      success: 'virt-handler is Ready on node02.',
      timeoutMs: durationMs(120_000),
    },
  ],
};

/** The run of a plan that waits for an approval of revision 3 since 10:00:00.5. */
export function aRun(parts: Partial<Run> = {}): Run {
  return {
    number: 1,
    plan: LABEL_PLAN,
    episode: 1,
    revision: 3,
    mode: 'Approve',
    phase: 'Proposed',
    since: at('2026-08-22T10:00:00.500Z'),
    proposedAt: at('2026-08-22T10:00:00.500Z'),
    approval: undefined,
    startedAt: undefined,
    step: 0,
    written: [],
    withoutHandler: [],
    successSince: undefined,
    gates: [],
    refusedFor: [],
    refusals: 0,
    failure: undefined,
    ...parts,
  };
}

/** What became of that plan. */
export function anAttempt(parts: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    planId: LABEL_PLAN.id,
    steps: 'LabelNode',
    episode: 1,
    outcome: 'Failed',
    reason: { code: 'TimedOut', message: 'virt-handler was not Ready within 2 min.' },
    startedAt: at('2026-08-22T10:01:00Z'),
    endedAt: at('2026-08-22T10:04:00Z'),
    by: '',
    isReverted: true,
    ...parts,
  };
}

export const remediationOf = (parts: Partial<Remediation>): Remediation => ({ ...NO_REMEDIATION, ...parts });
