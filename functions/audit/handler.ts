import type { ClusterFacts, ClusterReader } from '../../shared/domain/cluster-facts.ts';
import { type Observation, observeCluster } from '../../shared/domain/incidents/observation.ts';
import { type Clock, type EpochMs, formatTimestamp } from '../../shared/domain/units.ts';
import { UsageError } from '../../shared/errors/errors.ts';
import { type AuditScope, auditCompleted, parseAuditRequest } from '../../shared/events/audit-events.ts';
import { derivedId } from '../../shared/events/derived-id.ts';
import { sourceOf } from '../../shared/events/incident-events.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import { type StreamedReport, toMetadata, toReport } from '../../shared/report/to-report.ts';
import { forEachOf } from '../../shared/runtime/for-each-of.ts';
import type { Judge, NodeJudged } from '../../shared/runtime/judge.ts';
import type { IncidentRecord } from '../../shared/runtime/ports.ts';
import type { ServerlessFunction } from '../../shared/runtime/serverless-function.ts';
import { publish, type SettlePorts } from '../../shared/runtime/settle.ts';
import {
  type AuditRequest,
  countStates,
  decide,
  explainJudged,
  type Finding,
  type KnownIncident,
  nodesToJudge,
  summarize,
  unsettledNodes,
} from './decide.ts';
import { manifest } from './manifest.ts';

export interface Ports {
  readonly cluster: ClusterReader;
  readonly clock: Clock;
  /** What the report calls the cluster, and where it was read from. */
  readonly identity: { readonly cluster: string; readonly source: string };
}

/**
 * Reads the cluster, judges it, reads what proves the causes, reports: what the command does.
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

/** What the function needs of the world. */
export interface AuditPorts extends SettlePorts {
  readonly judge: Judge;
  readonly cluster: Pick<ClusterReader, 'read'>;
}

/** The audit as a function: on a request, or a ping, it brings incidents and published events to the truth. */
export function createFunction(ports: AuditPorts): ServerlessFunction {
  return {
    manifest,
    async handle(event) {
      const scope = parseAuditRequest(event);
      if (scope === undefined) return 'ignored';
      await (scope === 'all' ? sweep(event, ports) : tick(event, ports));
      return 'done';
    },
  };
}

/** Judges what one reading of the whole cluster, and every record, say should be judged. */
async function sweep(event: IncomingEvent, ports: AuditPorts): Promise<void> {
  const startedAt = ports.clock.now();
  const records = await ports.incidents.list();
  const facts = await ports.cluster.read();
  const known = knownIncidents(records);
  const seen = observeCluster(facts, known.keys());
  const nodes = nodesToJudge(seen, known, ports.policy, ports.clock.now());
  const judged = await judgeAll(nodes, event, { ...ports, startedAt });
  ports.metrics.sweepFound({ ...summarize(seen), incidentsByState: countStates(known) });
  await complete(event, { scope: 'all', startedAt, seen, judged, problems: facts.unread }, ports);
}

/** Judges the nodes with unsettled incidents only: a few reads each. */
async function tick(event: IncomingEvent, ports: AuditPorts): Promise<void> {
  const startedAt = ports.clock.now();
  const known = knownIncidents(await ports.incidents.list());
  const judged = await judgeAll(unsettledNodes(known, startedAt), event, { ...ports, startedAt });
  const seen = judged.map((it) => it.seen);
  await complete(event, { scope: 'unsettled', startedAt, seen, judged, problems: new Map() }, ports);
}

function knownIncidents(records: readonly IncidentRecord[]): ReadonlyMap<string, KnownIncident> {
  return new Map(
    records.map(({ node, incident, outbox }) => [node, { incident, unpublished: outbox.length > 0 }]),
  );
}

/** Judges nodes, a few at a time; one that fails keeps no other from being judged. @throws the first failure, at the end */
function judgeAll(
  nodes: readonly string[],
  { traceparent }: IncomingEvent,
  { judge, startedAt }: AuditPorts & { readonly startedAt: EpochMs },
): Promise<readonly NodeJudged[]> {
  return forEachOf(nodes, (node) => judge.judge(node, traceparent, startedAt));
}

interface Completion {
  readonly scope: AuditScope;
  readonly startedAt: EpochMs;
  readonly seen: readonly Observation[];
  readonly judged: readonly NodeJudged[];
  readonly problems: ClusterFacts['unread'];
}

async function complete(
  { id, traceparent }: IncomingEvent,
  { scope, startedAt, seen, judged, problems }: Completion,
  ports: AuditPorts,
): Promise<void> {
  const completedAt = formatTimestamp(ports.clock.now());
  const { nodesByVerdict, orphanedVmisByCause } = summarize(seen);
  const event = auditCompleted.create({
    id: derivedId('audit-completed', { id }),
    source: sourceOf(ports.clusterName),
    subject: 'cluster',
    time: completedAt,
    ...(traceparent === undefined ? {} : { traceparent }),
    data: {
      scope,
      startedAt: formatTimestamp(startedAt),
      completedAt,
      nodesJudged: seen.length,
      nodesByVerdict,
      orphanedVmis: Object.values(orphanedVmisByCause).reduce((sum, count) => sum + count, 0),
      incidentsChanged: judged.filter(({ changed }) => changed).length,
      eventsRepublished: judged.reduce((sum, { republished }) => sum + republished, 0),
      problems: [...problems.values()],
    },
  });
  await publish(event, ports);
}
