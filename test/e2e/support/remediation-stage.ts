import type { Background } from './background-loop.ts';
import type { Cluster } from './describe-cluster.ts';
import { type HandlerPods, startHandlerPods } from './handler-pods.ts';
import { unless } from './kube-api.ts';
import { installKubeVirt } from './kubevirt.ts';
import { setTaints } from './nodes.ts';
import { isTrue, kinds, ref, type Taint } from './objects.ts';
import { startVirtOperator, type VirtOperator } from './operator-loop.ts';
import { isSettled } from './operator-settled.ts';
import { clearNodes, clearWorkload, handlersOn, NODES, POLICY_LABEL, SCENE, startVmi } from './stage.ts';
import { until } from './until.ts';
import {
  hyperConverged,
  installHyperConverged,
  type Placement,
  owners as placementOwners,
  setPlacement,
} from './virt-operator.ts';

/** Longer than a roll-out over three nodes at the stage's speed, on a machine that does other things too. */
const PATIENCE_MS = 60_000;

/** Where repairs are played: nodes with a virt-handler each, and an operator that acts by itself. */
export interface RemediationStage extends Background {
  readonly cluster: Cluster;
  readonly operator: VirtOperator;
  readonly handlers: HandlerPods;
  /** Whether virt-api is Ready: `true` when a scene is set. */
  readonly virtApi: { isReady: boolean };
}

export interface Scene {
  /** What the placement is said in; KubeVirt unless told. */
  readonly owner?: keyof typeof placementOwners;
  /** None unless told. */
  readonly placement?: Placement;
  /** Labels of all three nodes, besides their usual ones. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A way for a node to lose its virt-handler: the scene before, and what happens then. */
export interface Orphaning {
  readonly scene: Scene;
  readonly happen: (stage: RemediationStage) => Promise<void>;
  /** How many handlers there are to be then. */
  readonly desired: number;
}

const excluded: Placement = {
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'NotIn', values: [SCENE] }] },
        ],
      },
    },
  },
};

/** It ends a virt-handler at once. */
export const UNTOLERATED: Taint = { key: 'maintenance', value: 'true', effect: 'NoExecute' };

/** The ways that the stories need. */
export const ORPHANINGS = {
  'a label that the policy asks for is removed': {
    scene: { placement: { nodeSelector: { [POLICY_LABEL]: '' } }, labels: { [POLICY_LABEL]: '' } },
    happen: async ({ cluster: { api } }) => {
      await api.patch(ref(kinds.node, SCENE), { metadata: { labels: { [POLICY_LABEL]: null } } });
    },
    desired: 2,
  },
  'the policy excludes it by affinity': {
    scene: {},
    happen: ({ cluster: { api } }) => setPlacement(api, 'KubeVirt', excluded),
    desired: 2,
  },
  'it gets a taint that virt-handler does not tolerate': {
    scene: {},
    happen: async ({ cluster: { api } }) => {
      await setTaints(api, SCENE, [UNTOLERATED]);
    },
    desired: 2,
  },
  'the policy excludes it by affinity, and it gets such a taint': {
    scene: {},
    happen: async ({ cluster: { api } }) => {
      await setTaints(api, SCENE, [UNTOLERATED]);
      await setPlacement(api, 'KubeVirt', excluded);
    },
    desired: 2,
  },
  'a label is removed, and it gets such a taint': {
    scene: { placement: { nodeSelector: { [POLICY_LABEL]: '' } }, labels: { [POLICY_LABEL]: '' } },
    happen: async ({ cluster: { api } }) => {
      await api.patch(ref(kinds.node, SCENE), { metadata: { labels: { [POLICY_LABEL]: null } } });
      await setTaints(api, SCENE, [UNTOLERATED]);
    },
    desired: 2,
  },
  'it gets such a taint where HyperConverged owns the placement': {
    scene: { owner: 'HyperConverged' },
    happen: async ({ cluster: { api } }) => {
      await setTaints(api, SCENE, [UNTOLERATED]);
    },
    desired: 2,
  },
  'its virt-handler is not Ready': {
    scene: {},
    happen: ({ handlers }) => handlers.keepUnready(SCENE),
    desired: 3,
  },
  'its virt-handler hangs, and the next one would not': {
    scene: {},
    happen: ({ handlers }) => handlers.keepUnreadyOnce(SCENE),
    desired: 3,
  },
} as const satisfies Readonly<Record<string, Orphaning>>;

/**
 * Installs KubeVirt and starts its operator's stand-in.
 *
 * @param speed - how many times as fast as recorded: at 20 a roll-out over three nodes takes about 4 s
 */
export async function startRemediationStage(cluster: Cluster, speed = 20): Promise<RemediationStage> {
  const base = await installKubeVirt(cluster.api);
  await installHyperConverged(cluster.api);
  const virtApi = { isReady: true };
  const handlers = startHandlerPods(cluster, speed);
  const isVirtApiReady = () => virtApi.isReady;
  const operator = startVirtOperator(cluster.api, { base, speed, isVirtApiReady });
  const stop = async (): Promise<void> => {
    await Promise.all([operator.stop(), handlers.stop()]);
  };
  return { cluster, operator, handlers, virtApi, stop };
}

/** Three nodes with a Ready handler each, no VMI, and the placement of the scene rolled out. Undoes any story. */
export async function setRemediationScene(stage: RemediationStage, scene: Scene = {}): Promise<void> {
  const { cluster, handlers, virtApi } = stage;
  const { api } = cluster;
  virtApi.isReady = true;
  await handlers.playUsually();
  await clearWorkload(api);
  await clearNodes(api);
  for (const name of NODES)
    await api.patch(ref(kinds.node, name), { metadata: { labels: scene.labels ?? {} } });
  await setOwner(stage, scene);
  await awaitRollOut(stage, NODES.length);
}

async function setOwner({ cluster: { api } }: RemediationStage, scene: Scene): Promise<void> {
  const { owner = 'KubeVirt', placement } = scene;
  await api.delete(placementOwners.HyperConverged);
  if (owner === 'HyperConverged')
    await unless(409, api.create({ ...hyperConverged, ...placementOwners.HyperConverged, spec: {} }));
  await setPlacement(api, owner, placement);
  // What HyperConverged's operator would do, so that the roll-out is not looked for before it began.
  if (owner === 'HyperConverged') await setPlacement(api, 'KubeVirt', placement);
}

/** Waits until the operator has rolled out what the KubeVirt resource says, and so many handlers are Ready. */
export async function awaitRollOut({ cluster, operator }: RemediationStage, handlers: number): Promise<void> {
  operator.due(0);
  const isDone = () => isSettled(cluster.api, handlers);
  await until(`${handlers} handlers are rolled out`, isDone, PATIENCE_MS);
}

/** Sets the scene, starts a VMI on its node, and lets the node lose its virt-handler. */
export async function orphan(stage: RemediationStage, how: keyof typeof ORPHANINGS): Promise<void> {
  const { scene, happen, desired }: Orphaning = ORPHANINGS[how];
  await setRemediationScene(stage, scene);
  await startVmi(stage.cluster, 'web-01', SCENE);
  await happen(stage);
  if (desired < NODES.length) await awaitRollOut(stage, desired);
  await until(`no handler is Ready on ${SCENE}`, async () => {
    const pods = await handlersOn(stage.cluster, SCENE);
    return pods.every((pod) => !isTrue(pod.status.conditions, 'Ready'));
  });
}
