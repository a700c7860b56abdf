import * as z from 'zod';
import { GATE_CODES } from '../domain/remediation/gate.ts';
import {
  type Approval,
  ATTEMPT_OUTCOMES,
  type Remediation,
  RUN_PHASES,
  type Run,
} from '../domain/remediation/remediation.ts';
import { REMEDIATION_MODES } from '../domain/remediation/remediation-policy.ts';
import { durationMs, formatTimestamp } from '../domain/units.ts';
import { changeSchema, planSchema, toChange, toPlan } from './plan-schema.ts';
import { maybeTime, maybeTimestamp, storedTime as time, toTime } from './stored-time.ts';

const count = z.int().min(0);
const reason = z.object({ code: z.string(), message: z.string() });

const runSchema = z.object({
  number: z.int().min(1),
  plan: planSchema,
  episode: z.int().min(1),
  revision: z.int().min(1),
  mode: z.enum(REMEDIATION_MODES),
  phase: z.enum(RUN_PHASES),
  since: time.describe('when the phase began'),
  proposedAt: time,
  approval: z.object({ by: z.string(), at: time, revision: count, planId: z.string().optional() }).optional(),
  startedAt: time.optional(),
  step: count.describe('the step that is being written; the number of steps once all are'),
  written: z.array(z.object({ step: count, at: time, generation: z.int().optional() })),
  withoutHandler: z.array(z.string()).describe('nodes without a Ready virt-handler when it started'),
  successSince: time.optional().describe('since when all signs of success are there'),
  gates: z.array(z.object({ code: z.enum(GATE_CODES), open: z.boolean(), message: z.string() })),
  refusedFor: z.array(z.enum(GATE_CODES)),
  refusals: count,
  failure: reason.optional().describe('why it is taken back'),
});

/** All that is remembered of remediation on the node, as the incident's resource keeps it. */
export const remediationSchema = z.object({
  run: runSchema.optional().describe('the plan under way'),
  attempts: z
    .array(
      z.object({
        number: z.int().min(1),
        planId: z.string(),
        steps: z.string(),
        episode: z.int().min(1),
        outcome: z.enum(ATTEMPT_OUTCOMES),
        reason,
        startedAt: time.optional(),
        endedAt: time,
        by: z.string(),
        isReverted: z.boolean(),
      }),
    )
    .describe('what became of plans, newest last'),
  changes: z
    .array(z.object({ run: count, step: count, change: changeSchema, at: time }))
    .describe('what we put into the cluster, written here before it is written there'),
  contests: z
    .array(z.object({ at: time, afterMs: count, what: z.string() }))
    .describe('when somebody else took it back'),
  runs: count.describe('how many there ever were'),
});
type Stored = z.infer<typeof remediationSchema>;

export function toRemediation({ run, attempts, changes, contests, runs }: Stored): Remediation {
  return {
    run: run && toRun(run),
    attempts: attempts.map((it) => ({
      ...it,
      startedAt: maybeTime(it.startedAt),
      endedAt: toTime(it.endedAt),
    })),
    changes: changes.map((it) => ({ ...it, change: toChange(it.change), at: toTime(it.at) })),
    contests: contests.map((it) => ({ ...it, at: toTime(it.at), afterMs: durationMs(it.afterMs) })),
    runs,
  };
}

function toRun(stored: NonNullable<Stored['run']>): Run {
  const { plan, since, proposedAt, approval, startedAt, written, successSince, failure, ...same } = stored;
  return {
    ...same,
    plan: toPlan(plan),
    since: toTime(since),
    proposedAt: toTime(proposedAt),
    approval: approval && { ...approval, at: toTime(approval.at), planId: approval.planId },
    startedAt: maybeTime(startedAt),
    written: written.map((it) => ({ ...it, at: toTime(it.at), generation: it.generation })),
    successSince: maybeTime(successSince),
    failure,
  };
}

/** JSON leaves out what is `undefined`. */
export function toStoredRemediation(remediation: Remediation): Record<keyof Remediation, unknown> {
  const { run, attempts, changes, contests, runs } = remediation;
  return {
    run: run && toStoredRun(run),
    attempts: attempts.map((it) => ({
      ...it,
      startedAt: maybeTimestamp(it.startedAt),
      endedAt: formatTimestamp(it.endedAt),
    })),
    changes: changes.map((it) => ({ ...it, at: formatTimestamp(it.at) })),
    contests: contests.map((it) => ({ ...it, at: formatTimestamp(it.at) })),
    runs,
  };
}

function toStoredRun(run: Run): Record<keyof Run, unknown> {
  return {
    ...run,
    since: formatTimestamp(run.since),
    proposedAt: formatTimestamp(run.proposedAt),
    approval: run.approval && toStoredApproval(run.approval),
    startedAt: maybeTimestamp(run.startedAt),
    written: run.written.map((it) => ({ ...it, at: formatTimestamp(it.at) })),
    successSince: maybeTimestamp(run.successSince),
  };
}

function toStoredApproval(approval: Approval): Record<keyof Approval, unknown> {
  return { ...approval, at: formatTimestamp(approval.at) };
}
