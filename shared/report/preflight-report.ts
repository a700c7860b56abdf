import * as z from 'zod';
import type { PreflightOutcome } from '../domain/preflight/preflight.ts';
import { API_VERSION, metadataSchema, problemSchema, reportNodeSchema } from './orphan-report.ts';
import { toReportNode } from './to-report.ts';

/**
 * The PreflightReport: what `preflight -o json` prints. The published JSON Schema is generated from here
 * (`npm run schemas`). Adding a field is compatible; changing or removing one makes a new apiVersion.
 */
export const preflightReportSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('PreflightReport'),
  metadata: metadataSchema,
  change: z.array(z.string()).min(1).describe('what was tried, one phrase for each part'),
  orphaned: z
    .array(reportNodeSchema)
    .describe('nodes that would be orphaned and are not now, as they would be; sorted by name'),
  atRisk: z
    .array(reportNodeSchema)
    .describe('nodes that would be at risk and are neither at risk nor orphaned now, as they would be'),
  unchanged: z.number().int().min(0).describe('how many nodes would have no worse verdict than now'),
  recovered: z
    .array(z.string())
    .describe('nodes that are orphaned now and would not be, if nothing else is wrong with them'),
  warnings: z.array(z.string()).describe('what else to know before the change is made, one sentence each'),
  problems: z.array(problemSchema).describe('what could not be read or told'),
});

export type PreflightReport = z.infer<typeof preflightReportSchema>;

/** Puts what a change would do into the published form. */
export function toPreflightReport(
  outcome: PreflightOutcome,
  change: readonly string[],
  metadata: PreflightReport['metadata'],
): PreflightReport {
  return {
    apiVersion: API_VERSION,
    kind: 'PreflightReport',
    metadata,
    change: [...change],
    orphaned: outcome.orphaned.map((node) => toReportNode(node, () => [])),
    atRisk: outcome.atRisk.map((node) => toReportNode(node, () => [])),
    unchanged: outcome.unchanged,
    recovered: [...outcome.recovered],
    warnings: [...outcome.warnings],
    problems: outcome.problems.map(({ code, kind, message }) => ({ code, kind, message })),
  };
}
