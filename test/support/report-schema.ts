import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { NodeDiagnosis } from '../../shared/report/node-diagnosis.ts';
import type { OrphanReport } from '../../shared/report/orphan-report.ts';
import type { PreflightReport } from '../../shared/report/preflight-report.ts';
import type { RemediationPlan } from '../../shared/report/remediation-plan.ts';
import type { StreamedReport } from '../../shared/report/to-report.ts';

/** Formats are checked by the pattern that stands beside each; ajv has none of its own. */
function publishedSchema<Report>(name: string) {
  const file = new URL(`../../shared/report/${name}.schema.json`, import.meta.url);
  const ajv = new Ajv2020({ strict: true, allErrors: true, formats: { 'date-time': true } });
  return ajv.compile<Report>(JSON.parse(readFileSync(file, 'utf8')) as object);
}
const validate = publishedSchema<OrphanReport>('orphan-report');
const validatePreflight = publishedSchema<PreflightReport>('preflight-report');
const validatePlan = publishedSchema<RemediationPlan>('remediation-plan');
const validateDiagnosis = publishedSchema<NodeDiagnosis>('node-diagnosis');

/** Reads what `audit -o json` printed, and holds it to the published schema. */
export function reportFrom(text: string): OrphanReport {
  return validReport(JSON.parse(text));
}

/** Reads what `preflight -o json` printed, and holds it to the published schema. */
export function preflightReportFrom(text: string): PreflightReport {
  const report: unknown = JSON.parse(text);
  const valid = validatePreflight(report);
  expect(validatePreflight.errors ?? []).toEqual([]);
  if (!valid) throw new TypeError('unreachable: expect has thrown');
  return report;
}

/** Reads what `remediate -o json` printed, and holds it to the published schema. */
export function remediationPlanFrom(text: string): RemediationPlan {
  const plan: unknown = JSON.parse(text);
  const valid = validatePlan(plan);
  expect(validatePlan.errors ?? []).toEqual([]);
  if (!valid) throw new TypeError('unreachable: expect has thrown');
  return plan;
}

/** Reads what `diagnose -o json` printed, and holds it to the published schema. */
export function diagnosisFrom(text: string): NodeDiagnosis {
  return validDiagnosis(JSON.parse(text));
}

/** Holds a diagnosis to the published schema. */
export function validDiagnosis(diagnosis: unknown): NodeDiagnosis {
  const valid = validateDiagnosis(diagnosis);
  expect(validateDiagnosis.errors ?? []).toEqual([]);
  if (!valid) throw new TypeError('unreachable: expect has thrown');
  return diagnosis;
}

/** Holds a report to the published schema. */
export function validReport(report: unknown): OrphanReport {
  const valid = validate(report);
  expect(validate.errors ?? []).toEqual([]);
  if (!valid) throw new TypeError('unreachable: expect has thrown');
  return report as OrphanReport;
}

/** The whole of a report that is made node by node. */
export function wholeReport(report: StreamedReport): OrphanReport {
  return { ...report, nodes: [...report.nodes] };
}
