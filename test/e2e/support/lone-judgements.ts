import { referenceEvent, resourceEvent } from '../../support/raw-events.ts';
import type { Cluster } from './describe-cluster.ts';
import { ALERT_TOKEN } from './eager-configuration.ts';
import { encodeMessage } from './event-message.ts';
import type { KnativeDeployment } from './knative-deployment.ts';
import { pingEvent } from './knative-sources.ts';
import { kinds, ref } from './objects.ts';
import { daemonSet, handlersOn } from './stage.ts';
import { owners } from './virt-operator.ts';

/** Has one function judge one node, and nobody else told of it. @returns the status of its answer */
export type AskOne = (knative: KnativeDeployment, cluster: Cluster, node: string) => Promise<number>;

/** Every function that judges, by itself. */
export const LONE_JUDGEMENTS: Readonly<Record<string, AskOne>> = {
  'handler-pod-changed': async (knative, cluster, node) => {
    const [pod] = await handlersOn(cluster, node);
    return post(knative, 'handler-pod-changed', resourceEvent('delete', pod ?? {}));
  },
  'workload-changed': async (knative, _, node) => {
    const vmi = {
      ...kinds.vmi,
      metadata: { name: 'gone', namespace: 'tenant-a' },
      status: { nodeName: node },
    };
    return post(knative, 'workload-changed', resourceEvent('delete', vmi));
  },
  'node-changed': async (knative, { api }, node) =>
    post(knative, 'node-changed', resourceEvent('delete', await api.get(ref(kinds.node, node)))),
  'alert-received': async (knative, _, node) => {
    const { status } = await fetch(new URL('/alerts', knative.urlOf('alert-received')), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${ALERT_TOKEN}` },
      body: JSON.stringify(alertAbout(node)),
    });
    return status;
  },
  audit: async (knative) => post(knative, 'audit', ping()),
};

/** Sends watchers the names of objects only, as in Reference mode. @returns the statuses of their answers */
export async function nameOnly(knative: KnativeDeployment, cluster: Cluster): Promise<readonly number[]> {
  const { api } = cluster;
  const [node] = await api.list(kinds.node);
  const [pod] = await api.list(kinds.pod, { labelSelector: 'kubevirt.io=virt-handler' });
  const [launcher] = await api.list(kinds.pod, { labelSelector: 'kubevirt.io=virt-launcher' });
  const [vmi] = await api.list(kinds.vmi);
  const named = [
    ['node-changed', node],
    ['handler-pod-changed', pod],
    ['workload-changed', launcher],
    ['workload-changed', vmi],
    ['daemonset-changed', await api.get(daemonSet)],
    ['placement-changed', await api.get(owners.KubeVirt)],
  ] as const;
  return Promise.all(
    named.map(([service, object]) => post(knative, service, referenceEvent('add', object ?? {}))),
  );
}

/** Sends one function an event past the broker. @returns the status of its answer */
export async function post(
  knative: KnativeDeployment,
  service: string,
  event: Parameters<typeof encodeMessage>[0],
): Promise<number> {
  const { headers, body } = encodeMessage(event);
  const { status } = await fetch(knative.urlOf(service), { method: 'POST', headers, body });
  return status;
}

function ping() {
  const sink = { ref: { kind: 'Broker', name: 'events' } };
  const spec = { schedule: '', contentType: 'application/json', data: '{"scope":"all"}', sink };
  return pingEvent({ metadata: { name: 'sweep', namespace: 'kubevirt-orphans' }, spec });
}

function alertAbout(node: string) {
  const labels = { alertname: 'OrphanedVirtualMachineInstances', node };
  const alert = { status: 'firing', labels, annotations: {}, startsAt: new Date().toISOString() };
  const common = { groupLabels: {}, commonLabels: labels, commonAnnotations: {} };
  return { version: '4', status: 'firing', receiver: 'r', groupKey: 'k', ...common, alerts: [alert] };
}
