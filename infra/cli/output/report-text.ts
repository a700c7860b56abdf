import { dump } from 'js-yaml';
import type { OrphanReport } from '../../../shared/report/orphan-report.ts';

/** A report as text in pieces: the whole of a large cluster's report is never one string. */
type Pieces = Iterable<string>;

/** The same text as `JSON.stringify(report, null, 2)`, one node at a time. */
export function* toJson(report: OrphanReport): Pieces {
  let separator = '{\n';
  for (const [key, value] of Object.entries(report)) {
    yield `${separator}  ${JSON.stringify(key)}: `;
    if (Array.isArray(value) && value.length > 0) yield* jsonItems(value);
    else yield indent(JSON.stringify(value, null, 2), '  ');
    separator = ',\n';
  }
  yield '\n}\n';
}

function* jsonItems(items: readonly unknown[]): Pieces {
  let separator = '[\n    ';
  for (const item of items) {
    yield separator + indent(JSON.stringify(item, null, 2), '    ');
    separator = ',\n    ';
  }
  yield '\n  ]';
}

/** Moves every line but the first to the right. A JSON string cannot hold a line break. */
function indent(text: string, by: string): string {
  return text.replaceAll('\n', `\n${by}`);
}

/** The report as one YAML document, lists at their key's indentation as kubectl prints them. */
export function* toYaml(report: OrphanReport): Pieces {
  for (const [key, value] of Object.entries(report)) {
    if (!Array.isArray(value) || value.length === 0) {
      yield yamlOf({ [key]: value });
      continue;
    }
    yield `${key}:\n`;
    for (const item of value) yield yamlOf([item]);
  }
}

function yamlOf(value: unknown): string {
  return dump(value, { noArrayIndent: true, lineWidth: -1, noRefs: true });
}
