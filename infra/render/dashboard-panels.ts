/** One query of a panel, in PromQL. */
export interface Query {
  readonly expr: string;
  /** What a line is called: Grafana fills in labels. */
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  /** What it says, and what to think of it. */
  readonly says: string;
  readonly unit: 'short' | 's' | 'reqps';
  readonly query: Query;
  /** For one number: from where on it is red. Without it the panel is a graph. */
  readonly redFrom?: number;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const LAST_SWEEP = 'kubevirt_orphans_last_sweep_timestamp_seconds';

/** Several instances tell of one cluster: what a sweep found is not added up. */
const found = (metric: string, label: string): Query => ({
  expr: `max by (${label}) (kubevirt_orphans_${metric})`,
  legend: `{{${label}}}`,
});
/** A sweep tells nothing of what it did not find: that is 0, but only as long as a sweep tells at all. */
const noneIfSwept = (series: string, legend: string): Query => ({
  expr: `max(kubevirt_orphans_${series}) or 0 * max(${LAST_SWEEP})`,
  legend,
});
/** Happens so rarely that a rate would hide it: a series begins with its first, which increase() does not see. */
const total = (metric: string, labels: readonly string[]): Query => ({
  expr: `sum by (${labels.join(', ')}) (kubevirt_orphans_${metric})`,
  legend: legendOf(labels),
});
const rate = (metric: string, labels: readonly string[]): Query => ({
  expr: `sum by (${labels.join(', ')}) (rate(kubevirt_orphans_${metric}[$__rate_interval]))`,
  legend: legendOf(labels),
});
const slowest = (metric: string, label: string, window = '$__rate_interval'): Query => ({
  expr: `histogram_quantile(0.95, sum by (le, ${label}) (rate(kubevirt_orphans_${metric}_bucket[${window}])))`,
  legend: `{{${label}}}`,
});
const legendOf = (labels: readonly string[]) => labels.map((label) => `{{${label}}}`).join(' ');

const CLUSTER: Row = {
  title: 'What is wrong now',
  panels: [
    {
      title: 'Open incidents',
      says: 'Nodes that run VMs which nobody can manage.',
      unit: 'short',
      query: noneIfSwept('incidents{state="Open"}', 'open'),
      redFrom: 1,
    },
    {
      title: 'Nodes that cannot be judged',
      says: 'Above 0 something may not be read: no orphans that are known, and not known to be healthy.',
      unit: 'short',
      query: noneIfSwept('nodes{verdict="Unknown"}', 'unknown'),
      redFrom: 1,
    },
    {
      title: 'Since the last full audit',
      says: 'All that a sweep finds is as old as this. Over half an hour, silence is not health.',
      unit: 's',
      query: { expr: `time() - max(max_over_time(${LAST_SWEEP}[2h]))`, legend: 'age' },
      redFrom: 1_800,
    },
    {
      title: 'Orphaned nodes by cause',
      says: 'Of the last sweep.',
      unit: 'short',
      query: found('orphaned_nodes', 'cause'),
    },
    {
      title: 'Orphaned VMIs by cause',
      says: 'Of the last sweep.',
      unit: 'short',
      query: found('orphaned_vmis', 'cause'),
    },
    {
      title: 'Nodes by verdict',
      says: 'Of the last sweep.',
      unit: 'short',
      query: found('nodes', 'verdict'),
    },
    {
      title: 'Incidents by state',
      says: 'Of the last sweep.',
      unit: 'short',
      query: found('incidents', 'state'),
    },
  ],
};

const TOLD: Row = {
  title: 'Who is told, and what is repaired',
  panels: [
    {
      title: 'Time to detection (95 %)',
      says: 'From when it became true to when it was published, over an hour.',
      unit: 's',
      query: slowest('detection_latency_seconds', 'type', '1h'),
    },
    {
      title: 'Notices by channel',
      says: 'Since the process began. Failed ones that grow: a channel takes nothing.',
      unit: 'short',
      query: total('notifications_total', ['channel', 'outcome']),
    },
    {
      title: 'Repairs by stage',
      says: 'Since the process began. Refused: the gate that holds repairs up. Failed: why they did not help.',
      unit: 'short',
      query: total('remediations_total', ['stage', 'code']),
    },
  ],
};

const FUNCTIONS: Row = {
  title: 'Functions',
  panels: [
    {
      title: 'Events by function',
      says: 'Failed ones are delivered again; that they grow says that the API server or the sink is in trouble.',
      unit: 'reqps',
      query: rate('events_total', ['function', 'outcome']),
    },
    {
      title: 'Time of an event (95 %)',
      says: 'By function.',
      unit: 's',
      query: slowest('event_handling_seconds', 'function'),
    },
    {
      title: 'Events that went out',
      says: 'Failed: the sink does not take them.',
      unit: 'reqps',
      query: rate('published_events_total', ['type', 'outcome']),
    },
    {
      title: 'Events that wait',
      says: 'Where it stays above 0, more instances are needed.',
      unit: 'short',
      query: { expr: 'max by (function) (kubevirt_orphans_queue_depth)', legend: '{{function}}' },
    },
    {
      title: 'Dead letters',
      says: 'Since the process began: what the in-process broker has given up on. The next audit makes up for it.',
      unit: 'short',
      query: total('dead_letters_total', ['subscriber', 'type']),
    },
  ],
};

const API_SERVER: Row = {
  title: 'Kubernetes API',
  panels: [
    {
      title: 'Calls',
      says: 'The outcome is the status, or "error" where there was no answer.',
      unit: 'reqps',
      query: rate('api_calls_total', ['resource', 'verb', 'outcome']),
    },
    {
      title: 'Time of a call (95 %)',
      says: 'By resource.',
      unit: 's',
      query: slowest('api_call_seconds', 'resource'),
    },
    {
      title: 'Time of a judgement (95 %)',
      says: 'Of one node, its reads included.',
      unit: 's',
      query: slowest('judgement_seconds', 'verdict'),
    },
  ],
};

/** What the dashboard shows, from what is wrong down to why we may be slow. */
export const ROWS: readonly Row[] = [CLUSTER, TOLD, FUNCTIONS, API_SERVER];
