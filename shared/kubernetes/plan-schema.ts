import * as z from 'zod';
import { CAUSE_CODES } from '../domain/causes/cause.ts';
import type { ClusterChange } from '../domain/mitigations/cluster-change.ts';
import { MITIGATION_CODES, MITIGATION_OWNERS, MITIGATION_RISKS } from '../domain/mitigations/mitigation.ts';
import type { Plan, PlanStep } from '../domain/remediation/plan.ts';
import { durationMs } from '../domain/units.ts';

const target = z.object({
  apiVersion: z.string().min(1),
  kind: z.enum(['Node', 'KubeVirt', 'HyperConverged', 'Pod']),
  namespace: z.string(),
  name: z.string().min(1),
  uid: z.string(),
  resourceVersion: z.string(),
  generation: z.int().optional(),
});
const operation = z.object({
  op: z.enum(['test', 'add', 'replace', 'remove']),
  path: z.string(),
  value: z.unknown().optional(),
});
const addition = z.object({
  path: z.array(z.union([z.string(), z.int()])),
  kind: z.enum(['member', 'item']),
  value: z.unknown(),
});

/** A write, kept whole: its values may be anything, which a CustomResourceDefinition cannot say of a part. */
export const changeSchema = z.looseObject({
  action: z.enum(['patch', 'delete']),
  target,
  operations: z.array(operation).optional(),
  additions: z.array(addition).optional(),
});
type StoredChange = z.infer<typeof changeSchema>;

const nodeNames = z.array(z.string());
const stepSchema = z.object({
  code: z.enum(MITIGATION_CODES),
  summary: z.string(),
  command: z.string(),
  risk: z.enum(MITIGATION_RISKS),
  owner: z.enum(MITIGATION_OWNERS),
  effects: z.object({
    handlersGained: nodeNames,
    handlersLost: nodeNames,
    restartsEveryHandler: z.boolean(),
  }),
  change: changeSchema.optional().describe('the write; absent where only people can make the step'),
  inverse: z.string().describe('takes it back, as far as that can be told before'),
  success: z.string().describe('how success is seen'),
  timeoutMs: z.int().min(0),
});

/** A plan, as the incident's resource keeps it. */
export const planSchema = z.object({
  id: z.string().min(1).describe('the same for the same steps on the same objects'),
  node: z.string().min(1),
  nodeUid: z.string(),
  cause: z.enum(CAUSE_CODES).describe('what it is against'),
  steps: z.array(stepSchema).min(1),
});
type StoredPlan = z.infer<typeof planSchema>;

export function toPlan({ steps, ...same }: StoredPlan): Plan {
  return { ...same, steps: steps.map(toStep) };
}

function toStep({ change, timeoutMs, ...same }: StoredPlan['steps'][number]): PlanStep {
  return { ...same, change: change && toChange(change), timeoutMs: durationMs(timeoutMs) };
}

export function toChange({
  action,
  target: stored,
  operations = [],
  additions,
}: StoredChange): ClusterChange {
  const where = { ...stored, generation: stored.generation };
  return action === 'delete' ? { action, target: where } : { action, target: where, operations, additions };
}
