import type { ClusterReader } from '../../shared/domain/cluster-facts.ts';
import type { IncidentDiagnosis } from '../../shared/domain/incidents/incident.ts';
import type { Verdict } from '../../shared/domain/judge-node.ts';
import type { Clock } from '../../shared/domain/units.ts';
import { UsageError } from '../../shared/errors/errors.ts';
import type { EventType } from '../../shared/events/define-event.ts';
import type { IncidentData } from '../../shared/events/incident-data.ts';
import { incidentOpened, incidentUpdated } from '../../shared/events/incident-events.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import { type NodeDiagnosis, toNodeDiagnosis } from '../../shared/report/node-diagnosis.ts';
import { toMetadata } from '../../shared/report/to-report.ts';
import type { ServerlessFunction } from '../../shared/runtime/serverless-function.ts';
import { accept, publishOutbox, type SettlePorts } from '../../shared/runtime/settle.ts';
import { uncontested } from '../../shared/runtime/uncontested.ts';
import { decide, diagnose, diagnosed, toIncidentDiagnosis } from './decide.ts';
import { manifest } from './manifest.ts';

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

/** What the function needs of the world. */
export interface DiagnosePorts extends SettlePorts {
  /** A reader that reads the workload of this node only, and keeps its details. */
  readonly clusterOf: (node: string) => ClusterReader;
}

const TRIGGERS: readonly EventType<string, IncidentData>[] = [incidentOpened, incidentUpdated];

/** The diagnosis as a function: says why of an incident that was opened or has changed. */
export function createFunction(ports: DiagnosePorts): ServerlessFunction {
  return {
    manifest,
    async handle(event) {
      const trigger = TRIGGERS.find(({ type }) => type === event.type);
      if (trigger === undefined) return 'ignored';
      const { node } = trigger.parse(event);
      await uncontested(() => diagnoseIncident(node.name, event, ports));
      return 'done';
    },
  };
}

/** Reads the record, then the cluster, and writes a diagnosis that is new into the record. */
async function diagnoseIncident(
  node: string,
  { traceparent }: IncomingEvent,
  ports: DiagnosePorts,
): Promise<void> {
  const record = await ports.incidents.get(node);
  if (record?.incident === undefined || record.incident.state === 'Resolved') return;
  const diagnosis = await readDiagnosis(node, ports);
  const next = diagnosis && diagnosed(record.incident, diagnosis);
  if (next === undefined) return;
  const written = await accept(record, next, { ...ports, announce: 'diagnosed', traceparent });
  await publishOutbox(written, ports);
}

/** `undefined` when nothing is wrong with the node any more: the judgement will say so. */
async function readDiagnosis(
  node: string,
  { clusterOf, clock }: DiagnosePorts,
): Promise<IncidentDiagnosis | undefined> {
  const cluster = clusterOf(node);
  const facts = await cluster.read();
  const decision = decide(facts, node);
  if (decision.kind === 'no-such-node' || decision.evidence === undefined) return undefined;
  const evidence = await cluster.readEvidence(decision.evidence);
  return toIncidentDiagnosis(diagnose(facts, decision, evidence), clock.now());
}
