import columnify from 'columnify';
import pc from 'picocolors';
import type { RouteReport } from '../../../shared/report/route-report.ts';
import { clean } from './table.ts';

export interface RouteTextOptions {
  readonly color: boolean;
  /** Says of every route why it matched or did not. */
  readonly explain: boolean;
}

type Paint = ReturnType<typeof pc.createColors>;
type Channel = RouteReport['channels'][number];
type Route = RouteReport['routes'][number];
type HeldBackBy = Channel['heldBackBy'];

const OUTCOMES = {
  matched: 'matches',
  'not matched': 'does not match',
  'not reached': 'is not asked',
} as const;

/** The report for people: with an explanation the incident and every route, then each channel, then who is told. */
export function* toRouteText(report: RouteReport, { color, explain }: RouteTextOptions): Iterable<string> {
  const paint = pc.createColors(color);
  if (explain) yield `${clean(incidentLine(report))}\n\n`;
  if (explain) for (const [index, route] of report.routes.entries()) yield routeText(route, index, paint);
  if (report.channels.length > 0) yield channelTable(report.channels, paint);
  yield `${sumLine(report, paint)}\n`;
}

function incidentLine({ incident, at }: RouteReport): string {
  const { node, nodeLabels, state, severity, causes, vmiNamespaces } = incident;
  const labels = Object.entries(nodeLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const parts = [
    `node ${node}`,
    nodeLabels === null ? 'labels not known' : `labels ${labels.join(', ') || 'none'}`,
    `state ${state}`,
    `severity ${severity}`,
    `causes ${causes.join(', ')}`,
    `VMI namespaces ${vmiNamespaces.join(', ') || 'none'}`,
  ];
  return `incident: ${parts.join('; ')}; at ${at}`;
}

function routeText(
  { route, outcome, continue: goesOn, reasons, ...rest }: Route,
  index: number,
  paint: Paint,
): string {
  const matched = outcome === 'matched';
  const next = goesOn ? ', and the next one is asked too' : ', and no other is asked';
  const verdict = `${OUTCOMES[outcome]}${matched ? next : ''}`;
  const lines = [
    `${index + 1}. ${paint.bold(clean(route))}: ${matched ? paint.green(verdict) : verdict}`,
    ...reasons.map((reason) => `   ${clean(reason)}`),
    ...(matched ? [`   tells ${rest.channels.join(', ')}${heldText(rest.heldBackBy)}`] : []),
  ];
  return `${lines.join('\n')}\n\n`;
}

function heldText(holds: HeldBackBy): string {
  return holds.length === 0 ? '' : `, but not now: ${holdsText(holds)}`;
}

function holdsText(holds: HeldBackBy): string {
  return holds.map(({ why, until }) => clean(until === null ? why : `${why}, until ${until}`)).join('; ');
}

function channelTable(channels: readonly Channel[], paint: Paint): string {
  const rows = channels.map(({ channel, told, routes, repeatSeconds, heldBackBy }) => ({
    CHANNEL: channel,
    TOLD: told ? paint.green('now') : paint.yellow('no'),
    'BY ROUTE': routes.join(', '),
    WHY: told ? repeatText(repeatSeconds) : holdsText(heldBackBy),
  }));
  const text = columnify(rows, { columnSplitter: '  ', headingTransform: (title) => paint.bold(title) });
  return `${text.replaceAll(/ +$/gm, '')}\n\n`;
}

function repeatText(seconds: number): string {
  return seconds === 0 ? 'once' : `again every ${spanText(seconds)} while it is open`;
}

function spanText(seconds: number): string {
  if (seconds % 3_600 === 0) return `${seconds / 3_600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

function sumLine({ channels, routes }: RouteReport, paint: Paint): string {
  const told = channels.filter((it) => it.told).map(({ channel }) => channel);
  if (told.length > 0) return `told now: ${told.join(', ')}`;
  const isRouted = routes.some(({ outcome }) => outcome === 'matched');
  return paint.red(`nobody would be told: ${isRouted ? 'every channel is held back' : 'no route matches'}`);
}
