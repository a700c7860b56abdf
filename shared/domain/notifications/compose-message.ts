import { type Incident, type IncidentState, primaryCause } from '../incidents/incident.ts';
import { isCommandName, shellCommand } from '../mitigations/shell.ts';
import { NO_REMEDIATION, type Remediation } from '../remediation/remediation.ts';
import { type EpochMs, elapsedMs } from '../units.ts';
import { describeEnd } from './describe-end.ts';
import { type ApprovalAddress, describeRemediation } from './describe-remediation.ts';
import { fillLinks, type LinkTemplates } from './fill-links.ts';
import { listIncident } from './incident-lists.ts';
import type { Message, MessageCommand, MessageFact } from './message.ts';
import { clip, isPlainLine, plainLine } from './plain-line.ts';
import { describeCount, describeDuration, describeTime } from './wording.ts';

/** What a message says beside its incident. */
export interface MessageContext {
  /** The record's `metadata.uid`. */
  readonly uid: string;
  readonly clusterName: string;
  /** Where the records are. */
  readonly namespace: string;
  readonly links: LinkTemplates;
  readonly now: EpochMs;
  /** What is done about the incident; nothing unless told. */
  readonly remediation?: Remediation | undefined;
  /** Where the plan that waits is approved. */
  readonly approval?: ApprovalAddress | undefined;
}

/** Longest title: also the longest header that Slack takes. Source: Slack Block Kit, header block. */
export const MAX_TITLE_LENGTH = 150;
/** Longest sentence: a cause may quote what somebody else wrote, such as the message of an image pull. */
const MAX_SENTENCE_LENGTH = 1_000;
const MAX_NAME_LENGTH = 253;
/** What of a node's and of a cluster's name a title has room for, besides what it is for. */
const MAX_TITLE_NODE_LENGTH = 48;
const MAX_TITLE_CLUSTER_LENGTH = 24;

/** What is told of one incident. Pure: same arguments, same message. */
export function composeMessage(incident: Incident, context: MessageContext): Message {
  const place = placeOf(incident, context);
  const end = describeEnd(incident, place);
  const { remediation = NO_REMEDIATION, approval } = context;
  const repair = describeRemediation(incident, remediation, { place, approval });
  return {
    ...identify(incident, context),
    state: incident.state,
    severity: incident.severity,
    nodeCount: 1,
    since: incident.since,
    endedAt: end && incident.resolvedAt,
    isBadEnd: end?.isBad ?? false,
    title: plainLine(end?.headline ?? titleOf(incident, context), MAX_TITLE_LENGTH),
    sentences: [
      ...(end?.sentences ?? []),
      ...(repair?.sentences ?? []),
      describeCause(incident),
      ...(STATE_MEANS[incident.state] ?? []),
    ].map((sentence) => plainLine(sentence, MAX_SENTENCE_LENGTH)),
    facts: [...factsOf(incident, context), ...(repair?.facts ?? [])],
    lists: listIncident(incident),
    help: helpOf(incident),
    remediation: repair?.news,
    links: [...fillLinks(context.links, linkValues(incident, context)), ...(repair?.links ?? [])],
  };
}

/** What messages of one incident, and of a storm that it leads, have in common. */
export function identify(
  incident: Incident,
  { uid, clusterName }: MessageContext,
): Pick<Message, 'key' | 'revision' | 'cause' | 'cluster' | 'node'> {
  return {
    key: `${plainLine(uid, MAX_NAME_LENGTH)}.${incident.episode}`,
    revision: incident.revision,
    cause: primaryCause(incident),
    cluster: plainLine(clusterName, MAX_NAME_LENGTH),
    node: plainLine(incident.node, MAX_NAME_LENGTH),
  };
}

/** What links are filled with. */
export function linkValues(
  { node }: Incident,
  { clusterName, namespace }: MessageContext,
): { readonly node: string; readonly cluster: string; readonly namespace: string } {
  return { node, cluster: clusterName, namespace };
}

/** `undefined` when it is over, or nothing is known to help. */
export function helpOf({ state, diagnosis }: Incident): MessageCommand | undefined {
  if (state === 'Resolved') return undefined;
  // What is changed in a command is another command: one that cannot be shown as it is, is not shown.
  const usable = (diagnosis?.causes ?? []).map(({ mitigations }) =>
    mitigations.filter(({ command }) => command.trim() !== '' && isPlainLine(command)),
  );
  // Only of one cause: what helps against the second may be wrong while the first stands.
  const first = usable.find((mitigations) => mitigations.length > 0) ?? [];
  const best = first.find(({ owner }) => owner !== 'None') ?? first[0];
  return best && { summary: plainLine(best.summary, MAX_SENTENCE_LENGTH), command: best.command };
}

/** The primary cause in a sentence. */
export function describeCause(incident: Incident): string {
  const cause = incident.diagnosis?.causes[0] ?? incident.causes[0];
  const summary = plainLine(cause?.summary ?? '', MAX_SENTENCE_LENGTH);
  if (cause === undefined || summary === '') return 'Why is not known yet.';
  return incident.state === 'Resolved' ? `Why, as it was: ${summary}` : summary;
}

/** The command that shows the record; `undefined` when the node's name can be in none. */
export function showCommand({ node }: Incident, { namespace }: MessageContext): string | undefined {
  if (!isCommandName(node) || !isPlainLine(namespace)) return undefined;
  return shellCommand('kubectl', '-n', namespace, 'get', 'orphanincident', node, '-o', 'yaml');
}

/** How a title names the cluster. */
export function clusterOf({ clusterName }: MessageContext): string {
  return `cluster ${clip(plainLine(clusterName, MAX_NAME_LENGTH), MAX_TITLE_CLUSTER_LENGTH)}`;
}

function placeOf({ node }: Incident, context: MessageContext): string {
  return `${clip(plainLine(node, MAX_NAME_LENGTH), MAX_TITLE_NODE_LENGTH)} (${clusterOf(context)})`;
}

function titleOf(incident: Incident, context: MessageContext): string {
  const what = workloadOf(incident);
  const where = placeOf(incident, context);
  const why = primaryCause(incident);
  switch (incident.state) {
    case 'AtRisk':
      return `Warning: ${what} on ${where} may soon be orphaned: ${why}`;
    case 'Suspected':
      return `Suspected: ${what} on ${where} may be orphaned, or it passes`;
    case 'Open':
    case 'Resolved':
      return `Orphaned: nothing manages ${what} on ${where}: ${why}`;
  }
}

/** What is on the node: its VMIs; launcher pods where there is no VMI. */
export function workloadOf({ vmiCount, launcherPodCount }: Incident): string {
  return vmiCount === 0 && launcherPodCount > 0
    ? describeCount(launcherPodCount, 'launcher pod')
    : describeCount(vmiCount, 'VMI');
}

/** What people have to make of a state that is no outage. */
const STATE_MEANS: Readonly<Partial<Record<IncidentState, readonly string[]>>> = {
  AtRisk: [
    'This is a warning, not an outage: virt-handler manages the VMs still, but not after its next restart or rollout.',
  ],
  Suspected: [
    'This is no outage yet: a restart of virt-handler looks the same and passes. If it lasts, it becomes an incident.',
  ],
};

function factsOf(incident: Incident, context: MessageContext): readonly MessageFact[] {
  const { cluster, node, cause } = identify(incident, context);
  const { since, severity, vmiCount, launcherPodCount } = incident;
  const [first] = incident.diagnosis?.causes ?? incident.causes;
  const over = incident.state === 'Resolved';
  const length = over ? '' : ` (${describeDuration(elapsedMs(since, context.now))})`;
  const command = context.links.incident === undefined ? showCommand(incident, context) : undefined;
  return [
    { label: 'Cluster', value: cluster },
    { label: 'Node', value: node },
    { label: 'State', value: stateOf(incident) },
    { label: 'Severity', value: severity },
    { label: 'Cause', value: first === undefined ? cause : `${cause} (${first.certainty.toLowerCase()})` },
    { label: 'VMIs', value: String(vmiCount) },
    { label: 'Launcher pods', value: String(launcherPodCount) },
    { label: 'Since', value: `${describeTime(since)}${length}` },
    ...(over && incident.resolvedAt !== undefined
      ? [{ label: 'Until', value: describeTime(incident.resolvedAt) }]
      : []),
    ...(command === undefined ? [] : [{ label: 'Incident', value: command }]),
  ];
}

/** How it ended is a part of the state, once it did. */
export function stateOf({ state, resolution }: Incident): string {
  return resolution === undefined || state !== 'Resolved' ? state : `${state}: ${resolution}`;
}
