import { type Background, pause, startBackground } from './background-loop.ts';
import type { Cluster } from './describe-cluster.ts';
import { type KubeApi, KubeApiError } from './kube-api.ts';
import { isTrue, kinds, type Pod, ref } from './objects.ts';
import { type PodState, podStatus } from './pod-status.ts';
import { watch } from './watch.ts';

export interface HandlerPods extends Background {
  /** From now on the handler of that node is not Ready, however often it is made again. */
  keepUnready(node: string): Promise<void>;
  /** The handler of that node stays as it is; the next one becomes Ready. */
  keepUnreadyOnce(node: string): Promise<void>;
  /** Handlers that are deleted go on for now, Ready as they were. */
  keepTerminating(): void;
  /** Ends all of these. */
  playUsually(): Promise<void>;
}

/** In seconds, as the recordings of the real operator were played (facts/operator-rollout.md). */
const STARTS = 1.2;
const IS_SCHEDULABLE = 3;
const IS_READY = 15;
const ENDS = 1.2;
/** kubevirt.md, 3.1. */
const HEARTBEAT = 60;

const isHandler = (pod: Pod): boolean => pod.metadata.labels?.['kubevirt.io'] === 'virt-handler';

interface Stand {
  readonly api: KubeApi;
  readonly unready: Set<string>;
  /** What handlers that are deleted wait for besides. */
  mayEnd: Promise<void>;
  readonly wait: (seconds: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Plays the kubelets' part and virt-handler's own for the pods of virt-handler, in time: Running 1.2 s after the pod is
 * bound, Ready 15 s later, gone 1.2 s after its deletion; `kubevirt.io/schedulable` false when the pod starts or
 * terminates, true with a heartbeat 3 s after it runs. The kubelet that the cluster has leaves these pods alone.
 *
 * @param speed - how many times as fast
 */
export function startHandlerPods({ api, kubelet }: Cluster, speed = 1): HandlerPods {
  const resign = kubelet.when(isHandler, { reports: 'nothing', ends: false });
  const unready = new Set<string>();
  const hanging = new Set<string>();
  const wait: Stand['wait'] = (seconds, signal) => pause((seconds * 1000) / speed, signal);
  const stand: Stand = { api, unready, wait, mayEnd: Promise.resolve() };
  let letEnd = (): void => undefined;
  const background = startBackground((signal) => playAll(stand, signal));
  return {
    keepUnready: async (node) => {
      unready.add(node);
      await reportAll(api, [node], 'unready');
    },
    keepUnreadyOnce: async (node) => {
      hanging.add(node);
      await reportAll(api, [node], 'unready');
    },
    keepTerminating: () => {
      stand.mayEnd = new Promise((resolve) => {
        letEnd = resolve;
      });
    },
    playUsually: async () => {
      letEnd();
      const nodes = [...unready, ...hanging];
      unready.clear();
      hanging.clear();
      await reportAll(api, nodes, 'ready');
    },
    stop: async () => {
      resign();
      await background.stop();
    },
  };
}

/** Lives that were begun end when the pod goes, or terminates, or all is over. */
async function playAll(stand: Stand, over: AbortSignal): Promise<void> {
  const lives = new Map<string, { readonly isEnd: boolean; readonly abort: AbortController }>();
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const begin = (pod: Pod, isEnd: boolean): void => {
    const { uid = '' } = pod.metadata;
    const now = lives.get(uid);
    if (now?.isEnd === isEnd) return;
    now?.abort.abort();
    const abort = new AbortController();
    lives.set(uid, { isEnd, abort });
    const signal = AbortSignal.any([over, abort.signal]);
    unlessOvertaken(isEnd ? end(stand, pod, signal) : live(stand, pod, signal)).catch((error: unknown) => {
      if (!signal.aborted) fail(error);
    });
  };
  const follow = async (): Promise<void> => {
    for await (const { type, object: pod } of watch(stand.api, kinds.pod, over)) {
      const { uid = '', deletionTimestamp } = pod.metadata;
      if (type === 'DELETED') lives.get(uid)?.abort.abort();
      else if (isHandler(pod) && pod.spec.nodeName !== undefined) begin(pod, deletionTimestamp !== undefined);
    }
  };
  await Promise.race([follow(), failed]);
}

async function live({ api, unready, wait }: Stand, pod: Pod, signal: AbortSignal): Promise<void> {
  const { nodeName: node = '' } = pod.spec;
  if (pod.status.phase !== 'Running') {
    await wait(STARTS, signal);
    if (signal.aborted) return;
    await report(api, pod, 'unready');
    await label(api, node, false);
  }
  const becomesReady = async (): Promise<void> => {
    await wait(isTrue(pod.status.conditions, 'Ready') ? 0 : IS_READY, signal);
    if (!signal.aborted && !unready.has(node)) await report(api, pod, 'ready');
  };
  const beats = async (): Promise<void> => {
    await wait(IS_SCHEDULABLE, signal);
    while (!signal.aborted) {
      await label(api, node, true);
      await wait(HEARTBEAT, signal);
    }
  };
  await Promise.all([becomesReady(), beats()]);
}

async function end(stand: Stand, pod: Pod, signal: AbortSignal): Promise<void> {
  const { api, wait } = stand;
  const { uid = '' } = pod.metadata;
  await unlessOvertaken(label(api, pod.spec.nodeName ?? '', false));
  await wait(ENDS, signal);
  await stand.mayEnd;
  if (!signal.aborted) await api.delete(pod, { gracePeriodSeconds: 0, preconditions: { uid } });
}

/** Every minute, and when it starts: virt-handler writes both at once. When it goes, the heartbeat stays. */
async function label(api: KubeApi, node: string, isSchedulable: boolean): Promise<void> {
  const heartbeat = { 'kubevirt.io/heartbeat': new Date().toISOString().replace(/\.\d+/, '') };
  await api.patch(ref(kinds.node, node), {
    metadata: {
      labels: { 'kubevirt.io/schedulable': `${isSchedulable}` },
      ...(isSchedulable && { annotations: heartbeat }),
    },
  });
}

async function report(api: KubeApi, pod: Pod, state: PodState): Promise<void> {
  const status = podStatus(pod, state, new Date().toISOString().replace(/\.\d+/, ''));
  const { uid } = pod.metadata;
  await api.patch(pod, { metadata: { uid }, status }, { subresource: 'status' });
}

async function reportAll(api: KubeApi, nodes: readonly string[], state: PodState): Promise<void> {
  for (const pod of await api.list(kinds.pod, { labelSelector: 'kubevirt.io=virt-handler' })) {
    const isRunning = pod.status.phase === 'Running' && pod.metadata.deletionTimestamp === undefined;
    if (isRunning && nodes.includes(pod.spec.nodeName ?? '')) await unlessOvertaken(report(api, pod, state));
  }
}

/** The pod is gone meanwhile, or another has its name; or the node is gone. */
async function unlessOvertaken(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const isOvertaken = error instanceof KubeApiError && (error.status === 404 || error.status === 409);
    if (!isOvertaken) throw error;
  }
}
