import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics, SweepFinding } from '../runtime/ports.ts';

/** The port, and what the rooms beside functions count. */
export interface ProcessMetrics extends Metrics {
  /** One call of the Kubernetes API; `outcome` is the status, or `error` when there was no answer. */
  apiCall(resource: string, verb: string, outcome: string, seconds: number): void;
  /** How many events wait their turn. */
  queueDepth(waiting: number): void;
  /** An event was given up on for a subscriber of the in-process broker; there are only so many of those. */
  deadLettered(subscriber: string, type: string): void;
  /** For `GET /metrics`. */
  readonly contentType: string;
  text(): Promise<string>;
}

export interface MetricsOptions {
  /** The function's name, a label of every series. */
  readonly functionName: string;
  /** The types that are counted by name; foreign ones are "other": a sender must not be able to make series. */
  readonly knownTypes: Iterable<string>;
  /** Whether Node.js' and the process' own metrics are there too; default true. */
  readonly processMetrics?: boolean;
}

const PREFIX = 'kubevirt_orphans_';
/** What ignoring takes (below 1 ms) up to what a slow API server makes of a judgement. */
const HANDLING_SECONDS = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** From the 150 ms that a definite cause may take up to the 10 minutes of the alert that we want to beat. */
const LATENCY_SECONDS = [0.05, 0.15, 0.5, 1, 2.5, 5, 15, 60, 150, 300, 600];
/** Beside the known ones: what could not be read as an event. */
const UNREADABLE = 'unreadable';
const OTHER = 'other';

/** Metrics of one process, in a registry of their own. */
export function createMetrics({ functionName, knownTypes, processMetrics }: MetricsOptions): ProcessMetrics {
  const registry = new Registry();
  registry.setDefaultLabels({ function: functionName });
  if (processMetrics !== false) collectDefaultMetrics({ register: registry });
  const known = new Set([...knownTypes, UNREADABLE]);
  const typeOf = (type: string) => (known.has(type) ? type : OTHER);
  return {
    ...eventMetrics(registry, typeOf),
    ...clusterMetrics(registry),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

type ClusterMetrics = 'nodeJudged' | 'sweepFound' | 'apiCall';

function eventMetrics(
  registry: Registry,
  typeOf: (type: string) => string,
): Omit<ProcessMetrics, ClusterMetrics | 'contentType' | 'text'> {
  const handled = counter(registry, 'events_total', 'Events that came in.', ['type', 'outcome']);
  const seconds = histogram(registry, 'event_handling_seconds', 'Time to deal with an event.', {
    labels: ['type', 'outcome'],
    buckets: HANDLING_SECONDS,
  });
  const published = counter(registry, 'published_events_total', 'Events that went out, or could not.', [
    'type',
    'outcome',
  ]);
  const latency = histogram(
    registry,
    'detection_latency_seconds',
    'From when it became true to when it was published.',
    { labels: ['type'], buckets: LATENCY_SECONDS },
  );
  const dead = counter(registry, 'dead_letters_total', 'Events that were given up on.', [
    'subscriber',
    'type',
  ]);
  const notices = counter(registry, 'notifications_total', 'Notices that a channel took, or did not.', [
    'channel',
    'outcome',
  ]);
  const remediations = counter(registry, 'remediations_total', 'Stages that remediations reached, and why.', [
    'stage',
    'code',
  ]);
  const depth = gauge(registry, 'queue_depth', 'Events that wait their turn.', []);
  return {
    eventHandled(type, outcome, taken) {
      const labels = { type: typeOf(type), outcome };
      handled.inc(labels);
      seconds.observe(labels, taken);
    },
    eventPublished: (type, outcome) => published.inc({ type: typeOf(type), outcome }),
    detectionLatency: (type, taken) => latency.observe({ type: typeOf(type) }, taken),
    noticeTold: (channel, outcome) => notices.inc({ channel, outcome }),
    remediationTold: (stage, code) => remediations.inc({ stage, code }),
    queueDepth: (waiting) => depth.set(waiting),
    deadLettered: (subscriber, type) => dead.inc({ subscriber, type: typeOf(type) }),
  };
}

function clusterMetrics(registry: Registry): Pick<ProcessMetrics, ClusterMetrics> {
  const judgement = histogram(registry, 'judgement_seconds', 'Time to judge a node, its reads included.', {
    labels: ['verdict'],
    buckets: HANDLING_SECONDS,
  });
  const calls = counter(registry, 'api_calls_total', 'Calls of the Kubernetes API.', [
    'resource',
    'verb',
    'outcome',
  ]);
  const callSeconds = histogram(registry, 'api_call_seconds', 'Time of a call of the Kubernetes API.', {
    labels: ['resource', 'verb', 'outcome'],
    buckets: HANDLING_SECONDS,
  });
  return {
    nodeJudged: (verdict, taken) => judgement.observe({ verdict }, taken),
    sweepFound: sweepGauges(registry),
    apiCall(resource, verb, outcome, taken) {
      calls.inc({ resource, verb, outcome });
      callSeconds.observe({ resource, verb, outcome }, taken);
    },
  };
}

/** What the last full sweep found: a value that it did not find is gone, not zero for ever. */
function sweepGauges(registry: Registry): (found: SweepFinding) => void {
  const nodes = gauge(registry, 'orphaned_nodes', 'Orphaned nodes in the last sweep.', ['cause']);
  const vmis = gauge(registry, 'orphaned_vmis', 'Orphaned VMIs in the last sweep.', ['cause']);
  const verdicts = gauge(registry, 'nodes', 'Nodes in the last sweep.', ['verdict']);
  const states = gauge(registry, 'incidents', 'Incidents in the last sweep.', ['state']);
  const endedAt = gauge(registry, 'last_sweep_timestamp_seconds', 'When the last sweep ended.', []);
  return (found) => {
    endedAt.setToCurrentTime();
    fill(nodes, 'cause', found.orphanedNodesByCause);
    fill(vmis, 'cause', found.orphanedVmisByCause);
    fill(verdicts, 'verdict', found.nodesByVerdict);
    fill(states, 'state', found.incidentsByState);
  };
}

function fill(target: Gauge, label: string, counts: Readonly<Record<string, number>>): void {
  target.reset();
  for (const [value, count] of Object.entries(counts)) target.set({ [label]: value }, count);
}

function counter(registry: Registry, name: string, help: string, labelNames: string[]): Counter {
  return new Counter({ name: PREFIX + name, help, labelNames, registers: [registry] });
}

function gauge(registry: Registry, name: string, help: string, labelNames: string[]): Gauge {
  return new Gauge({ name: PREFIX + name, help, labelNames, registers: [registry] });
}

function histogram(
  registry: Registry,
  name: string,
  help: string,
  { labels, buckets }: { readonly labels: string[]; readonly buckets: number[] },
): Histogram {
  return new Histogram({ name: PREFIX + name, help, labelNames: labels, buckets, registers: [registry] });
}
