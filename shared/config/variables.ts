/** A variable of the environment: the row of the README's table. */
export interface Variable {
  readonly name: string;
  /** What its number counts, or what kind of text it is. */
  readonly unit: string;
  /** As it would be written; empty when there is none. */
  readonly default: string;
  /** What is allowed, in words. */
  readonly bounds: string;
  readonly what: string;
}

/** A variable that is a whole number. */
export interface NumberVariable extends Variable {
  readonly min: number;
  readonly max: number;
}

function number(
  name: string,
  unit: string,
  [fallback, min, max]: readonly [number, number, number],
  what: string,
): NumberVariable {
  return { name, unit, default: `${fallback}`, bounds: `whole number, ${min} to ${max}`, min, max, what };
}

/** etcd refuses objects over 1.5 MiB (`--max-request-bytes`), and an event of ApiServerSource carries one as it is. */
const DEFAULT_BODY_BYTES = 2 * 1_024 * 1_024;

/** Every number that is read, in the order of the README. */
export const NUMBERS = {
  port: number('PORT', 'TCP port', [8_080, 1, 65_535], 'where a served function listens'),
  graceSeconds: number(
    'GRACE_SECONDS',
    'seconds',
    [120, 0, 3_600],
    'how long an orphan without a definite cause is suspected before it is an open incident',
  ),
  tickSeconds: number(
    'TICK_SECONDS',
    'seconds',
    [30, 1, 3_600],
    'how often `run` looks at nodes with unsettled incidents',
  ),
  sweepSeconds: number('SWEEP_SECONDS', 'seconds', [300, 10, 86_400], 'how often `run` judges every node'),
  sinkTimeoutSeconds: number(
    'SINK_TIMEOUT_SECONDS',
    'seconds',
    [5, 1, 60],
    'how long the sink may take for one event, two quick retries included',
  ),
  shutdownGraceSeconds: number(
    'SHUTDOWN_GRACE_SECONDS',
    'seconds',
    [25, 0, 600],
    'how long what runs may still take after SIGTERM; Kubernetes kills after 30 s unless told otherwise',
  ),
  maxBodyBytes: number(
    'MAX_BODY_BYTES',
    'bytes',
    [DEFAULT_BODY_BYTES, 1_024, 64 * 1_024 * 1_024],
    'the largest request body; a Kubernetes object may have 1.5 MiB',
  ),
  maxConcurrentEvents: number(
    'MAX_CONCURRENT_EVENTS',
    'events',
    [1_000, 1, 10_000],
    'how many events are handled at once, most of them waiting for one judgement; as many may wait, more are asked to come again',
  ),
} as const satisfies Readonly<Record<string, NumberVariable>>;

/** Every text that is read. */
export const TEXTS = {
  function: {
    name: 'FUNCTION',
    unit: 'text',
    default: '',
    bounds: "a function's name",
    what: 'of `serve`: which function, where no argument says it; OpenFaaS gives containers none',
  },
  cronScope: {
    name: 'CRON_SCOPE',
    unit: 'word',
    default: '',
    bounds: 'all or unsettled',
    what: "of `serve`: the audit that a POST without event and body asks for, as OpenFaaS' cron connector sends them; without it they are refused",
  },
  sink: {
    name: 'K_SINK',
    unit: 'URL',
    default: '',
    bounds: 'http or https',
    what: 'where events are published, as Knative injects it; `run` needs none',
  },
  ceOverrides: {
    name: 'K_CE_OVERRIDES',
    unit: 'JSON',
    default: '',
    bounds: '{"extensions": {"name": "text"}}, names of lower-case letters and digits',
    what: 'extensions added to every event that is published, as Knative injects it',
  },
  caCerts: {
    name: 'K_CA_CERTS',
    unit: 'PEM',
    default: '',
    bounds: 'certificates',
    what: 'whom to trust as the sink, as Knative injects it; else the usual authorities',
  },
  clusterName: {
    name: 'CLUSTER_NAME',
    unit: 'text',
    default: 'default',
    bounds: '1 to 63 letters, digits, "-", "_" and "."',
    what: 'the source of our events is /clusters/<this>',
  },
  podNamespace: {
    name: 'POD_NAMESPACE',
    unit: 'text',
    default: '',
    bounds: "a namespace's name",
    what: "where incidents live; else the service account's namespace, else the context's, else kubevirt-orphans",
  },
  kubeconfig: {
    name: 'KUBECONFIG',
    unit: 'paths',
    default: '',
    bounds: 'files, separated by ":"',
    what: 'how the cluster is reached; without it ~/.kube/config, then the service account of the pod',
  },
  alertTokenFile: {
    name: 'ALERT_WEBHOOK_TOKEN_FILE',
    unit: 'path',
    default: '',
    bounds: 'a file of bearer tokens, one a line',
    what: 'who may send to `POST /alerts`; read again for every request, so that secrets can be replaced',
  },
  alertBasicAuthFile: {
    name: 'ALERT_WEBHOOK_BASIC_AUTH_FILE',
    unit: 'path',
    default: '',
    bounds: 'a file of user:password, one a line',
    what: 'the same for basic authentication; both may be set',
  },
  alertInsecure: {
    name: 'ALERT_WEBHOOK_INSECURE',
    unit: 'boolean',
    default: 'false',
    bounds: 'true or false; true with neither of the two files',
    what: 'whether anybody may send to `POST /alerts`; without a file and without this nobody may',
  },
  leaderElection: {
    name: 'LEADER_ELECTION',
    unit: 'boolean',
    default: 'false',
    bounds: 'true or false',
    what: 'of `run`: whether several may run, of which one watches the cluster',
  },
  notifyConfig: {
    name: 'NOTIFY_CONFIG',
    unit: 'path',
    default: '',
    bounds: 'a file, see "Who is told"',
    what: 'who is told of incidents, how and when; without it only the log is',
  },
  remediateConfig: {
    name: 'REMEDIATE_CONFIG',
    unit: 'path',
    default: '',
    bounds: 'a file, see "What may be repaired"',
    what: 'what may be done without asking, and when; without it repairs are only proposed',
  },
  logLevel: {
    name: 'LOG_LEVEL',
    unit: 'text',
    default: 'info',
    bounds: 'debug, info, warn, error or silent',
    what: 'the least that is logged',
  },
} as const satisfies Readonly<Record<string, Variable>>;

/** All that is read from the environment: the README's table is held to this. */
export const VARIABLES: readonly Variable[] = [...Object.values(NUMBERS), ...Object.values(TEXTS)];
