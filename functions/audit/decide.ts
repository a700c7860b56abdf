import type { ClusterFacts } from '../../shared/domain/cluster-facts.ts';
import { groupBy } from '../../shared/domain/collections.ts';
import type { EvidenceFacts, EvidenceRequest } from '../../shared/domain/evidence-facts.ts';
import { evidenceRequest } from '../../shared/domain/evidence-request.ts';
import { type Explanation, explain } from '../../shared/domain/explanation.ts';
import type { Incident } from '../../shared/domain/incidents/incident.ts';
import type { Observation } from '../../shared/domain/incidents/observation.ts';
import {
  type IncidentPolicy,
  SAME_EPISODE_MS,
  transition,
} from '../../shared/domain/incidents/transition.ts';
import { type ClusterJudgement, judgeCluster } from '../../shared/domain/judge-cluster.ts';
import { VERDICTS, type Verdict } from '../../shared/domain/judge-node.ts';
import type { Problem } from '../../shared/domain/problems.ts';
import { type EpochMs, elapsedMs } from '../../shared/domain/units.ts';

export interface AuditRequest {
  /** Report this node only. */
  readonly node?: string | undefined;
}

/** The worst that was found. `unknown`: no orphan was seen, but a node could not be judged. */
export type Finding = 'orphans' | 'unknown' | 'none';

export interface Judged {
  readonly kind: 'judged';
  /** Of every node, also when one was asked for. */
  readonly whole: ClusterJudgement;
  /** Of the nodes that were asked for. */
  readonly judgement: ClusterJudgement;
  readonly finding: Finding;
  /** What evidence the causes need; `undefined` when no node needs any. */
  readonly evidence: EvidenceRequest | undefined;
}

export type Decision = Judged | { readonly kind: 'no-such-node'; readonly known: number };

/** Judges every node, or the one that was asked for. Same facts, same answer. */
export function decide(facts: ClusterFacts, request: AuditRequest): Decision {
  const whole = judgeCluster(facts);
  const { node } = request;
  const nodes = node === undefined ? whole.nodes : whole.nodes.filter(({ name }) => name === node);
  if (node !== undefined && nodes.length === 0) return { kind: 'no-such-node', known: whole.nodes.length };
  const judgement = { ...whole, nodes };
  return {
    kind: 'judged',
    whole,
    judgement,
    finding: worst(judgement),
    evidence: evidenceRequest(judgement),
  };
}

/** Says why, and what was forbidden to look at. That a dump lacks evidence is no problem of an audit. */
export function explainJudged(
  facts: ClusterFacts,
  { whole, judgement }: Judged,
  evidence: EvidenceFacts | undefined,
): Explanation & { readonly problems: readonly Problem[] } {
  const unread = [...(evidence?.unread.values() ?? [])].filter(({ code }) => code === 'Forbidden');
  return {
    ...explain(facts, whole, judgement.nodes, evidence),
    problems: [...judgement.problems, ...unread],
  };
}

function worst({ nodes }: ClusterJudgement): Finding {
  if (nodes.some(({ verdict }) => verdict === 'Orphaned')) return 'orphans';
  return nodes.length === 0 || nodes.some(({ verdict }) => verdict === 'Unknown') ? 'unknown' : 'none';
}

/** What is known of a node's record. */
export interface KnownIncident {
  /** `undefined` when the record is empty. */
  readonly incident: Incident | undefined;
  /** Whether something was accepted and not published. */
  readonly unpublished: boolean;
}

/**
 * The nodes that a full sweep has judged one by one: those whose incident would change by what was seen, and those with
 * something left to publish or to clear away. Judged again, since reading a large cluster takes a while.
 */
export function nodesToJudge(
  seen: readonly Observation[],
  known: ReadonlyMap<string, KnownIncident>,
  policy: IncidentPolicy,
  now: EpochMs,
): readonly string[] {
  const concerning = seen.filter((observation) => {
    const record = known.get(observation.node);
    if (record !== undefined && (record.unpublished || record.incident === undefined)) return true;
    return transition(record?.incident, observation, policy, now).kind !== 'none';
  });
  return concerning.map(({ node }) => node);
}

/** The nodes that a tick has judged: every incident that is not over, is not all published, or can be forgotten. */
export function unsettledNodes(known: ReadonlyMap<string, KnownIncident>, now: EpochMs): readonly string[] {
  return [...known].filter(([, record]) => isUnsettled(record, now)).map(([node]) => node);
}

function isUnsettled({ incident, unpublished }: KnownIncident, now: EpochMs): boolean {
  if (incident === undefined || unpublished || incident.resolvedAt === undefined) return true;
  return incident.state !== 'Resolved' || elapsedMs(incident.resolvedAt, now) >= SAME_EPISODE_MS;
}

/** What an audit saw, in numbers. A cause is the primary one. */
export interface Summary {
  readonly nodesByVerdict: Record<Verdict, number>;
  readonly orphanedNodesByCause: Readonly<Record<string, number>>;
  readonly orphanedVmisByCause: Readonly<Record<string, number>>;
}

/** Counts what was seen. */
export function summarize(seen: readonly Observation[]): Summary {
  const orphaned = seen.filter(({ verdict }) => verdict === 'Orphaned');
  const byCause = [...groupBy(orphaned, ({ causes }) => causes[0]?.code ?? 'Unknown')];
  const vmisOf = (nodes: readonly Observation[]) => nodes.reduce((sum, { vmiCount }) => sum + vmiCount, 0);
  return {
    nodesByVerdict: Object.fromEntries(
      VERDICTS.map((verdict) => [verdict, seen.filter((it) => it.verdict === verdict).length]),
    ) as Record<Verdict, number>,
    orphanedNodesByCause: Object.fromEntries(byCause.map(([cause, nodes]) => [cause, nodes.length])),
    orphanedVmisByCause: Object.fromEntries(byCause.map(([cause, nodes]) => [cause, vmisOf(nodes)])),
  };
}

/** How many records are in each state. */
export function countStates(known: ReadonlyMap<string, KnownIncident>): Readonly<Record<string, number>> {
  const states = groupBy(known.values(), ({ incident }) => incident?.state ?? 'Empty');
  return Object.fromEntries([...states].map(([state, records]) => [state, records.length]));
}
