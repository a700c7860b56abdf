import columnify from 'columnify';
import pc from 'picocolors';
import type { ReportDaemonSet, ReportNode } from '../../../shared/report/orphan-report.ts';
import type { StreamedReport } from '../../../shared/report/to-report.ts';

export interface TableOptions {
  readonly color: boolean;
  /** Show healthy nodes as well. */
  readonly all: boolean;
}

/** Wide enough for most reasons, narrow enough that the table fits beside the names. */
const REASON_WIDTH = 56;
/** How many VMs of one node are listed by name. */
const NAMED_VMS = 10;

/** The order in which nodes are shown: the worst first. */
const VERDICT_ORDER = ['Orphaned', 'AtRisk', 'Unknown', 'Managed', 'NoWorkload'] as const;
const HEALTHY: ReadonlySet<ReportNode['verdict']> = new Set(['Managed', 'NoWorkload']);

type Paint = ReturnType<typeof pc.createColors>;

/** The report for people: the nodes that need one, what the DaemonSet says, what could not be read, the sum. */
export function* toTable(report: StreamedReport, options: TableOptions): Iterable<string> {
  const paint = pc.createColors(options.color);
  const shown = worstFirst(report.nodes, options.all);
  if (shown.length > 0) yield toNodeTable(shown, paint);
  yield `${clean(daemonSetLine(report.daemonSet))}\n`;
  for (const { message } of report.problems) yield `${paint.yellow('problem')}: ${clean(message)}\n`;
  yield `${sumLine(report, paint)}\n`;
}

/** One row a node, in this order, and an empty line. */
export function toNodeTable(nodes: readonly ReportNode[], paint: Paint): string {
  const text = columnify(
    nodes.map((node) => row(node, paint)),
    {
      columnSplitter: '  ',
      preserveNewLines: true,
      headingTransform: (title) => paint.bold(title),
      config: { 'VIRT-HANDLER': { maxWidth: REASON_WIDTH } },
    },
  );
  return `${trimLines(text)}\n\n`;
}

function worstFirst(nodes: Iterable<ReportNode>, all: boolean): readonly ReportNode[] {
  const shown: ReportNode[] = [];
  for (const node of nodes) if (all || !HEALTHY.has(node.verdict)) shown.push(node);
  return VERDICT_ORDER.flatMap((verdict) => shown.filter((node) => node.verdict === verdict));
}

function row(node: ReportNode, paint: Paint): Readonly<Record<string, string>> {
  return {
    NODE: clean(node.name),
    VERDICT: verdictText(node.verdict, paint),
    'VIRT-HANDLER': handlerText(node),
    'VIRTUAL MACHINES': machinesText(node),
  };
}

function verdictText(verdict: ReportNode['verdict'], paint: Paint): string {
  if (verdict === 'Orphaned') return paint.red(verdict);
  return HEALTHY.has(verdict) ? paint.green(verdict) : paint.yellow(verdict);
}

function handlerText({ handler, causes }: ReportNode): string {
  const state = handler.reason === '' ? handler.state : `${handler.state}: ${handler.reason}`;
  const lines = [
    state,
    ...(handler.pod === null ? [] : [`pod ${handler.pod}`]),
    ...causes.map(({ code, summary }) => `${code}: ${summary}`),
  ];
  return lines.map(clean).join('\n');
}

/** VMIs by name, then the launcher pods that no listed VMI explains. */
function machinesText({ vmis, launcherPods }: ReportNode): string {
  const known = new Set(vmis.map(({ namespace, name }) => `${namespace}/${name}`));
  const lines = [
    ...vmis.map(({ namespace, name, phase }) => `${namespace}/${name} (${phase || 'no phase'})`),
    ...launcherPods
      .filter(({ namespace, vmi }) => !known.has(`${namespace}/${vmi}`))
      .map(({ namespace, name, phase }) => `pod ${namespace}/${name} (${phase})`),
  ];
  if (lines.length === 0) return '-';
  const more = lines.length - NAMED_VMS;
  const named = lines.slice(0, NAMED_VMS).map(clean);
  return more > 0 ? [...named, `and ${more} more (-o json lists all)`].join('\n') : named.join('\n');
}

function daemonSetLine(daemonSet: ReportDaemonSet | null): string {
  if (daemonSet === null) return 'DaemonSet virt-handler: not found';
  const { namespace, name, desired, current, ready, upToDate, available, misscheduled, healthy } = daemonSet;
  const counters = `desired ${desired}, current ${current}, ready ${ready}, up to date ${upToDate}, available ${available}, misscheduled ${misscheduled}`;
  const judged = healthy ? 'healthy, which says nothing about nodes it does not want' : 'not healthy';
  return `DaemonSet ${namespace}/${name}: ${counters} (${judged})`;
}

function sumLine({ summary, metadata }: StreamedReport, paint: Paint): string {
  const { nodes, orphanedNodes, orphanedVMIs, orphanedLauncherPods, atRiskNodes, unknownNodes } = summary;
  const orphans = `${count(orphanedNodes, 'orphaned node')} with ${count(orphanedVMIs, 'VMI')} and ${count(orphanedLauncherPods, 'launcher pod')}`;
  const headline = orphanedNodes > 0 ? paint.red(orphans) : 'no orphaned node';
  const rest = `${atRiskNodes} at risk, ${unknownNodes} unknown, of ${count(nodes, 'node')} in ${clean(metadata.source)}`;
  return `${headline}; ${rest}`;
}

/** `1 node`, `2 nodes`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** A dump may hold anything: what would steer a terminal is shown, not sent. */
export function clean(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

function trimLines(text: string): string {
  return text.replaceAll(/ +$/gm, '');
}
