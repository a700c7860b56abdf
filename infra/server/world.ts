import { hostname } from 'node:os';
import type { ClusterReader } from '../../shared/domain/cluster-facts.ts';
import type { Clock } from '../../shared/domain/units.ts';
import { ApiClient } from '../../shared/kubernetes/api-client.ts';
import { createClusterWriter } from '../../shared/kubernetes/cluster-writer.ts';
import type { Connection } from '../../shared/kubernetes/connection.ts';
import { createEventRecorder } from '../../shared/kubernetes/event-recorder.ts';
import { createIncidentApprover } from '../../shared/kubernetes/incident-approver.ts';
import { createIncidentStore } from '../../shared/kubernetes/incident-store.ts';
import { createInterlockReader } from '../../shared/kubernetes/interlock-reader.ts';
import { loadConnection } from '../../shared/kubernetes/kube-config.ts';
import { LEADER_LEASE, OWN_LEASE } from '../../shared/kubernetes/lease.ts';
import { createLeaseLock } from '../../shared/kubernetes/lease-lock.ts';
import { createLiveReader } from '../../shared/kubernetes/live-reader.ts';
import { createNodeReader } from '../../shared/kubernetes/node-reader.ts';
import { createObjectReader } from '../../shared/kubernetes/object-reader.ts';
import { shareIncidents } from '../../shared/kubernetes/shared-incidents.ts';
import type { ProcessMetrics } from '../../shared/observability/metrics.ts';
import type { EventRecorder } from '../../shared/runtime/event-recorder.ts';
import type { Log, NodeReader, ObjectReader, SharedIncidents } from '../../shared/runtime/ports.ts';
import type {
  ClusterWriter,
  IncidentApprover,
  InterlockReader,
  LeaseLock,
} from '../../shared/runtime/remediation-ports.ts';

/** The cluster as functions see it. */
export interface World {
  readonly incidents: SharedIncidents;
  readonly nodes: NodeReader;
  readonly objects: ObjectReader;
  readonly cluster: Pick<ClusterReader, 'read'>;
  readonly clusterOf: (node: string) => ClusterReader;
  readonly events: EventRecorder;
  readonly writer: ClusterWriter;
  readonly lock: LeaseLock;
  readonly interlocks: InterlockReader;
  readonly approver: IncidentApprover;
  /** The namespace of the records. */
  readonly incidentNamespace: () => Promise<string>;
  /** Ends every connection: what still runs fails. */
  close(): Promise<void>;
}

/** A world of which the parts are there too. */
export interface LiveWorld extends World {
  readonly client: ApiClient;
  /** Held by the one that leads, where several run. */
  readonly leadership: LeaseLock;
  /**
   * Finds out whether incidents can be kept, before anything is done.
   *
   * @throws KubeUnavailableError that says what to apply when the resource or the namespace is missing; other KUBE_ errors
   */
  check(): Promise<void>;
}

export interface WorldOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<ProcessMetrics, 'apiCall'>;
}

/** Who writes our Kubernetes Events, as `kubectl describe` shows it. */
const EVENT_CONTROLLER = 'kubevirt-orphans.dev/kubevirt-orphans';

/** Where incidents live when neither `POD_NAMESPACE` nor the pod or context says so. */
const DEFAULT_NAMESPACE = 'kubevirt-orphans';

/** The cluster that the environment names. Asks it nothing yet. @throws KubeConfigError */
export function connectWorld(
  env: Readonly<Record<string, string | undefined>>,
  podNamespace: string | undefined,
  options: WorldOptions,
): LiveWorld {
  return createWorld(loadConnection({ env, inputs: 'environment' }), podNamespace, options);
}

/**
 * The live cluster behind a connection.
 *
 * @param podNamespace - where incidents live; else the connection's namespace, else `kubevirt-orphans`
 */
export function createWorld(
  connection: Connection,
  podNamespace: string | undefined,
  { clock, log, metrics }: WorldOptions,
): LiveWorld {
  const onCall = (verb: string, resource: string, outcome: string, seconds: number): void =>
    metrics.apiCall(resource, verb, outcome, seconds);
  const client = new ApiClient(connection, { clock, onCall });
  const namespace = podNamespace ?? connection.namespace ?? DEFAULT_NAMESPACE;
  const store = createIncidentStore(client, {
    namespace,
    onUnreadable: (error) => log.error({ reason: error.message }, 'a record is left out'),
  });
  return {
    client,
    incidents: shareIncidents(store, { clock }),
    nodes: createNodeReader(client, { clock }),
    objects: createObjectReader(client),
    cluster: createLiveReader(connection, { clock, onCall }),
    clusterOf: (node) => createLiveReader(connection, { clock, onCall, node, details: true }),
    events: createEventRecorder(client, { controller: EVENT_CONTROLLER, instance: hostname() }),
    writer: createClusterWriter(client),
    lock: createLeaseLock(client, { clock, namespace, name: OWN_LEASE }),
    leadership: createLeaseLock(client, { clock, namespace, name: LEADER_LEASE }),
    interlocks: createInterlockReader(client, { clock, namespace }),
    approver: createIncidentApprover(client, namespace),
    incidentNamespace: () => Promise.resolve(namespace),
    check: () => store.check(),
    close: async () => client.close(),
  };
}
