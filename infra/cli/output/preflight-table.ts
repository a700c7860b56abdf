import pc from 'picocolors';
import type { PreflightReport } from '../../../shared/report/preflight-report.ts';
import { clean, count, toNodeTable } from './table.ts';

/** The report for people: the nodes that would get worse, why, what else to know, the sum. */
export function* toPreflightTable(report: PreflightReport, color: boolean): Iterable<string> {
  const paint = pc.createColors(color);
  const { change, orphaned, atRisk, recovered, unchanged, warnings, problems, metadata } = report;
  for (const part of change) yield `change: ${clean(part)}\n`;
  yield '\n';
  const worse = [...orphaned, ...atRisk];
  if (worse.length > 0) yield toNodeTable(worse, paint);
  for (const warning of warnings) yield `${paint.yellow('warning')}: ${clean(warning)}\n`;
  for (const { message } of problems) yield `${paint.yellow('problem')}: ${clean(message)}\n`;
  if (recovered.length > 0)
    yield `${paint.green('no longer orphaned')}: ${clean(recovered.join(', '))}, if nothing else is wrong there\n`;
  const harm = `${count(orphaned.length, 'node')} would be orphaned, ${atRisk.length} at risk`;
  const headline =
    worse.length > 0 ? paint.red(harm) : 'no node would be orphaned or at risk that is not now';
  yield `${headline}; ${unchanged} no worse than now, in ${clean(metadata.source)}\n`;
}
