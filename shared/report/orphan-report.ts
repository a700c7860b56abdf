import * as z from 'zod';
import { CAUSE_CODES, CAUSE_ORIGINS, CERTAINTIES } from '../domain/causes/cause.ts';
import { READ_KINDS } from '../domain/evidence-objects.ts';
import { HANDLER_STATES } from '../domain/handler.ts';
import { VERDICTS } from '../domain/judge-node.ts';
import { MITIGATION_CODES, MITIGATION_OWNERS, MITIGATION_RISKS } from '../domain/mitigations/mitigation.ts';
import { PROBLEM_CODES } from '../domain/problems.ts';

/**
 * The OrphanReport: what `audit -o json` prints. The published JSON Schema is generated from here
 * (`npm run schemas`). Adding a field is compatible; changing or removing one makes a new apiVersion.
 */
export const API_VERSION = 'kubevirt-orphans.dev/v1alpha1';

const count = z.number().int().min(0);

const handlerSchema = z.strictObject({
  state: z.enum(HANDLER_STATES),
  pod: z
    .string()
    .nullable()
    .describe('namespace/name of the virt-handler pod that decides; null when there is none'),
  reason: z.string().describe('why it is not simply Ready, in a few words; empty when it is'),
});

const vmiSchema = z.strictObject({
  namespace: z.string(),
  name: z.string(),
  uid: z.string(),
  phase: z.string().describe('status.phase; empty when unset'),
});

const launcherPodSchema = z.strictObject({
  namespace: z.string(),
  name: z.string(),
  phase: z.string(),
  vmi: z.string().describe('name of the VirtualMachineInstance it runs; empty when the pod does not tell'),
});

const evidenceSchema = z.strictObject({
  object: z.string().describe('Kind namespace/name, or Kind name'),
  resourceVersion: z.string().describe('empty when the object has none or is missing itself'),
  field: z.string().describe('such as spec.taints[0]; empty when it is about the object as a whole'),
  value: z.string(),
});

const names = z.array(z.string());
const mitigationSchema = z.strictObject({
  code: z.enum(MITIGATION_CODES),
  summary: z.string().describe('what is to be done, and what else it does'),
  command: z.string().describe('one line for a shell; it changes nothing when the owner is None'),
  risk: z
    .enum(MITIGATION_RISKS)
    .describe('Low: one node, nothing restarts; High: something that runs may not come back'),
  effects: z.strictObject({
    handlersGained: names.describe('nodes that have no virt-handler now and get one'),
    handlersLost: names.describe('nodes whose virt-handler goes and does not come back'),
    restartsEveryHandler: z.boolean(),
  }),
  owner: z.enum(MITIGATION_OWNERS).describe('whose object the command changes; None when it only looks'),
});

const causeSchema = z.strictObject({
  code: z.enum(CAUSE_CODES),
  certainty: z
    .enum(CERTAINTIES)
    .describe('Definite: nothing brings a handler back by itself while this stands'),
  origin: z.enum(CAUSE_ORIGINS).describe('where the rule or state comes from that has to change'),
  summary: z.string(),
  evidence: z.array(evidenceSchema).min(1),
  mitigations: z
    .array(mitigationSchema)
    .describe('what would help, the smallest change first; empty in a preflight, whose change was not made'),
});

export const reportNodeSchema = z.strictObject({
  name: z.string(),
  verdict: z.enum(VERDICTS),
  handler: handlerSchema,
  causes: z
    .array(causeSchema)
    .describe('why a node is orphaned or at risk, the primary cause first; empty for any other verdict'),
  vmis: z.array(vmiSchema).describe('VMIs on the node that have not ended'),
  launcherPods: z.array(launcherPodSchema).describe('virt-launcher pods on the node that have not ended'),
});

const daemonSetSchema = z.strictObject({
  namespace: z.string(),
  name: z.string(),
  desired: count,
  current: count,
  ready: count,
  upToDate: count,
  available: count,
  misscheduled: count,
  healthy: z
    .boolean()
    .describe(
      'all counters equal and desired above 0; says nothing about nodes that the DaemonSet does not want',
    ),
});

/** What could not be read or told. */
export const problemSchema = z.strictObject({
  code: z.enum(PROBLEM_CODES),
  kind: z.enum(READ_KINDS),
  message: z.string(),
});

const summarySchema = z.strictObject({
  nodes: count,
  nodesWithWorkload: count,
  orphanedNodes: count,
  atRiskNodes: count,
  unknownNodes: count,
  orphanedVMIs: count,
  orphanedLauncherPods: count,
});

/** When and of what a report was made. */
export const metadataSchema = z.strictObject({
  generatedAt: z.iso.datetime().describe('when the report was made'),
  observedAt: z.iso
    .datetime()
    .nullable()
    .describe('what time it is true for; for a dump its newest heartbeat, if it has one'),
  cluster: z.string(),
  source: z.string().describe('the API server, or the files that were read'),
});

export const orphanReportSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('OrphanReport'),
  metadata: metadataSchema,
  summary: summarySchema,
  daemonSet: daemonSetSchema
    .nullable()
    .describe('the virt-handler DaemonSet; null when there is none or none was read'),
  nodes: z.array(reportNodeSchema).describe('sorted by name'),
  problems: z.array(problemSchema).describe('what could not be read or told'),
});

export type OrphanReport = z.infer<typeof orphanReportSchema>;
export type ReportNode = z.infer<typeof reportNodeSchema>;
export type ReportMitigation = z.infer<typeof mitigationSchema>;
export type ReportDaemonSet = z.infer<typeof daemonSetSchema>;
