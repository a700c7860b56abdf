import {
  type Alert,
  type AlertFinding,
  countingSince,
  HANDLER_ALERTS,
  ORPHANS_ALERT,
} from '../../shared/domain/alerts/alert.ts';
import type { ClusterFacts } from '../../shared/domain/cluster-facts.ts';
import { groupBy } from '../../shared/domain/collections.ts';
import type { Handler } from '../../shared/domain/handler.ts';
import type { Incident } from '../../shared/domain/incidents/incident.ts';
import type { Observation } from '../../shared/domain/incidents/observation.ts';
import { judgeCluster } from '../../shared/domain/judge-cluster.ts';
import { subdomainError } from '../../shared/domain/placement/label-syntax.ts';
import { formatTimestamp, parseTimestamp } from '../../shared/domain/units.ts';
import { isFinal } from '../../shared/domain/workload.ts';

/** What the alerts of one request ask for. */
export interface Plan {
  /** Alerts about a node, by its name: each node is judged once. */
  readonly byNode: ReadonlyMap<string, readonly Alert[]>;
  /** Alerts about orphans that name no node, or none that there can be. */
  readonly nowhere: readonly Alert[];
  /** Whether something is wrong with handlers, and nobody says where. */
  readonly wantsAudit: boolean;
}

/** Sorts the alerts of a request; what concerns nobody here, our own alert among it, is in none. Copies count once. */
export function planOf(alerts: readonly Alert[]): Plan {
  const orphans = distinct(alerts.filter(({ alertname }) => alertname === ORPHANS_ALERT));
  const isSomewhere = ({ node }: Alert) => subdomainError(node) === undefined;
  return {
    byNode: groupBy(orphans.filter(isSomewhere), ({ node }) => node),
    nowhere: orphans.filter((alert) => !isSomewhere(alert)),
    wantsAudit: alerts.some(({ alertname }) => HANDLER_ALERTS.has(alertname)),
  };
}

function distinct(alerts: readonly Alert[]): readonly Alert[] {
  const keyOf = ({ fingerprint, status, startsAt }: Alert) => `${fingerprint} ${status} ${startsAt}`;
  return [...new Map(alerts.map((alert) => [keyOf(alert), alert])).values()];
}

/** Says of an alert that names no node that there can be what can be said without looking. */
export function withoutNode({ node, startsAt }: Alert): AlertFinding {
  if (node === '') {
    const message = 'The alert has no label `node`, so it cannot be told what it is about.';
    return { verdict: 'Unknown', code: 'NoNodeLabel', message, at: startsAt };
  }
  const message = `No node can have the name ${quoted(node)}: it is no lowercase DNS name.`;
  return { verdict: 'FalsePositive', code: 'NoSuchNode', message, at: startsAt };
}

/**
 * Whether an orphan has lasted long enough to be an incident at once, while an alert about it fires: the alert has waited
 * for ten minutes. Not what a rollout explains: that is given the grace period.
 */
export function hasLasted({ causes }: Pick<Observation, 'causes'>): boolean {
  return causes[0]?.code !== 'HandlerRollout';
}

/** What was seen of the node of an alert, and what is known of its incident now. */
export interface Situation {
  readonly facts: ClusterFacts;
  readonly seen: Observation;
  readonly incident: Incident | undefined;
}

/**
 * Checks an alert against the cluster. The first row that fits decides; "before" is before the alert began to count, ten
 * minutes before it fired.
 *
 * | node | finding |
 * | --- | --- |
 * | Orphaned, a rollout is the cause, its incident is not open | FalsePositive, HandlerRollout |
 * | Orphaned | Confirmed: Orphaned, or StillOrphaned when the alert has resolved |
 * | Unknown | Unknown, with what could not be read |
 * | its open incident was resolved, and not before | AlreadyRecovered, with the resolution |
 * | does not exist | FalsePositive, NoSuchNode |
 * | handler Ready, and the alert is of another namespace than KubeVirt | FalsePositive, PerNamespaceSplit |
 * | launchers, all of them completed | FalsePositive, CompletedLaunchersOnly |
 * | no workload | FalsePositive, NoWorkload |
 * | handler Ready, not since before | AlreadyRecovered, Recovered |
 * | handler Ready | FalsePositive, HandlerReady |
 */
export function verify(alert: Alert, situation: Situation): AlertFinding {
  const { verdict } = situation.seen;
  if (verdict === 'Orphaned') return ofOrphan(alert, situation);
  if (verdict === 'Unknown') return ofUnread(alert, situation.facts);
  return recovered(alert, situation) ?? ofNoOrphan(alert, situation);
}

function ofOrphan(alert: Alert, { seen, incident }: Situation): AlertFinding {
  const { node, causes, vmiCount, launcherPodCount } = seen;
  const why = causes[0]?.summary ?? '';
  const isOpen = incident?.state === 'Open';
  if (!isOpen && !hasLasted(seen)) {
    const message = `${node} is without a Ready virt-handler while it is rolled out, which is expected to pass; it is an incident if it does not. ${why}`;
    return { verdict: 'FalsePositive', code: 'HandlerRollout', message, at: alert.startsAt };
  }
  const what = `${node} has no Ready virt-handler and ${counted(vmiCount, 'VMI')}, ${counted(launcherPodCount, 'virt-launcher pod')}. ${why}`;
  const at = incident?.openedAt ?? incident?.since;
  return alert.status === 'firing'
    ? { verdict: 'Confirmed', code: 'Orphaned', message: what, at }
    : { verdict: 'Confirmed', code: 'StillOrphaned', message: `The alert has resolved, but ${what}`, at };
}

function ofUnread({ node, startsAt }: Alert, facts: ClusterFacts): AlertFinding {
  const problems = [...facts.unread.values(), ...judgeCluster(facts).installation.problems];
  const code = problems[0]?.code ?? 'Unread';
  const message = `${node} cannot be judged. ${problems.map((problem) => problem.message).join(' ')}`;
  return { verdict: 'Unknown', code, message, at: startsAt };
}

/** An incident that was open when the alert counted, and is over. */
function recovered(alert: Alert, { seen, incident }: Situation): AlertFinding | undefined {
  const { resolution, resolvedAt, openedAt } = incident ?? {};
  if (resolution === undefined || resolvedAt === undefined || openedAt === undefined) return undefined;
  if (resolvedAt < (countingSince(alert) ?? resolvedAt)) return undefined;
  const how = {
    Recovered: 'virt-handler is back',
    WorkloadsGone: 'the workload that was orphaned is gone',
    NodeGone: 'the node is gone',
  }[resolution];
  const message = `${seen.node} was orphaned; ${how} since ${formatTimestamp(resolvedAt)}.`;
  return { verdict: 'AlreadyRecovered', code: resolution, message, at: resolvedAt };
}

function ofNoOrphan(alert: Alert, { facts, seen }: Situation): AlertFinding {
  const { node } = seen;
  const { nodes, installation } = judgeCluster(facts);
  const handler = nodes.find(({ name }) => name === node)?.handler;
  const installedIn = installation.namespace ?? '';
  const isFalse = (code: string, message: string): AlertFinding => ({
    verdict: 'FalsePositive',
    code,
    message,
    at: alert.startsAt,
  });
  if (seen.nodeUid === undefined && !facts.unread.has('Node'))
    return isFalse('NoSuchNode', `There is no node ${node}, and nothing that runs on it.`);
  if (handler?.manages && alert.namespace !== '' && installedIn !== '' && alert.namespace !== installedIn)
    return isFalse(
      'PerNamespaceSplit',
      `${node} has a Ready virt-handler in ${installedIn}: this rule looks for one in each namespace with VMs, such as ${quoted(alert.namespace)}.`,
    );
  if (seen.verdict === 'NoWorkload') return isFalse(...withoutWorkload(facts, node));
  return ofManaged(alert, node, handler);
}

function withoutWorkload({ launcherPods }: ClusterFacts, node: string): readonly [string, string] {
  const completed = launcherPods.filter(({ nodeName, phase }) => nodeName === node && isFinal(phase)).length;
  return completed > 0
    ? ['CompletedLaunchersOnly', `${node} runs no VM: ${counted(completed, 'virt-launcher pod')}, completed.`]
    : ['NoWorkload', `${node} runs no VM: neither a VMI nor a virt-launcher pod of one is there.`];
}

function ofManaged(alert: Alert, node: string, handler: Handler | undefined): AlertFinding {
  const conditions = handler?.pod?.status?.conditions ?? [];
  const readySince = parseTimestamp(conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime);
  const since = countingSince(alert);
  const isNew = readySince !== undefined && since !== undefined && readySince > since;
  const message = `${node} has a Ready virt-handler${readySince === undefined ? '' : ` since ${formatTimestamp(readySince)}`}.`;
  return isNew
    ? { verdict: 'AlreadyRecovered', code: 'Recovered', message, at: readySince }
    : { verdict: 'FalsePositive', code: 'HandlerReady', message, at: alert.startsAt };
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** As much of a foreign text is repeated, in one line. */
const QUOTED_LENGTH = 80;

function quoted(text: string): string {
  return JSON.stringify(text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text);
}
