import type { ClusterReader } from '../../shared/domain/cluster-facts.ts';
import type { Clock } from '../../shared/domain/units.ts';
import { UsageError } from '../../shared/errors/errors.ts';
import { type StreamedReport, toMetadata, toReport } from '../../shared/report/to-report.ts';
import { type AuditRequest, decide, explainJudged, type Finding } from './decide.ts';

export interface Ports {
  readonly cluster: ClusterReader;
  readonly clock: Clock;
  /** What the report calls the cluster, and where it was read from. */
  readonly identity: { readonly cluster: string; readonly source: string };
}

/**
 * Reads the cluster, judges it, reads what proves the causes, reports.
 *
 * @throws UsageError when the node that was asked for does not exist; FunctionError when nothing could be read
 */
export async function handle(
  request: AuditRequest,
  { cluster, clock, identity }: Ports,
): Promise<{ readonly report: StreamedReport; readonly finding: Finding }> {
  const facts = await cluster.read();
  const decision = decide(facts, request);
  if (decision.kind === 'no-such-node') {
    const remedy = `Check the name, for instance with: kubectl get nodes (${decision.known} were read).`;
    throw new UsageError(`no node "${request.node}" in ${identity.source}`, remedy);
  }
  const evidence = decision.evidence && (await cluster.readEvidence(decision.evidence));
  const explanation = explainJudged(facts, decision, evidence);
  const metadata = toMetadata(facts, clock.now(), identity);
  return {
    report: toReport(decision.judgement.installation, explanation, metadata),
    finding: decision.finding,
  };
}
