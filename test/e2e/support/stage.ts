import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import type { Cluster } from './describe-cluster.ts';
import type { KubeApi } from './kube-api.ts';
import type { Play } from './kubelet.ts';
import { createLauncher, createVmi } from './kubevirt.ts';
import { createNode, setNodeReady, setTaints } from './nodes.ts';
import { type DaemonSet, isTrue, type KubeObject, kinds, type Pod, ref } from './objects.ts';
import { statesOf, transitionsIn } from './transitions.ts';
import { until } from './until.ts';
import { operatorPass, setPlacement } from './virt-operator.ts';

export const NODES = ['node01', 'node02', 'node03'] as const;
/** The node that the story is about. */
export const SCENE = 'node02';
/** The label that the story's placement policy asks for. */
export const POLICY_LABEL = 'node-role.kubernetes.io/virt';
export const KUBEVIRT_NAMESPACE = 'kubevirt';
/** Longer than anything takes that is not lost, on a machine that does other things too. */
const PATIENCE_MS = 40_000;

/** Where a story is played: a cluster, and what is told of it. */
export interface Stage {
  readonly cluster: Cluster;
  /** The DaemonSet before any placement was injected into it. */
  readonly base: DaemonSet;
  /** What was published so far. */
  readonly told: () => readonly IncomingEvent[];
  /** Asks for a look at unsettled incidents, as a schedule does. */
  readonly tick: () => void;
}

/** Waits until a state of the scene's incident is told, after so many others. */
export async function awaitTold(
  { told, tick }: Stage,
  expected: readonly string[],
  ticks = false,
): Promise<void> {
  await until(
    `it is told of ${SCENE}: ${expected.join(', ')}`,
    async () => {
      if (ticks) tick();
      const states = statesOf(told(), SCENE);
      if (states.length >= expected.length) return true;
      throw new Error(`told was: ${states.join(', ')}`);
    },
    PATIENCE_MS,
  );
}

/**
 * Waits until the last that was told of the scene's incident says its cause as diagnosed. That is `diagnosed`, or what came
 * after it: an event that was delivered late, to a function that had been killed, may have led to the diagnosis before.
 */
export async function awaitDiagnosed({ told }: Stage, cause: string): Promise<void> {
  await until(
    `${SCENE} is diagnosed with ${cause}`,
    async () => {
      const { announcement, data } = transitionsIn(told(), SCENE).at(-1) ?? {};
      if (data?.diagnosis?.causes[0]?.code === cause) return true;
      throw new Error(`the last was ${announcement}: ${JSON.stringify(data?.diagnosis?.causes)}`);
    },
    PATIENCE_MS,
  );
}

/** Whether a pod is a virt-handler on that node, or meant for it. */
export function isHandlerOn(pod: Pod, node: string): boolean {
  const meant = JSON.stringify((pod.spec as { affinity?: unknown }).affinity ?? {}).includes(`"${node}"`);
  return pod.metadata.labels?.['kubevirt.io'] === 'virt-handler' && (pod.spec.nodeName === node || meant);
}

export async function handlersOn({ api }: Cluster, node: string): Promise<readonly Pod[]> {
  const pods = await api.list(kinds.pod, { namespace: KUBEVIRT_NAMESPACE });
  return pods.filter((pod) => isHandlerOn(pod, node));
}

/** Lets the scene's virt-handler pods behave otherwise, until the answer is called. */
export function playHandler({ kubelet }: Cluster, play: Play): () => void {
  return kubelet.when((pod) => isHandlerOn(pod, SCENE), play);
}

/** Waits until exactly these nodes have a virt-handler that runs and is not leaving, and it is of the current template. */
export async function awaitHandlers(cluster: Cluster, nodes: readonly string[]): Promise<void> {
  await until(
    `virt-handler runs on ${nodes.join(', ')} only`,
    async () => {
      const { metadata, status } = await cluster.api.get(daemonSet);
      const { updatedNumberScheduled = 0 } = status as { updatedNumberScheduled?: number };
      const counted =
        status.observedGeneration === metadata.generation && status.numberReady === nodes.length;
      if (!counted || updatedNumberScheduled !== nodes.length) return false;
      const pods = await cluster.api.list(kinds.pod, {
        namespace: KUBEVIRT_NAMESPACE,
        labelSelector: 'kubevirt.io=virt-handler',
      });
      return pods.length === nodes.length && pods.every((pod) => isTrue(pod.status.conditions, 'Ready'));
    },
    PATIENCE_MS,
  );
}

export const daemonSet = ref(kinds.daemonSet, 'virt-handler', KUBEVIRT_NAMESPACE);

/** A DaemonSet as it can be created again. */
export function asNew({ apiVersion, kind, metadata, spec }: DaemonSet): DaemonSet {
  const { name, namespace = '', labels = {}, annotations = {} } = metadata;
  return { apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec, status: {} };
}

/**
 * The cluster as the story finds it: three nodes with a virt-handler each, no policy, no VMI. Wherever a story was broken
 * off: what it had done to nodes, kubelet, handlers and DaemonSet is undone.
 */
export async function setScene(cluster: Cluster, base: DaemonSet): Promise<void> {
  const { api, kubelet } = cluster;
  kubelet.playUsually();
  await clearWorkload(api);
  await clearNodes(api);
  if ((await api.find(daemonSet)) === undefined) await api.create(asNew(base));
  // A handler that a story left unready is not reported again.
  for (const pod of await handlersOn(cluster, SCENE))
    if (!isTrue(pod.status.conditions, 'Ready')) await api.delete(pod);
  await setPlacement(api, 'KubeVirt', undefined);
  await operatorPass(api, base);
  await awaitHandlers(cluster, NODES);
}

/** Deletes every VMI and every launcher. */
export async function clearWorkload(api: KubeApi): Promise<void> {
  for (const left of await api.list(kinds.vmi)) await api.delete(left);
  for (const left of await api.list(kinds.pod, { labelSelector: 'kubevirt.io=virt-launcher' }))
    await api.delete(left);
}

/** Makes the nodes that are missing; none is labelled into the policy, none is tainted, all are ready. */
export async function clearNodes(api: KubeApi): Promise<void> {
  for (const name of NODES) {
    if ((await api.find(ref(kinds.node, name))) === undefined) await createNode(api, name);
    await api.patch(ref(kinds.node, name), { metadata: { labels: { [POLICY_LABEL]: null } } });
    await setTaints(api, name, []);
    await setNodeReady(api, name, true);
  }
}

/** A VMI with its launcher, running on a node. */
export async function startVmi({ api }: Cluster, name: string, node: string): Promise<readonly KubeObject[]> {
  const vmi = await createVmi(api, { name, namespace: 'tenant-a', node });
  const launcher = await createLauncher(api, vmi);
  const { tolerations = [] } = launcher.spec as { tolerations?: object[] };
  // As in the recordings, it stays where a NoExecute taint drives virt-handler away.
  const patch = { spec: { tolerations: [...tolerations, { operator: 'Exists' }] } };
  return [vmi, await api.patch(launcher, patch)];
}

/** A VMI that ends by itself, and is cleared away. */
export async function endVmi({ api }: Cluster, [vmi, launcher]: readonly KubeObject[]): Promise<void> {
  if (vmi === undefined || launcher === undefined) return;
  await api.patch(launcher, { status: { phase: 'Succeeded' } }, { subresource: 'status' });
  // The tests' definition of a VMI has no status subresource.
  await api.patch(vmi, { status: { phase: 'Succeeded' } });
  await api.delete(vmi);
  await api.delete(launcher);
  await until('the launcher is gone', async () => (await api.find(launcher)) === undefined);
}
