import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { OrphanReport } from '../../shared/report/orphan-report.ts';
import type { StreamedReport } from '../../shared/report/to-report.ts';

const published = JSON.parse(
  readFileSync(new URL('../../shared/report/orphan-report.schema.json', import.meta.url), 'utf8'),
) as object;
/** Formats are checked by the pattern that stands beside each; ajv has none of its own. */
const validate = new Ajv2020({
  strict: true,
  allErrors: true,
  formats: { 'date-time': true },
}).compile<OrphanReport>(published);

/** Reads what `audit -o json` printed, and holds it to the published schema. */
export function reportFrom(text: string): OrphanReport {
  return validReport(JSON.parse(text));
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
