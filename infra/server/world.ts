import type { ClusterReader } from '../../shared/domain/cluster-facts.ts';
import type { Clock } from '../../shared/domain/units.ts';
import { ApiClient } from '../../shared/kubernetes/api-client.ts';
import type { Connection } from '../../shared/kubernetes/connection.ts';
import type { OnCall } from '../../shared/kubernetes/describe-call.ts';
import { createIncidentStore } from '../../shared/kubernetes/incident-store.ts';
import { loadConnection } from '../../shared/kubernetes/kube-config.ts';
import { createLiveReader } from '../../shared/kubernetes/live-reader.ts';
import { createNodeReader } from '../../shared/kubernetes/node-reader.ts';
import { createObjectReader } from '../../shared/kubernetes/object-reader.ts';
import type { IncidentStore, Log, NodeReader, ObjectReader } from '../../shared/runtime/ports.ts';

/** The cluster as functions see it. */
export interface World {
  readonly incidents: IncidentStore;
  readonly nodes: NodeReader;
  readonly objects: ObjectReader;
  readonly cluster: Pick<ClusterReader, 'read'>;
  readonly clusterOf: (node: string) => ClusterReader;
}

export interface WorldOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly onCall: OnCall;
}

/** Where incidents live when neither `POD_NAMESPACE` nor the pod or context says so. */
const DEFAULT_NAMESPACE = 'kubevirt-orphans';

/** How the cluster is reached, as the environment says. @throws KubeConfigError */
export function connect(env: Readonly<Record<string, string | undefined>>): Connection {
  return loadConnection({ env });
}

/** The live cluster behind a connection. */
export function createWorld(
  connection: Connection,
  podNamespace: string | undefined,
  { clock, log, onCall }: WorldOptions,
): World {
  const client = new ApiClient(connection, { clock, onCall });
  const namespace = podNamespace ?? connection.namespace ?? DEFAULT_NAMESPACE;
  return {
    incidents: createIncidentStore(client, {
      namespace,
      onUnreadable: (error) => log.error({ reason: error.message }, 'a record is left out'),
    }),
    nodes: createNodeReader(client, { clock }),
    objects: createObjectReader(client),
    cluster: createLiveReader(connection, { clock }),
    clusterOf: (node) => createLiveReader(connection, { clock, node, details: true }),
  };
}
