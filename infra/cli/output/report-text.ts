import { dump } from 'js-yaml';
import type { NodeDiagnosis } from '../../../shared/report/node-diagnosis.ts';
import type { PreflightReport } from '../../../shared/report/preflight-report.ts';
import type { RemediationPlan } from '../../../shared/report/remediation-plan.ts';
import type { RouteReport } from '../../../shared/report/route-report.ts';
import type { StreamedReport } from '../../../shared/report/to-report.ts';

/** What is printed as JSON or YAML. */
type Printed = StreamedReport | PreflightReport | NodeDiagnosis | RouteReport | RemediationPlan;
/** A report as text in pieces: the whole of a large cluster's report is never one string. */
type Pieces = Iterable<string>;

/** The same text as `JSON.stringify` of the whole report, one node at a time. */
export function* toJson(report: Printed): Pieces {
  let separator = '{\n';
  for (const [key, value] of Object.entries(report)) {
    yield `${separator}  ${JSON.stringify(key)}: `;
    if (isList(value)) yield* jsonItems(value);
    else yield indent(JSON.stringify(value, null, 2), '  ');
    separator = ',\n';
  }
  yield '\n}\n';
}

function* jsonItems(items: Iterable<unknown>): Pieces {
  let begun = false;
  for (const item of items) {
    yield `${begun ? ',' : '['}\n    ${indent(JSON.stringify(item, null, 2), '    ')}`;
    begun = true;
  }
  yield begun ? '\n  ]' : '[]';
}

function isList(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

/** Moves every line but the first to the right. A JSON string cannot hold a line break. */
function indent(text: string, by: string): string {
  return text.replaceAll('\n', `\n${by}`);
}

/** The report as one YAML document, lists at their key's indentation as kubectl prints them. */
export function* toYaml(report: Printed): Pieces {
  for (const [key, value] of Object.entries(report)) {
    if (isList(value)) yield* yamlItems(key, value);
    else yield yamlOf({ [key]: value });
  }
}

function* yamlItems(key: string, items: Iterable<unknown>): Pieces {
  let begun = false;
  for (const item of items) {
    yield begun ? yamlOf([item]) : `${key}:\n${yamlOf([item])}`;
    begun = true;
  }
  if (!begun) yield yamlOf({ [key]: [] });
}

function yamlOf(value: unknown): string {
  return dump(value, { noArrayIndent: true, lineWidth: -1, noRefs: true });
}
