import { type ExplainedNode, explainCluster } from '../../shared/domain/causes/explain-cluster.ts';
import type { ClusterFacts } from '../../shared/domain/cluster-facts.ts';
import { type ClusterJudgement, judgeCluster } from '../../shared/domain/judge-cluster.ts';

export interface AuditRequest {
  /** Report this node only. */
  readonly node?: string | undefined;
}

/** The worst that was found. `unknown`: no orphan was seen, but a node could not be judged. */
export type Finding = 'orphans' | 'unknown' | 'none';

export type Decision =
  | {
      readonly kind: 'judged';
      readonly judgement: ClusterJudgement;
      /** The judgement's nodes, with why. */
      readonly nodes: readonly ExplainedNode[];
      readonly finding: Finding;
    }
  | { readonly kind: 'no-such-node'; readonly known: number };

/** Judges every node, or the one that was asked for, and says why. Same facts, same answer. */
export function decide(facts: ClusterFacts, request: AuditRequest): Decision {
  const judgement = judgeCluster(facts);
  if (request.node === undefined) return explained(facts, judgement);
  const nodes = judgement.nodes.filter(({ name }) => name === request.node);
  if (nodes.length === 0) return { kind: 'no-such-node', known: judgement.nodes.length };
  return explained(facts, { ...judgement, nodes });
}

function explained(facts: ClusterFacts, judgement: ClusterJudgement): Decision {
  return { kind: 'judged', judgement, nodes: explainCluster(facts, judgement), finding: worst(judgement) };
}

function worst({ nodes }: ClusterJudgement): Finding {
  if (nodes.some(({ verdict }) => verdict === 'Orphaned')) return 'orphans';
  return nodes.length === 0 || nodes.some(({ verdict }) => verdict === 'Unknown') ? 'unknown' : 'none';
}
