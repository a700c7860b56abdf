import type { ClusterReader } from '../../shared/domain/cluster-facts.ts';
import type { Verdict } from '../../shared/domain/judge-node.ts';
import type { Clock } from '../../shared/domain/units.ts';
import { UsageError } from '../../shared/errors/errors.ts';
import { type NodeDiagnosis, toNodeDiagnosis } from '../../shared/report/node-diagnosis.ts';
import { toMetadata } from '../../shared/report/to-report.ts';
import { decide, diagnose } from './decide.ts';

export interface Ports {
  /** A reader that keeps the details of the node that is diagnosed. */
  readonly cluster: ClusterReader;
  readonly clock: Clock;
  /** What the diagnosis calls the cluster, and where it was read from. */
  readonly identity: { readonly cluster: string; readonly source: string };
}

/**
 * Reads the cluster, judges one node, reads what proves its causes, explains it.
 *
 * @throws UsageError when there is no such node; FunctionError when nothing could be read
 */
export async function handle(
  { node }: { readonly node: string },
  { cluster, clock, identity }: Ports,
): Promise<{ readonly diagnosis: NodeDiagnosis; readonly verdict: Verdict }> {
  const facts = await cluster.read();
  const decision = decide(facts, node);
  if (decision.kind === 'no-such-node') {
    const remedy = `Check the name, for instance with: kubectl get nodes (${decision.known} were read).`;
    throw new UsageError(`no node "${node}" in ${identity.source}`, remedy);
  }
  const evidence = decision.evidence && (await cluster.readEvidence(decision.evidence));
  const metadata = toMetadata(facts, clock.now(), identity);
  const diagnosis = toNodeDiagnosis(diagnose(facts, decision, evidence), metadata);
  return { diagnosis, verdict: decision.node.verdict };
}
