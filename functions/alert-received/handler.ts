import { type Alert, type AlertFinding, withoutFuture } from '../../shared/domain/alerts/alert.ts';
import type { ClusterReader } from '../../shared/domain/cluster-facts.ts';
import { factsOfNodes } from '../../shared/domain/facts-of-node.ts';
import { observeNode } from '../../shared/domain/incidents/observation.ts';
import { formatTimestamp } from '../../shared/domain/units.ts';
import { FunctionError } from '../../shared/errors/errors.ts';
import { type AlertTold, alertVerifiedEvent } from '../../shared/events/alert-verified-event.ts';
import { parseAlerts } from '../../shared/events/alertmanager-events.ts';
import { auditRequested } from '../../shared/events/audit-events.ts';
import { derivedId } from '../../shared/events/derived-id.ts';
import { sourceOf } from '../../shared/events/incident-events.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import { forEachOf } from '../../shared/runtime/for-each-of.ts';
import type { Judge, NodeJudged } from '../../shared/runtime/judge.ts';
import type { IncidentRecord } from '../../shared/runtime/ports.ts';
import type { Outcome, ServerlessFunction } from '../../shared/runtime/serverless-function.ts';
import { publish, type SettlePorts } from '../../shared/runtime/settle.ts';
import { hasLasted, planOf, verify, withoutNode } from './decide.ts';
import { manifest } from './manifest.ts';

/** What the function needs of the world. */
export interface AlertPorts extends SettlePorts {
  readonly judge: Judge;
  readonly cluster: Pick<ClusterReader, 'read'>;
}

/** From so many nodes on, all of the cluster is read once: one node takes half a dozen calls. */
const MANY_NODES = 50;

/** The truth check of alerts: the cluster is read for each node that they name, and what is said of each is published. */
export function createFunction(ports: AlertPorts): ServerlessFunction {
  // A repeat tells of what became true hours ago: no latency of ours.
  const metrics = { ...ports.metrics, detectionLatency: () => undefined };
  return { manifest, handle: (event) => receive(event, { ...ports, telling: { ...ports, metrics } }) };
}

interface Receiving extends AlertPorts {
  readonly telling: SettlePorts;
}

/** What one reading of the whole cluster shows of a node; `undefined` when the node has to be judged. */
type Overview = (node: string) => Promise<Seen | undefined>;
type Seen = Pick<NodeJudged, 'facts' | 'seen'>;

/** One node that fails keeps no other from being judged. @throws the first failure, at the end */
async function receive(event: IncomingEvent, ports: Receiving): Promise<Outcome> {
  const alerts = parseAlerts(event);
  if (alerts === undefined) return 'ignored';
  const { byNode, nowhere, wantsAudit } = planOf(
    alerts.map((alert) => withoutFuture(alert, ports.clock.now())),
  );
  const overview = byNode.size < MANY_NODES ? undefined : overviewOf(ports);
  const work = [
    ...(wantsAudit ? [() => requestAudit(event, ports)] : []),
    ...nowhere.map((alert) => () => tell(event, { alert, finding: withoutNode(alert) }, ports)),
    ...[...byNode].map(
      ([node, about]) =>
        () =>
          verifyNode(event, { node, about, overview }, ports),
    ),
  ];
  await forEachOf(work, (each) => each());
  return work.length === 0 ? 'ignored' : 'done';
}

interface NodeAlerts {
  readonly node: string;
  readonly about: readonly Alert[];
  readonly overview: Overview | undefined;
}

/**
 * Reads the cluster, and the names of the incidents, when the first node is asked for. A node that is managed or has no
 * workload, and of which nothing is known, is not judged: nothing would be written.
 */
function overviewOf({ cluster, incidents }: AlertPorts): Overview {
  const read = async () => {
    const known = new Set((await incidents.list()).map(({ node }) => node));
    return { known, factsOf: factsOfNodes(await cluster.read()) };
  };
  let reading: ReturnType<typeof read> | undefined;
  return async (node) => {
    reading ??= read();
    const { known, factsOf } = await reading;
    if (known.has(node)) return undefined;
    const facts = factsOf(node);
    const seen = observeNode(facts, node);
    return seen.verdict === 'Managed' || seen.verdict === 'NoWorkload' ? { facts, seen } : undefined;
  };
}

async function verifyNode(event: IncomingEvent, alerts: NodeAlerts, ports: Receiving): Promise<void> {
  const { about } = alerts;
  const told = await verifiedOf(event, alerts, ports).catch(async (error: unknown) => {
    if (!isUnreadable(error)) throw error;
    // Whoever is woken by what is not refuted hears of it now; the truth follows when it is delivered again.
    const finding = (alert: Alert) => ({ ...unread(error), at: alert.startsAt });
    await forEachOf(about, (alert) => tell(event, { alert, finding: finding(alert) }, ports));
    throw error;
  });
  await forEachOf(told, (each) => tell(event, each, ports));
}

/** Judges the node, and looks what became of its incident. */
async function verifiedOf(
  { traceparent }: IncomingEvent,
  { node, about, overview }: NodeAlerts,
  { judge, incidents }: Receiving,
): Promise<readonly AlertTold[]> {
  const shown = await overview?.(node);
  if (shown !== undefined) return about.map((alert) => toldOf(alert, shown));
  const isFiring = about.some(({ status }) => status === 'firing');
  const { facts, seen } = await judge.judge(node, traceparent, undefined, isFiring ? hasLasted : undefined);
  const record = await incidents.get(node);
  return about.map((alert) => toldOf(alert, { facts, seen }, record));
}

function toldOf(alert: Alert, { facts, seen }: Seen, record?: IncidentRecord): AlertTold {
  const incident = record?.incident;
  return {
    alert,
    finding: verify(alert, { facts, seen, incident }),
    nodeUid: seen.nodeUid,
    known: incident && { uid: record?.uid ?? '', incident },
  };
}

function isUnreadable(error: unknown): error is FunctionError {
  return error instanceof FunctionError && error.code.startsWith('KUBE');
}

function unread({ code, message }: FunctionError): Omit<AlertFinding, 'at'> {
  return { verdict: 'Unknown', code, message: `The cluster could not be read: ${message}.` };
}

async function tell({ traceparent }: IncomingEvent, told: AlertTold, ports: Receiving): Promise<void> {
  const { clusterName, clock, telling } = ports;
  await publish(alertVerifiedEvent(told, { clusterName, traceparent, now: clock.now() }), telling);
}

/** Asks for an audit of all nodes: once for a request, under the same id when it is delivered again. */
async function requestAudit({ id, traceparent }: IncomingEvent, ports: Receiving): Promise<void> {
  const event = auditRequested.create({
    id: derivedId(manifest.name, { id }),
    source: sourceOf(ports.clusterName),
    subject: 'cluster',
    time: formatTimestamp(ports.clock.now()),
    ...(traceparent === undefined ? {} : { traceparent }),
    data: { scope: 'all' },
  });
  await publish(event, ports);
}
