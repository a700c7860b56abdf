import { type ExplainedNode, explainCluster } from '../causes/explain-cluster.ts';
import type { ClusterFacts } from '../cluster-facts.ts';
import { judgeCluster } from '../judge-cluster.ts';
import type { Verdict } from '../judge-node.ts';
import type { Problem } from '../problems.ts';
import { applyChange } from './apply-change.ts';
import type { PlannedChange } from './planned-change.ts';
import { warningsOf } from './warnings.ts';

/** The worst that a change does. `unknown`: no harm was seen, but it cannot be told for a node that it reaches. */
export type PreflightFinding = 'harm' | 'unknown' | 'none';

/** What a change would do to the nodes of a cluster. Nodes are as they would be after it, sorted by name. */
export interface PreflightOutcome {
  /** Orphaned after the change and not before, with why. */
  readonly orphaned: readonly ExplainedNode[];
  /** At risk after the change, and neither at risk nor orphaned before. */
  readonly atRisk: readonly ExplainedNode[];
  /** Names of the nodes that are orphaned now and would not be. */
  readonly recovered: readonly string[];
  /** How many nodes do not get worse. */
  readonly unchanged: number;
  /** One sentence each. */
  readonly warnings: readonly string[];
  readonly problems: readonly Problem[];
  readonly finding: PreflightFinding;
}

/** Higher is worse; what cannot be told is worse than any health, and no worse than a proven risk or orphan. */
const BADNESS: Readonly<Record<Verdict, number>> = {
  NoWorkload: 0,
  Managed: 0,
  AtRisk: 1,
  Unknown: 2,
  Orphaned: 3,
};

/** Judges a cluster as it is and as it would be. Same facts and change, same answer. */
export function preflight(facts: ClusterFacts, change: PlannedChange): PreflightOutcome {
  const applied = applyChange(facts, change);
  const before = new Map(judgeCluster(facts).nodes.map(({ name, verdict }) => [name, verdict]));
  const judgement = judgeCluster(applied.facts);
  const verdictBefore = (name: string): Verdict => before.get(name) ?? 'NoWorkload';
  const nodes = explainCluster(applied.facts, judgement);
  const worse = nodes.filter(({ name, verdict }) => BADNESS[verdict] > BADNESS[verdictBefore(name)]);
  const having = (verdict: Verdict) => worse.filter((node) => node.verdict === verdict);
  const untold = nodes
    .filter(({ name, verdict }) => verdict === 'Unknown' && applied.reached.has(name))
    .map(({ name }) => name);
  const recovered = nodes
    .filter(({ name, verdict }) => verdictBefore(name) === 'Orphaned' && BADNESS[verdict] < BADNESS.Unknown)
    .map(({ name }) => name);
  const [orphaned, atRisk] = [having('Orphaned'), having('AtRisk')];
  const isUnknown = untold.length > 0 || applied.untold !== undefined || facts.unread.has('Node');
  return {
    orphaned,
    atRisk,
    recovered,
    unchanged: nodes.length - worse.length,
    warnings: warningsOf({ facts, change, applied, untold }),
    problems: judgement.problems,
    finding: orphaned.length + atRisk.length > 0 ? 'harm' : isUnknown ? 'unknown' : 'none',
  };
}
