import * as z from 'zod';
import { nodeDiagnosisSchema } from '../../shared/report/node-diagnosis.ts';
import { orphanReportSchema } from '../../shared/report/orphan-report.ts';
import { preflightReportSchema } from '../../shared/report/preflight-report.ts';
import { remediationPlanSchema } from '../../shared/report/remediation-plan.ts';
import { routeReportSchema } from '../../shared/report/route-report.ts';
import type { RenderedFile } from './rendered-file.ts';

const BASE = 'https://kubevirt-orphans.dev/schemas/v1alpha1/';
const REPORTS = [
  { name: 'orphan-report', title: 'OrphanReport', schema: orphanReportSchema },
  { name: 'preflight-report', title: 'PreflightReport', schema: preflightReportSchema },
  { name: 'node-diagnosis', title: 'NodeDiagnosis', schema: nodeDiagnosisSchema },
  { name: 'remediation-plan', title: 'RemediationPlan', schema: remediationPlanSchema },
  { name: 'route-report', title: 'RouteReport', schema: routeReportSchema },
] as const;

/** The JSON Schemas of what the command prints. */
export function reportSchemas(): readonly RenderedFile[] {
  return REPORTS.map(({ name, title, schema }) => {
    const document = { $id: `${BASE}${name}.schema.json`, title, ...z.toJSONSchema(schema) };
    return {
      path: `shared/report/${name}.schema.json`,
      text: `${JSON.stringify(document, null, 2)}\n`,
    };
  });
}
