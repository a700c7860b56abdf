import type { Cause } from './causes/cause.ts';
import { type ExplainedNode, explainCluster } from './causes/explain-cluster.ts';
import type { ClusterFacts } from './cluster-facts.ts';
import type { EvidenceFacts } from './evidence-facts.ts';
import type { ClusterJudgement, NodeJudgement } from './judge-cluster.ts';
import { findMitigations } from './mitigations/find-mitigations.ts';
import type { Mitigation } from './mitigations/mitigation.ts';
import { mitigationContexts } from './mitigations/mitigation-context.ts';

/** Why nodes are orphaned or at risk, and what would help. */
export interface Explanation {
  readonly nodes: readonly ExplainedNode[];
  /** Found when asked for: each is tried on every node of the cluster. */
  readonly mitigationsFor: (node: NodeJudgement, cause: Cause) => readonly Mitigation[];
}

/**
 * Explains some nodes of a judged cluster.
 *
 * @param whole - the judgement of the whole cluster: a change that helps one node may harm another
 * @param nodes - those of its nodes that are explained
 */
export function explain(
  facts: ClusterFacts,
  whole: ClusterJudgement,
  nodes: readonly NodeJudgement[],
  evidence: EvidenceFacts | undefined,
): Explanation {
  const contextOf = mitigationContexts(facts, whole, evidence);
  return {
    nodes: explainCluster(facts, { ...whole, nodes }, evidence),
    mitigationsFor: (node, cause) => findMitigations(cause, contextOf(node)),
  };
}
