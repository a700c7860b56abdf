import type { ClusterFacts } from '../../shared/domain/cluster-facts.ts';
import type { EvidenceFacts, EvidenceRequest } from '../../shared/domain/evidence-facts.ts';
import { evidenceRequest } from '../../shared/domain/evidence-request.ts';
import { type Explanation, explain } from '../../shared/domain/explanation.ts';
import { type ClusterJudgement, judgeCluster } from '../../shared/domain/judge-cluster.ts';
import type { Problem } from '../../shared/domain/problems.ts';

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
