import { type KubeObject, valueAt } from '../../infra/local/simulation/api/kube-object.ts';
import { TYPES } from '../../infra/local/simulation/api/resource-type.ts';
import { INSTALL_NAMESPACE } from '../../infra/local/simulation/cluster/virt-objects.ts';
import type { RemediationPolicy } from '../../shared/domain/remediation/remediation-policy.ts';
import { durationMs } from '../../shared/domain/units.ts';
import { POLICY } from './gates.ts';
import type { Kill } from './killable.ts';
import { APPROVER, RemediationWorld } from './remediation-world.ts';

/** Everything automated may be done, soon. */
export const AUTO: RemediationPolicy = {
  ...POLICY,
  holdOffMs: durationMs(10_000),
  cooldownMs: durationMs(30_000),
};
/** Only what was done first may be done: what failed goes to people. */
const ONLY_LABELS: RemediationPolicy = {
  ...AUTO,
  stepModes: { ExtendPlacement: 'Observe', AddPlacementToleration: 'Observe' },
};

/** How a node is orphaned, and what becomes of it when nobody dies. */
export interface RemediationStory {
  readonly title: string;
  readonly policy: RemediationPolicy;
  /** What is so from the beginning. */
  readonly prepare: (world: RemediationWorld) => void;
  /** What orphans node02. */
  readonly orphan: (world: RemediationWorld) => void;
  readonly seconds: number;
}

const ZONE_A = { key: 'zone', operator: 'In', values: ['a'] } as const;
const onlyZoneA = ({ cluster }: RemediationWorld): void =>
  cluster.setPlacement({ nodeSelector: { zone: 'a' } });
const taint = ({ cluster }: RemediationWorld): void =>
  cluster.taint('node02', { key: 'gpu', value: 'yes', effect: 'NoSchedule' });
const endHandler = ({ cluster }: RemediationWorld): void => {
  for (const { metadata } of cluster.handlersOn('node02'))
    cluster.deletePod(INSTALL_NAMESPACE, metadata.name);
};

/** Each automated step once, two in one plan, and one that is taken back. */
export const REMEDIATION_STORIES: readonly RemediationStory[] = [
  {
    title: 'a label',
    policy: AUTO,
    prepare: onlyZoneA,
    orphan: ({ cluster }) => cluster.label('node02', 'zone', null),
    seconds: 100,
  },
  {
    title: 'a toleration',
    policy: AUTO,
    prepare: () => undefined,
    orphan: (world) => {
      taint(world);
      endHandler(world);
    },
    seconds: 170,
  },
  {
    title: 'a term of the affinity',
    policy: AUTO,
    prepare: ({ cluster }) =>
      cluster.setPlacement({
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [ZONE_A] }],
            },
          },
        },
      }),
    orphan: ({ cluster }) => cluster.label('node02', 'zone', 'b'),
    seconds: 170,
  },
  {
    title: 'a restart',
    policy: AUTO,
    prepare: () => undefined,
    orphan: (world) => breakHandler(world, 'node02'),
    seconds: 100,
  },
  {
    title: 'a label and a toleration',
    policy: AUTO,
    prepare: onlyZoneA,
    orphan: (world) => {
      taint(world);
      world.cluster.label('node02', 'zone', null);
    },
    seconds: 170,
  },
  {
    title: 'a label and a toleration that a person approves',
    policy: { ...AUTO, mode: 'Approve', approvers: [APPROVER] },
    prepare: onlyZoneA,
    orphan: (world) => {
      taint(world);
      world.cluster.label('node02', 'zone', null);
    },
    seconds: 170,
  },
  {
    title: 'a label that does not help and is taken back',
    policy: ONLY_LABELS,
    prepare: onlyZoneA,
    orphan: (world) => {
      world.cluster.label('node02', 'zone', null);
      whenLabelled(world, () => taint(world));
    },
    seconds: 300,
  },
];

/** The virt-handler that is on a node is not Ready any more, and never again. */
export function breakHandler({ api, cluster }: RemediationWorld, node: string): void {
  const [broken] = cluster.handlersOn(node);
  const spoil = (pod: KubeObject | undefined): void => {
    if (pod === undefined || pod.metadata.uid !== broken?.metadata.uid || !isReady(pod)) return;
    const target = { type: TYPES.pod, namespace: INSTALL_NAMESPACE, name: pod.metadata.name };
    const conditions = [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }];
    api.update({ ...target, subresource: 'status' }, (current) => ({
      ...current,
      status: { ...current.status, conditions },
    }));
  };
  spoil(broken);
  api.store.subscribe(({ type, object }) => {
    if (type !== 'DELETED') spoil(object);
  });
}

/** Does something a second after node02 is labelled. */
function whenLabelled({ api, time }: RemediationWorld, act: () => void): void {
  const stop = api.store.subscribe(({ object: { metadata } }) => {
    if (metadata.name !== 'node02' || metadata.labels?.['zone'] !== 'a') return;
    stop();
    time.after(durationMs(1_000), act);
  });
}

export function isReady(pod: KubeObject): boolean {
  const conditions = valueAt(pod, ['status', 'conditions']);
  return Array.isArray(conditions) && conditions.some((it) => it.type === 'Ready' && it.status === 'True');
}

/** Lets a story happen, from its beginning to long after its end. */
export async function tell(story: RemediationStory, kill?: Kill): Promise<RemediationWorld> {
  const { policy, prepare, orphan, seconds } = story;
  const world = new RemediationWorld({ policy, plan: { labels: { zone: 'a' } }, ...(kill && { kill }) });
  prepare(world);
  world.time.advance(120_000);
  orphan(world);
  await world.pass(60);
  const approval = await world.approve('node02');
  if (approval !== undefined) await world.deliver(approval);
  await world.deliverQueue();
  await world.pass(seconds - 60);
  // Whoever died with the lock in hand holds it no longer.
  world.time.advance(300_000);
  await world.tick();
  return world;
}
