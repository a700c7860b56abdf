import type { Cluster } from './describe-cluster.ts';
import { setNodeReady, setTaints } from './nodes.ts';
import { type DaemonSet, type KubeObject, kinds, ref, type Taint } from './objects.ts';
import { type PodState, podStatus } from './pod-status.ts';
import {
  asNew,
  awaitDiagnosed,
  awaitHandlers,
  awaitTold,
  daemonSet,
  endVmi,
  handlersOn,
  NODES,
  POLICY_LABEL,
  playHandler,
  SCENE,
  type Stage,
  startVmi,
} from './stage.ts';
import { operatorPass, setPlacement } from './virt-operator.ts';

interface Step {
  /** As the recordings name it. */
  readonly name: string;
  /** What is told of the scene's incident, in this order; `|` where it depends on how far the controller is. */
  readonly tells: readonly string[];
  /** Acts; each `told` waits for the next of `tells`. */
  readonly act: (stage: Stage, told: (ticks?: boolean) => Promise<void>) => Promise<void>;
}

const NO_SCHEDULE: Taint = { key: 'dedicated', value: 'db', effect: 'NoSchedule' };
const NO_EXECUTE: Taint = { key: 'maintenance', value: 'true', effect: 'NoExecute' };
const OTHERS = NODES.filter((name) => name !== SCENE);

/**
 * The story of the recordings, acted. What passes quickly in a real cluster is held until it was told, so that what is
 * told does not depend on who is quicker.
 */
export function recordedStory(): readonly Step[] {
  let workload: readonly KubeObject[] = [];
  let lost: DaemonSet | undefined;
  return [
    {
      name: 'a VMI and its virt-launcher pod start on node02',
      tells: [],
      act: async ({ cluster }) => {
        workload = await startVmi(cluster, 'web-01', SCENE);
      },
    },
    {
      name: 'the virt-handler pod of node02 is deleted and the DaemonSet controller replaces it',
      tells: ['at-risk HandlerRollout', 'suspected HandlerRollout|DaemonSetStalled', 'resolved Recovered'],
      act: async ({ cluster }, told) => {
        const [handler] = await handlersOn(cluster, SCENE);
        const stays = playHandler(cluster, { ends: false, reports: 'nothing' });
        if (handler !== undefined) await cluster.api.delete(handler);
        await told();
        const isSlow = playHandler(cluster, { reports: 'nothing' });
        stays();
        await told();
        isSlow();
        await told();
      },
    },
    {
      name: 'node02 gets an untolerated NoSchedule taint: its virt-handler keeps running (latent orphan)',
      tells: ['at-risk TaintNotTolerated'],
      act: async ({ cluster: { api } }, told) => {
        await setTaints(api, SCENE, [NO_SCHEDULE]);
        await told();
      },
    },
    {
      name: 'node02 gets an untolerated NoExecute taint: its virt-handler is evicted and not replaced (orphan)',
      tells: ['opened TaintNotTolerated'],
      act: async ({ cluster: { api } }, told) => {
        await setTaints(api, SCENE, [NO_SCHEDULE, NO_EXECUTE]);
        await told();
      },
    },
    {
      name: 'both taints are removed: a new virt-handler starts (recovered)',
      tells: ['resolved Recovered'],
      act: async ({ cluster: { api } }, told) => {
        await setTaints(api, SCENE, []);
        await told();
      },
    },
    {
      name: 'the placement policy of the KubeVirt CR excludes node02: CR, then DaemonSet change, virt-handler leaves node02 (orphan)',
      tells: ['at-risk NodeSelectorMismatch', 'opened NodeSelectorMismatch'],
      act: excludeScene,
    },
    {
      name: 'node02 is labelled into the policy: virt-handler comes back (recovered)',
      tells: ['resolved Recovered'],
      act: async ({ cluster }, told) => {
        await cluster.api.patch(ref(kinds.node, SCENE), { metadata: { labels: { [POLICY_LABEL]: '' } } });
        await told();
        await awaitHandlers(cluster, NODES);
      },
    },
    {
      name: 'the DaemonSet is deleted: every node loses its virt-handler',
      tells: ['at-risk DaemonSetMissing', 'opened DaemonSetMissing'],
      act: async ({ cluster }, told) => {
        lost = await cluster.api.get(daemonSet);
        const stays = playHandler(cluster, { ends: false, reports: 'nothing' });
        await cluster.api.delete(daemonSet, { propagationPolicy: 'Background' });
        await told();
        stays();
        await told();
      },
    },
    {
      name: 'the DaemonSet is created again',
      tells: ['resolved Recovered'],
      act: async ({ cluster }, told) => {
        if (lost !== undefined) await cluster.api.create(asNew(lost));
        await told();
        await awaitHandlers(cluster, NODES);
      },
    },
    {
      name: 'the kubelet of node02 stops: the node becomes NotReady',
      tells: ['at-risk NodeNotReady', 'suspected NodeNotReady', 'opened NodeNotReady'],
      act: async ({ cluster }, told) => {
        await setNodeReady(cluster.api, SCENE, false);
        await told();
        // By the node lifecycle controller, which here sees no heartbeat that stays away.
        await reportHandlers(cluster, 'unready');
        await told();
        await told(true);
      },
    },
    {
      name: 'the kubelet of node02 is back',
      tells: ['resolved Recovered'],
      act: async ({ cluster }, told) => {
        await setNodeReady(cluster.api, SCENE, true);
        await reportHandlers(cluster, 'ready');
        await told();
      },
    },
    {
      name: 'the VMI ends: launcher Succeeded, VMI Succeeded, both deleted',
      tells: [],
      act: ({ cluster }) => endVmi(cluster, workload),
    },
    {
      name: 'node03 is deleted',
      tells: [],
      act: ({ cluster: { api } }) => api.delete(ref(kinds.node, 'node03')),
    },
  ];
}

async function reportHandlers(cluster: Cluster, state: PodState): Promise<void> {
  for (const pod of await handlersOn(cluster, SCENE)) {
    const status = podStatus(pod, state, new Date().toISOString().replace(/\.\d+/, ''));
    await cluster.api.patch(pod, { status }, { subresource: 'status' });
  }
}

async function excludeScene({ cluster, base }: Stage, told: () => Promise<void>): Promise<void> {
  const { api } = cluster;
  for (const name of OTHERS)
    await api.patch(ref(kinds.node, name), { metadata: { labels: { [POLICY_LABEL]: '' } } });
  const stays = playHandler(cluster, { ends: false, reports: 'nothing' });
  await setPlacement(api, 'KubeVirt', { nodeSelector: { [POLICY_LABEL]: '' } });
  await operatorPass(api, base);
  await told();
  stays();
  await told();
  await awaitHandlers(cluster, OTHERS);
}

/** Everything that is told of the scene's incident, in order. */
export const TOLD: readonly RegExp[] = recordedStory()
  .flatMap(({ tells }) => tells)
  .map((told) => new RegExp(`^${told.replace(/ (.*)/, ' ($1)')}$`));

/** Plays the story to its end. @throws Error when something is not told that should be */
export async function playStory(stage: Stage): Promise<void> {
  const expected: string[] = [];
  for (const { tells, act } of recordedStory()) {
    const coming = [...tells];
    await act(stage, async (ticks) => {
      const next = coming.shift();
      if (next !== undefined) expected.push(next);
      await awaitTold(stage, expected, ticks);
      const [state, cause = ''] = next?.split(' ') ?? [];
      if (state === 'opened') await awaitDiagnosed(stage, cause);
    });
  }
}
