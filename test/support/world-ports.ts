import type { RemediationPolicy } from '../../shared/domain/remediation/remediation-policy.ts';
import { type Clock, durationMs } from '../../shared/domain/units.ts';
import type { ApiClient } from '../../shared/kubernetes/api-client.ts';
import { createClusterWriter } from '../../shared/kubernetes/cluster-writer.ts';
import { createEventRecorder } from '../../shared/kubernetes/event-recorder.ts';
import { createIncidentStore } from '../../shared/kubernetes/incident-store.ts';
import { createInterlockReader } from '../../shared/kubernetes/interlock-reader.ts';
import { OWN_LEASE } from '../../shared/kubernetes/lease.ts';
import { createLeaseLock } from '../../shared/kubernetes/lease-lock.ts';
import { createNodeReader } from '../../shared/kubernetes/node-reader.ts';
import { Judge } from '../../shared/runtime/judge.ts';
import type { EventSink } from '../../shared/runtime/ports.ts';
import type { Life } from './killable.ts';
import { NO_METRICS, SILENT_LOG } from './runtime-ports.ts';
import { simulatedReader } from './simulated-client.ts';

/** Where the records are. */
export const NAMESPACE = 'kubevirt-orphans';
/** Longer than a handler takes to come back when all of them are restarted. */
const GRACE_MS = durationMs(30_000);

interface WorldParts {
  readonly clock: Clock;
  readonly sink: EventSink;
  readonly policy: RemediationPolicy;
}

/** What functions of a world stand on. */
export type WorldPorts = ReturnType<typeof worldPorts>;

/** The real adapters, on a client. */
export function worldPorts(client: ApiClient, { clock, sink, policy }: WorldParts) {
  const settling = {
    incidents: createIncidentStore(client, { namespace: NAMESPACE }),
    sink,
    clock,
    log: SILENT_LOG,
    metrics: NO_METRICS,
    clusterName: 'simulated',
    policy: { graceMs: GRACE_MS },
    wait: async () => undefined,
  };
  const nodes = createNodeReader(client, { clock, sharedForMs: durationMs(0), wait: settling.wait });
  return {
    ...settling,
    judge: new Judge({ ...settling, nodes }),
    cluster: simulatedReader(client, clock),
    clusterOf: (node: string) => simulatedReader(client, clock, node),
    events: createEventRecorder(client, { controller: 'kubevirt-orphans.dev/test', instance: 'test' }),
    writer: createClusterWriter(client),
    lock: createLeaseLock(client, { clock, namespace: NAMESPACE, name: OWN_LEASE }),
    interlocks: createInterlockReader(client, { clock, namespace: NAMESPACE }),
    remediation: policy,
    approvals: undefined,
  };
}

/** All that remediation touches, each call of which may be its last. */
export function mortalPorts(ports: WorldPorts, life: Life) {
  return {
    incidents: life.of('incidents', ports.incidents),
    sink: life.of('sink', ports.sink),
    events: life.of('events', ports.events),
    writer: life.of('writer', ports.writer),
    lock: life.of('lock', ports.lock),
    interlocks: life.of('interlocks', ports.interlocks),
    clusterOf: (node: string) => life.of('cluster', ports.clusterOf(node)),
  };
}
