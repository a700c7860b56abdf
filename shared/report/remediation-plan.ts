import * as z from 'zod';
import { CAUSE_CODES } from '../domain/causes/cause.ts';
import { INCIDENT_STATES } from '../domain/incidents/incident.ts';
import type { NodeJudgement } from '../domain/judge-cluster.ts';
import { VERDICTS } from '../domain/judge-node.ts';
import type { ClusterChange } from '../domain/mitigations/cluster-change.ts';
import { MITIGATION_CODES, MITIGATION_OWNERS, MITIGATION_RISKS } from '../domain/mitigations/mitigation.ts';
import { GATE_CODES, type Gate } from '../domain/remediation/gate.ts';
import type { Plan, PlanStep } from '../domain/remediation/plan.ts';
import { RUN_PHASES } from '../domain/remediation/remediation.ts';
import { REMEDIATION_MODES, type RemediationMode } from '../domain/remediation/remediation-policy.ts';
import type { IncidentSummary } from '../domain/remediation/situation.ts';
import { API_VERSION, metadataSchema } from './orphan-report.ts';

const writeSchema = z.strictObject({
  action: z.enum(['patch', 'delete']),
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().describe('empty for a Node'),
  name: z.string(),
  uid: z.string().describe('it is written only to the object that has it'),
  resourceVersion: z.string().describe('the version that was judged; what has changed since is judged anew'),
  operations: z.array(z.looseObject({ op: z.string(), path: z.string() })).describe('JSON Patch, RFC 6902'),
});

const names = z.array(z.string());
const stepSchema = z.strictObject({
  code: z.enum(MITIGATION_CODES),
  summary: z.string(),
  command: z.string().describe('one line for a shell that does it by hand'),
  risk: z.enum(MITIGATION_RISKS),
  owner: z.enum(MITIGATION_OWNERS).describe('whose object is written; None when only people can do it'),
  write: writeSchema.nullable().describe('exactly what is written; null when only people can do it'),
  inverse: z.string().describe('a command that takes it back; empty when nothing has to be taken back'),
  success: z.string().describe('how success is seen'),
  timeoutSeconds: z.number().int().min(0).describe('how long success may take after the write'),
  handlersGained: names.describe('nodes that have no virt-handler now and get one'),
  handlersLost: names.describe('nodes whose virt-handler goes and does not come back'),
  restartsEveryHandler: z.boolean(),
});

const planSchema = z.strictObject({
  id: z.string().describe('the same for the same steps on the same objects'),
  isChosen: z.boolean().describe('whether it is the one that is proposed'),
  cause: z.enum(CAUSE_CODES),
  mode: z.enum(REMEDIATION_MODES),
  steps: z.array(stepSchema).min(1),
  gates: z
    .array(z.strictObject({ code: z.enum(GATE_CODES), open: z.boolean(), message: z.string() }))
    .describe('all of them; nothing is written unless every one is open'),
});

const at = z.iso.datetime();
const incidentSchema = z.strictObject({
  state: z.enum(INCIDENT_STATES),
  episode: z.number().int().min(1),
  revision: z.number().int().min(1),
  since: at,
});
const runSchema = z.strictObject({
  number: z.number().int().min(1),
  planId: z.string(),
  mode: z.enum(REMEDIATION_MODES),
  phase: z.enum(RUN_PHASES),
  since: at,
  approvedBy: z.string().describe('empty when nobody has approved it'),
});

/**
 * The RemediationPlan: what `remediate -o json` prints. The published JSON Schema is generated from here
 * (`npm run schemas`). Adding a field is compatible; changing or removing one makes a new apiVersion.
 */
export const remediationPlanSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('RemediationPlan'),
  metadata: metadataSchema,
  node: z.strictObject({
    name: z.string(),
    uid: z.string(),
    verdict: z.enum(VERDICTS),
    handler: z.string().describe("what virt-handler's state is, and why"),
  }),
  incident: incidentSchema.nullable().describe('null when there is no record of one, or it was not read'),
  run: runSchema.nullable().describe('the plan that is proposed or being carried out'),
  plans: z.array(planSchema).describe('alternatives, the smallest first; empty unless the node is orphaned'),
  notes: z.array(z.string()).describe('what else to know, such as what could not be read'),
});

export type RemediationPlan = z.infer<typeof remediationPlanSchema>;

/** A plan as it was judged. */
interface JudgedPlan {
  readonly plan: Plan;
  readonly mode: RemediationMode;
  readonly gates: readonly Gate[];
  readonly isChosen: boolean;
}

/** What a report of plans is made of. */
export interface PlanFindings {
  readonly node: NodeJudgement;
  /** `undefined` when there is no record, or it was not read. */
  readonly record: IncidentSummary | undefined;
  readonly plans: readonly JudgedPlan[];
  readonly notes: readonly string[];
}

/** Puts the plans for a node into the published form. */
export function toRemediationPlan(
  { node, record, plans, notes }: PlanFindings,
  metadata: RemediationPlan['metadata'],
): RemediationPlan {
  const { name, verdict, handler } = node;
  return {
    apiVersion: API_VERSION,
    kind: 'RemediationPlan',
    metadata,
    node: {
      name,
      uid: node.node?.metadata.uid ?? '',
      verdict,
      handler: handler.reason === '' ? handler.state : `${handler.state}: ${handler.reason}`,
    },
    ...ofRecord(record),
    plans: plans.map(toPlan),
    notes: [...notes],
  };
}

function ofRecord(record: IncidentSummary | undefined): Pick<RemediationPlan, 'incident' | 'run'> {
  if (record === undefined) return { incident: null, run: null };
  const { state, episode, revision, since } = record.incident;
  const { run } = record.remediation;
  return {
    incident: { state, episode, revision, since: timeOf(since) },
    run:
      run === undefined
        ? null
        : {
            number: run.number,
            planId: run.plan.id,
            mode: run.mode,
            phase: run.phase,
            since: timeOf(run.since),
            approvedBy: run.approval?.by ?? '',
          },
  };
}

function timeOf(time: number): string {
  return new Date(time).toISOString();
}

function toPlan({ plan, mode, gates, isChosen }: JudgedPlan): RemediationPlan['plans'][number] {
  return {
    id: plan.id,
    isChosen,
    cause: plan.cause,
    mode,
    steps: plan.steps.map(toStep),
    gates: gates.map((gate) => ({ ...gate })),
  };
}

function toStep(step: PlanStep): RemediationPlan['plans'][number]['steps'][number] {
  const { code, summary, command, risk, owner, effects, change, inverse, success, timeoutMs } = step;
  return {
    code,
    summary,
    command,
    risk,
    owner,
    write: change === undefined ? null : toWrite(change),
    inverse,
    success,
    timeoutSeconds: Math.round(timeoutMs / 1_000),
    handlersGained: [...effects.handlersGained],
    handlersLost: [...effects.handlersLost],
    restartsEveryHandler: effects.restartsEveryHandler,
  };
}

function toWrite(change: ClusterChange): z.infer<typeof writeSchema> {
  const { generation: _, ...target } = change.target;
  const operations = change.action === 'patch' ? change.operations.map((it) => ({ ...it })) : [];
  return { action: change.action, ...target, operations };
}
