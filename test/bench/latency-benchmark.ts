import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from '../e2e/support/describe-cluster.ts';
import { findControlPlane } from '../e2e/support/find-control-plane.ts';
import { INCIDENTS_NAMESPACE, installIncidents } from '../e2e/support/incidents.ts';
import { Knative } from '../e2e/support/knative.ts';
import { createVmi, installKubeVirt } from '../e2e/support/kubevirt.ts';
import { createNode } from '../e2e/support/nodes.ts';
import { kinds, ref } from '../e2e/support/objects.ts';
import { handlersOn } from '../e2e/support/stage.ts';
import { statesOf } from '../e2e/support/transitions.ts';
import { until } from '../e2e/support/until.ts';
import { watch } from '../e2e/support/watch.ts';
import { spreadOf } from './measure.ts';
import type { Result } from './results.ts';
import { count, type Settings } from './settings.ts';

const REPETITIONS = 200;
/** Brought back together, and measured one after the other. */
const NODES = 8;
/** virt-handler of `placements/virt-handler-nodeselector.yaml` asks for it. */
const LABEL = 'node-role.kubernetes.io/virt';
const MEDIAN_MS = 150;
const P99_MS = 1_000;
/** `for: 10m` of KubeVirt's OrphanedVirtualMachineInstances. */
const ALERT_MS = 10 * 60_000;

/** From the deletion of a handler pod that does not come back to `incident.opened`, on a real control plane. */
export async function benchmarkLatency(settings: Settings): Promise<Result | { readonly skip: string }> {
  const starter = findControlPlane();
  if ('skip' in starter) return starter;
  settings.progress('starting a control plane');
  const cluster = new Cluster();
  await cluster.start({ starter });
  try {
    return toResult(await measureAll(cluster, settings));
  } finally {
    await cluster.stop();
  }
}

async function measureAll(cluster: Cluster, { scale, progress }: Settings): Promise<readonly number[]> {
  const nodes = Array.from({ length: NODES }, (_, index) => `node-${index}`);
  await installIncidents(cluster);
  await installKubeVirt(cluster.api, { placement: 'nodeselector' });
  for (const name of nodes) {
    await createNode(cluster.api, name);
    await createVmi(cluster.api, { name: `vm-of-${name}`, namespace: 'tenant-a', node: name });
  }
  const { kubeconfig } = cluster;
  const functions = ['handler-pod-changed', 'node-changed'] as const;
  const knative = await Knative.start({ kubeconfig, namespace: INCIDENTS_NAMESPACE, functions });
  const deletions = watchDeletions(cluster);
  try {
    knative.watch(kubeconfig, 'Resource');
    const latencies: number[] = [];
    const wanted = Math.max(1, Math.round(REPETITIONS * scale));
    while (latencies.length < wanted) {
      progress(`measuring, repetition ${latencies.length} of ${wanted}`);
      await Promise.all(nodes.map((name) => bringBack(cluster, knative, name)));
      await knative.router.idle();
      // Judgements of one node in one second are held back after the second.
      await sleep(1_100);
      for (const name of nodes.slice(0, wanted - latencies.length))
        latencies.push(await measureOnce(cluster, { name, knative, deletedAt: deletions.at }));
    }
    return latencies;
  } finally {
    await deletions.stop();
    await knative.stop();
  }
}

interface Scene {
  readonly name: string;
  readonly knative: Knative;
  readonly deletedAt: ReadonlyMap<string, number>;
}

/** Takes the node into the policy, and waits until all is told of that. */
async function bringBack(cluster: Cluster, { router }: Knative, name: string): Promise<void> {
  await setLabel(cluster, name, '');
  await until(`${name} is managed`, async () => {
    const last = statesOf(router.published, name).at(-1) ?? 'resolved';
    return last.startsWith('resolved') && (await isReady(cluster, name));
  });
}

async function setLabel({ api }: Cluster, name: string, value: string | null): Promise<void> {
  await api.patch(ref(kinds.node, name), { metadata: { labels: { [LABEL]: value } } });
}

/** Takes the node out of the policy: its handler is deleted and does not come back. */
async function measureOnce(cluster: Cluster, { name, knative, deletedAt }: Scene): Promise<number> {
  const { router } = knative;
  const [handler] = await handlersOn(cluster, name);
  const uid = handler?.metadata.uid ?? '';
  const before = router.published.length;
  const opened = new Promise<number>((resolve) => {
    router.answer = async ({ type, node }) => {
      if (type.includes('incident.opened') && node === name) resolve(performance.now());
      return { accepts: true, status: 202 };
    };
  });
  await setLabel(cluster, name, null);
  const openedAt = await Promise.race([opened, sleep(30_000).then(() => undefined)]);
  if (openedAt === undefined)
    throw new Error(`${name}: not opened; told was ${router.published.slice(before).map(({ id }) => id)}`);
  return openedAt - (await until(`${name}'s handler was seen to go`, async () => deletedAt.get(uid)));
}

async function isReady(cluster: Cluster, name: string): Promise<boolean> {
  const pods = await handlersOn(cluster, name);
  return pods.some(({ status }) =>
    (status.conditions ?? []).some((it) => it.type === 'Ready' && it.status === 'True'),
  );
}

/** When the API server said that each pod was gone, by its UID, seen by a watch of our own. */
function watchDeletions({ api }: Cluster): {
  readonly at: ReadonlyMap<string, number>;
  stop(): Promise<void>;
} {
  const at = new Map<string, number>();
  const abort = new AbortController();
  const watching = (async () => {
    for await (const { type, object } of watch(api, kinds.pod, abort.signal))
      if (type === 'DELETED') at.set(object.metadata.uid ?? '', performance.now());
  })();
  const stop = async (): Promise<void> => {
    abort.abort();
    await watching;
  };
  return { at, stop };
}

function toResult(latencies: readonly number[]): Result {
  const { min, median, max } = spreadOf(latencies);
  const sorted = [...latencies].sort((left, right) => left - right);
  const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? max;
  const goal = (what: string, ours: number, atMost: number) => ({
    what,
    ours: `${ours.toFixed(0)} ms`,
    theirs: `${ALERT_MS / 60_000} min`,
    ratio: `1 to ${count(Math.round(ALERT_MS / Math.max(1, ours)))}`,
    wanted: `under ${count(atMost)} ms`,
    met: ours < atMost,
  });
  return {
    title: 'Latency',
    notes: [
      `${latencies.length} times: the policy excludes a node, its virt-handler pod is deleted; from when a watch sees the pod go to when incident.opened reaches the sink: ${min.toFixed(0)} to ${max.toFixed(0)} ms.`,
      'A real control plane; handler-pod-changed and node-changed as processes, the built-in event source. Theirs: the alert OrphanedVirtualMachineInstances, which waits for 10 minutes.',
    ],
    measurements: [],
    goals: [goal('median', median, MEDIAN_MS), goal('99th percentile', p99, P99_MS)],
  };
}
