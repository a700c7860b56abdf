import {
  type Incident,
  type IncidentState,
  MAX_NAMED,
  SEVERITIES,
  type Severity,
} from '../incidents/incident.ts';
import { type DurationMs, type EpochMs, elapsedMs, epochMs } from '../units.ts';
import {
  clusterOf,
  describeCause,
  helpOf,
  identify,
  linkValues,
  MAX_TITLE_LENGTH,
  type MessageContext,
  showCommand,
  stateOf,
  workloadOf,
} from './compose-message.ts';
import { describeEnd } from './describe-end.ts';
import { fillLinks } from './fill-links.ts';
import { listGone, listOf } from './incident-lists.ts';
import type { Message, MessageFact, MessageList } from './message.ts';
import { plainLine } from './plain-line.ts';
import { describeCount, describeDuration, describeTime } from './wording.ts';

const MAX_SENTENCE_LENGTH = 1_000;
/** How many nodes people read of: a storm is about which they are. */
const MAX_NODES = 60;

/** All of a storm, as its message sees it. */
interface Storm {
  readonly leader: Incident;
  /** Every node once, the leader's among them; the worst first. */
  readonly incidents: readonly Incident[];
  readonly vmiCount: number;
  readonly since: EpochMs;
  /** When the last was resolved; `undefined` while one is not. */
  readonly endedAt: EpochMs | undefined;
  /** Nodes that lost VMs. */
  readonly lossCount: number;
}

/**
 * What is told of many nodes that have one cause, in one message: which, how many VMIs each has and how it stands with
 * them. Over when all are. Pure: same arguments, same message.
 *
 * @param leader - the incident whose record the message belongs to: it gives key, revision, cause and help
 */
export function composeStorm(
  incidents: readonly Incident[],
  leader: Incident,
  context: MessageContext,
): Message {
  const storm = gather(incidents, leader);
  const over = storm.endedAt !== undefined;
  return {
    ...identify(leader, context),
    state: over ? 'Resolved' : worstState(storm.incidents),
    severity: worstSeverity(storm.incidents),
    nodeCount: storm.incidents.length,
    since: storm.since,
    endedAt: storm.endedAt,
    isBadEnd: over && storm.lossCount > 0,
    title: plainLine(titleOf(storm, context), MAX_TITLE_LENGTH),
    sentences: sentencesOf(storm, context).map((sentence) => plainLine(sentence, MAX_SENTENCE_LENGTH)),
    facts: factsOf(storm, context),
    lists: listsOf(storm),
    help: over ? undefined : helpOf(storm.incidents.find(({ state }) => state !== 'Resolved') ?? leader),
    remediation: undefined,
    links: fillLinks(context.links, linkValues(leader, context)),
  };
}

function gather(given: readonly Incident[], leader: Incident): Storm {
  const byNode = new Map([...given, leader].map((incident) => [incident.node, incident]));
  const incidents = [...byNode.values()].sort(worstFirst);
  const ends = incidents.map(({ state, resolvedAt, since }) =>
    state === 'Resolved' ? (resolvedAt ?? since) : undefined,
  );
  const known = ends.filter((end) => end !== undefined);
  return {
    leader,
    incidents,
    vmiCount: incidents.reduce((sum, { vmiCount }) => sum + vmiCount, 0),
    since: epochMs(Math.min(...incidents.map(({ since }) => since))),
    endedAt: known.length === ends.length ? epochMs(Math.max(...known)) : undefined,
    lossCount: incidents.filter(isLoss).length,
  };
}

function isLoss(incident: Incident): boolean {
  return describeEnd(incident, '')?.isBad ?? incident.goneVmis.some(({ fate }) => fate === 'Failed');
}

const RANK: Readonly<Record<IncidentState, number>> = { Open: 0, Suspected: 1, AtRisk: 2, Resolved: 3 };

function worstFirst(a: Incident, b: Incident): number {
  return (
    Number(isLoss(b)) - Number(isLoss(a)) ||
    RANK[a.state] - RANK[b.state] ||
    b.vmiCount - a.vmiCount ||
    (a.node < b.node ? -1 : 1)
  );
}

function worstState(incidents: readonly Incident[]): IncidentState {
  const order: readonly IncidentState[] = ['Open', 'Suspected', 'AtRisk'];
  return order.find((wanted) => incidents.some(({ state }) => state === wanted)) ?? 'Resolved';
}

function worstSeverity(incidents: readonly Incident[]): Severity {
  const found = SEVERITIES.filter((wanted) => incidents.some(({ severity }) => severity === wanted));
  return found.at(-1) ?? 'info';
}

function titleOf(
  { leader, incidents, vmiCount, endedAt, lossCount, since }: Storm,
  context: MessageContext,
): string {
  const nodes = `${describeCount(incidents.length, 'node')} of ${clusterOf(context)}`;
  const { cause } = identify(leader, context);
  if (endedAt === undefined) {
    const what = STORM_TITLE[worstState(incidents)];
    return `${what}: ${nodes} with ${describeCount(vmiCount, 'VMI')}, one cause: ${cause}`;
  }
  if (lossCount > 0) return `VMs gone: ${lossCount} of ${nodes} lost VMs: ${cause}`;
  return `Recovered: ${nodes} after ${describeDuration(lengthOf(since, endedAt))}: ${cause}`;
}
const STORM_TITLE: Readonly<Record<IncidentState, string>> = {
  Open: 'Orphaned',
  Suspected: 'Suspected, which may pass',
  AtRisk: 'Warning, may soon be orphaned',
  Resolved: 'Over',
};

function lengthOf(since: EpochMs, endedAt: EpochMs): DurationMs {
  return elapsedMs(since, endedAt);
}

function sentencesOf(storm: Storm, context: MessageContext): readonly string[] {
  const { leader, incidents, endedAt, since, lossCount } = storm;
  const { cause, node } = identify(leader, context);
  const why = [
    `${describeCount(incidents.length, 'node')} have one cause: ${cause}.`,
    `On ${node}: ${describeCause({ ...leader, state: 'Open' })}`,
  ];
  const over = incidents.filter(({ state }) => state === 'Resolved').length;
  if (endedAt === undefined)
    return over === 0 ? why : [...why, `${over} of ${describeCount(incidents.length, 'node')} are over.`];
  const rest = incidents.length - lossCount;
  return [
    `All are over: ${describeCount(rest, 'node')} recovered or lost nothing, ${describeCount(lossCount, 'node')} lost VMs.`,
    `It took ${describeDuration(lengthOf(since, endedAt))}, from ${describeTime(since)} to ${describeTime(endedAt)}.`,
    ...why,
  ];
}

function factsOf(storm: Storm, context: MessageContext): readonly MessageFact[] {
  const { leader, incidents, vmiCount, since, endedAt } = storm;
  const { cluster, cause } = identify(leader, context);
  const length = endedAt === undefined ? ` (${describeDuration(elapsedMs(since, context.now))})` : '';
  const command = context.links.incident === undefined ? showCommand(leader, context) : undefined;
  return [
    { label: 'Cluster', value: cluster },
    { label: 'Nodes', value: String(incidents.length) },
    { label: 'Severity', value: worstSeverity(incidents) },
    { label: 'Cause', value: cause },
    { label: 'VMIs', value: String(vmiCount) },
    { label: 'Since', value: `${describeTime(since)}${length}` },
    ...(endedAt === undefined ? [] : [{ label: 'Until', value: describeTime(endedAt) }]),
    ...(command === undefined ? [] : [{ label: 'Incident', value: command }]),
  ];
}

function listsOf({ incidents }: Storm): readonly MessageList[] {
  const lines = incidents.map((one) => `${one.node}: ${workloadOf(one)}, ${fateOf(one)}`);
  const nodes = listOf('Nodes', lines, lines.length, MAX_NODES);
  const gone = listGone({ goneVmis: incidents.flatMap(({ goneVmis }) => goneVmis) });
  return gone.items.length === 0 ? [nodes] : [nodes, gone];
}

function fateOf(incident: Incident): string {
  const { length } = incident.goneVmis;
  if (!isLoss(incident)) return stateOf(incident);
  return `${stateOf(incident)}, ${length >= MAX_NAMED ? 'at least ' : ''}${describeCount(length, 'VMI')} gone`;
}
