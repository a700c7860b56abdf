import * as z from 'zod';
import type { Cause } from '../domain/causes/cause.ts';
import type { ExplainedNode } from '../domain/causes/explain-cluster.ts';
import type { VmiImpact } from '../domain/impact/assess-impact.ts';
import type { NodeJudgement } from '../domain/judge-cluster.ts';
import type { Mitigation } from '../domain/mitigations/mitigation.ts';
import type { Problem } from '../domain/problems.ts';
import { type RunbookStep, STEP_VERDICTS } from '../domain/runbook/step.ts';
import { API_VERSION, metadataSchema, problemSchema, reportNodeSchema } from './orphan-report.ts';
import { toReportNode } from './to-report.ts';

const stepSchema = z.strictObject({
  step: z.number().int().min(1).max(6),
  title: z.string(),
  command: z.string().describe('what shows the same by hand; one line for a shell, reads only'),
  objects: z
    .array(z.strictObject({ object: z.string(), resourceVersion: z.string() }))
    .describe('what the statement rests on, Kind namespace/name'),
  observed: z.string().describe('what was seen, in one or two sentences'),
  verdict: z
    .enum(STEP_VERDICTS)
    .describe('about this node; CouldNotLook: what it needs could not be read, observed says why'),
});

const impactSchema = z.strictObject({
  namespace: z.string(),
  name: z.string(),
  uid: z.string(),
  owner: z.strictObject({ kind: z.string(), name: z.string() }).nullable(),
  runStrategy: z
    .string()
    .nullable()
    .describe('of the owning VirtualMachine; null when there is none or it was not read'),
  evictionStrategy: z.string().nullable(),
  liveMigratable: z.boolean().nullable().describe('as virt-handler last said; null when it never did'),
  migration: z
    .strictObject({
      uid: z.string(),
      sourceNode: z.string(),
      targetNode: z.string(),
      started: z.boolean(),
    })
    .nullable()
    .describe('a live migration in flight'),
  lost: z
    .array(z.string())
    .describe('what is lost while nothing manages it, one sentence each, the worst last'),
});

/**
 * The NodeDiagnosis: what `diagnose -o json` prints. The published JSON Schema is generated from here
 * (`npm run schemas`). Adding a field is compatible; changing or removing one makes a new apiVersion.
 */
export const nodeDiagnosisSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('NodeDiagnosis'),
  metadata: metadataSchema,
  node: reportNodeSchema,
  steps: z.array(stepSchema).length(6).describe("the runbook's steps, in its order"),
  impact: z.array(impactSchema).describe('of every VMI on an orphaned or endangered node'),
  problems: z.array(problemSchema).describe('what could not be read or told'),
});

export type NodeDiagnosis = z.infer<typeof nodeDiagnosisSchema>;

/** What a diagnosis is made of. */
interface Findings {
  readonly node: ExplainedNode;
  readonly steps: readonly RunbookStep[];
  readonly mitigationsFor: (node: NodeJudgement, cause: Cause) => readonly Mitigation[];
  readonly impact: readonly VmiImpact[];
  readonly problems: readonly Problem[];
}

/** Puts a diagnosis into the published form. */
export function toNodeDiagnosis(
  { node, steps, mitigationsFor, impact, problems }: Findings,
  metadata: NodeDiagnosis['metadata'],
): NodeDiagnosis {
  return {
    apiVersion: API_VERSION,
    kind: 'NodeDiagnosis',
    metadata,
    node: toReportNode(node, mitigationsFor),
    steps: steps.map((step) => ({ ...step, objects: [...step.objects] })),
    impact: impact.map((it) => ({ ...it, lost: [...it.lost] })),
    problems: problems.map(({ code, kind, message }) => ({ code, kind, message })),
  };
}
