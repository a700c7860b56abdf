import { expect } from 'vitest';
import { AUTOMATED_STEPS, type AutomatedStep } from '../../../shared/domain/remediation/plan.ts';
import type {
  RemediationMode,
  RemediationPolicy,
} from '../../../shared/domain/remediation/remediation-policy.ts';
import type { RemediationData } from '../../../shared/events/reaction-events.ts';
import type { IncidentRecord } from '../../../shared/runtime/ports.ts';
import { INCIDENTS_NAMESPACE } from './incidents.ts';
import type { KubeApi } from './kube-api.ts';
import { type KubeObject, kind, kinds, ref } from './objects.ts';
import { awaitRollOut, type ORPHANINGS, orphan, type RemediationStage } from './remediation-stage.ts';
import { type Deaths, openRepairs, type Repairs } from './repairs.ts';
import { handlersOn, NODES, POLICY_LABEL, SCENE } from './stage.ts';
import { until } from './until.ts';

/** Longer than a roll-out, and looks after it, on a machine that does other things too. */
const PATIENCE_MS = 30_000;
/** What a look lets pass while a success has to hold for a while. */
const HOLDING_SECONDS = 4;

interface KubeEvent extends KubeObject {
  readonly reason?: string;
  readonly note?: string;
  readonly regarding?: { readonly kind: string; readonly name: string };
}

const kubeEvents = kind<KubeEvent>('events.k8s.io/v1/Event');
const incidents = kind('kubevirt-orphans.dev/v1alpha1/OrphanIncident');
interface Lease extends KubeObject {
  readonly spec: { readonly holderIdentity?: string };
}

const lease = ref(
  kind<Lease>('coordination.k8s.io/v1/Lease'),
  'kubevirt-orphans-remediation',
  INCIDENTS_NAMESPACE,
);

/** The steps of a plan, and the way to lose virt-handler against which it is. */
export interface Remedy {
  readonly steps: readonly AutomatedStep[];
  readonly against: keyof typeof ORPHANINGS;
  /** What is written, as `Repairs.writes` has it; a pod's name ends in five characters by chance. */
  readonly writes: readonly RegExp[];
  /** The cause shows so many seconds after it began. */
  readonly showsAfter?: number;
}

const NODE = /^write Node node02$/;
const KUBEVIRT = /^write KubeVirt kubevirt$/;
const POD = /^write Pod virt-handler-\w{5}$/;

const LABEL = 'a label that the policy asks for is removed';
const TAINT = 'it gets a taint that virt-handler does not tolerate';
const RULE = 'the policy excludes it by affinity';
const LABEL_AND_TAINT = 'a label is removed, and it gets such a taint';
const RULE_AND_TAINT = 'the policy excludes it by affinity, and it gets such a taint';

/** Every plan that a program may carry out. */
export const REMEDIES = {
  LabelNode: { steps: ['LabelNode'], against: LABEL, writes: [NODE] },
  ExtendPlacementAffinity: { steps: ['ExtendPlacementAffinity'], against: RULE, writes: [KUBEVIRT] },
  AddPlacementToleration: { steps: ['AddPlacementToleration'], against: TAINT, writes: [KUBEVIRT] },
  ExtendPlacement: { steps: ['ExtendPlacement'], against: RULE_AND_TAINT, writes: [KUBEVIRT] },
  'LabelNode+AddPlacementToleration': {
    steps: ['LabelNode', 'AddPlacementToleration'],
    against: LABEL_AND_TAINT,
    writes: [NODE, KUBEVIRT],
  },
  RestartHandlerPod: {
    steps: ['RestartHandlerPod'],
    against: 'its virt-handler hangs, and the next one would not',
    writes: [POD],
    // Until then it may be starting.
    showsAfter: 121,
  },
} as const satisfies Readonly<Record<string, Remedy>>;

/** The policy by which these steps have that mode, and all others are only proposed. */
export function only({ steps }: Remedy, mode: RemediationMode): Partial<RemediationPolicy> {
  const others = AUTOMATED_STEPS.filter((step) => !steps.includes(step));
  return { mode, stepModes: Object.fromEntries(others.map((step) => [step, 'Observe'])) };
}

/** Lets the node of the story lose its virt-handler, with nothing remembered from another story. */
export async function begin(
  stage: RemediationStage,
  { against, showsAfter = 0 }: Pick<Remedy, 'against' | 'showsAfter'>,
  policy: Partial<RemediationPolicy>,
  deaths?: Deaths,
): Promise<Repairs> {
  await orphan(stage, against);
  await forget(stage);
  const repairs = await openRepairs(stage.cluster, policy, deaths);
  repairs.clock.skip(showsAfter);
  return repairs;
}

/** Removes the label of the story's policy again, and waits until nothing more follows from it. */
export async function orphanAgain(stage: RemediationStage): Promise<void> {
  await stage.cluster.api.patch(ref(kinds.node, SCENE), { metadata: { labels: { [POLICY_LABEL]: null } } });
  await until(
    `virt-handler is gone from ${SCENE}`,
    async () => (await handlersOn(stage.cluster, SCENE)).length === 0,
  );
  await awaitRollOut(stage, NODES.length - 1);
}

/** Deletes every record, every Event of ours, and the lock. */
export async function forget({ cluster: { api } }: Pick<RemediationStage, 'cluster'>): Promise<void> {
  for (const left of await ourEvents(api)) await api.delete(left);
  for (const left of await api.list(incidents)) await api.delete(left);
  await api.delete(lease);
}

/** Who holds the lock; `undefined` when nobody does. */
export async function lockHolderOf(api: KubeApi): Promise<string | undefined> {
  return (await api.get(lease)).spec.holderIdentity;
}

/** Looks until it has come to that. */
export async function lookUntil(
  repairs: Repairs,
  what: string,
  isSo: (record: IncidentRecord) => boolean,
): Promise<IncidentRecord> {
  return until(
    what,
    async () => {
      await repairs.look();
      const record = await repairs.record();
      const { run } = record?.remediation ?? {};
      if (run?.successSince !== undefined) repairs.clock.skip(HOLDING_SECONDS);
      if (record !== undefined && isSo(record)) return record;
      throw new Error(
        `the run is ${run?.phase} with ${JSON.stringify(run?.refusedFor)}; told: ${stages(repairs).join(', ')}`,
      );
    },
    PATIENCE_MS,
  );
}

/** Looks until the node has its virt-handler back, and all that was under way is over. */
export function lookUntilRecovered(repairs: Repairs): Promise<IncidentRecord> {
  return lookUntil(repairs, `${SCENE} recovers`, isOver);
}

/** Whether the incident is resolved, and nothing is under way any more. */
export function isOver({ incident, remediation }: IncidentRecord): boolean {
  return incident?.state === 'Resolved' && remediation.run === undefined;
}

const REMEDIATION = /\.remediation\.(\w+)\.v1$/;

/** What was told of remediation on a node, in order; each once, however often it was published. */
export function toldOf(
  { told }: Pick<Repairs, 'told'>,
  node = SCENE,
): readonly { readonly stage: string; readonly data: RemediationData }[] {
  const distinct = new Map(told.map((event) => [event.id, event]));
  return [...distinct.values()].flatMap(({ type, data, node: of }) => {
    const stage = REMEDIATION.exec(type)?.[1];
    return stage === undefined || of !== node ? [] : [{ stage, data: data as RemediationData }];
  });
}

/** Such as `proposed`, `refused NotPaused`. */
export function stages(repairs: Pick<Repairs, 'told'>, node = SCENE): readonly string[] {
  return toldOf(repairs, node).map(({ stage, data }) => [stage, data.reason?.code].filter(Boolean).join(' '));
}

export function expectStages(repairs: Repairs, ...expected: readonly string[]): void {
  expect(stages(repairs)).toEqual(expected);
}

/** The Kubernetes Events in which we say what we wrote. */
export async function ourEvents(api: KubeApi): Promise<readonly KubeEvent[]> {
  const all = await api.list(kubeEvents);
  return all.filter(({ reason }) => reason?.startsWith('OrphanRemediation'));
}
