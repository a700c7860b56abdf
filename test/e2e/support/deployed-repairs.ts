import { expect } from 'vitest';
import type { IncidentRecord, IncidentStore } from '../../../shared/runtime/ports.ts';
import { applyWithoutKnative, configure } from './deploy.ts';
import type { Cluster } from './describe-cluster.ts';
import { CONFIGURATION, REPEAT_SECONDS } from './eager-configuration.ts';
import { INCIDENTS_NAMESPACE, openIncidents } from './incidents.ts';
import type { KubeApi } from './kube-api.ts';
import { createNamespace } from './kubevirt.ts';
import { type KubeObject, kind, kinds, ref } from './objects.ts';
import {
  type ORPHANINGS,
  orphan,
  type RemediationStage,
  setRemediationScene,
  startRemediationStage,
} from './remediation-stage.ts';
import { forget, isOver } from './repair-story.ts';
import { type ShiftedClock, shiftedClock } from './shifted-clock.ts';
import { clearWorkload, SCENE } from './stage.ts';
import { until } from './until.ts';

/** Longer than a roll-out and the looks after it, on a machine that does other things too. */
const PATIENCE_MS = 40_000;
/** A little more than success of a placement has to hold. */
const HOLDING_SECONDS = 13;
const OPT_OUT = 'kubevirt-orphans.dev/remediation';
/** Where repairs are made by functions in processes that are not this one. */
export interface DeployedRepairs {
  readonly stage: RemediationStage;
  /** What was applied. */
  readonly objects: readonly KubeObject[];
  readonly store: IncidentStore;
  /** That of the functions, who have its `env`. */
  readonly clock: ShiftedClock;
  close(): Promise<void>;
}

/** Sets the stage, and applies a folder of infra/deploy with its configuration; no function runs yet. */
export async function deployRepairs(cluster: Cluster, folder: string): Promise<DeployedRepairs> {
  const stage = await startRemediationStage(cluster);
  await setRemediationScene(stage);
  await createNamespace(cluster.api, 'medik8s-leases');
  const objects = await applyWithoutKnative(cluster, folder);
  await configure(cluster, INCIDENTS_NAMESPACE, CONFIGURATION);
  const { store, close } = openIncidents(cluster.kubeconfig);
  return {
    stage,
    objects,
    store,
    clock: shiftedClock(cluster.plane.directory),
    close: async () => {
      close();
      await stage.stop();
    },
  };
}

/** A repair by which steps, and against what; the cause shows where virt-handler was made so many seconds ago. */
type Story = readonly [steps: string, how: keyof typeof ORPHANINGS, showsAfter: number];

export const STORIES: readonly Story[] = [
  ['AddPlacementToleration', 'it gets a taint that virt-handler does not tolerate', 0],
  ['AddPlacementToleration', 'it gets such a taint where HyperConverged owns the placement', 0],
  // Until then it may be starting.
  ['RestartHandlerPod', 'its virt-handler hangs, and the next one would not', 121],
];

/** Plays one to its end. */
export async function playRepair(repairs: DeployedRepairs, [steps, how, showsAfter]: Story): Promise<void> {
  await beginStory(repairs, how);
  repairs.clock.beAhead(showsAfter);
  await expectRepaired(repairs, steps);
}

/** A node may not be labelled again until it is no longer opted out; people are told again meanwhile. */
export async function playOptedOut(
  repairs: DeployedRepairs,
  meanwhile: () => Promise<void> = async () => undefined,
): Promise<void> {
  const { api } = repairs.stage.cluster;
  const optOut = (value: string | null) =>
    api.patch(ref(kinds.node, SCENE), { metadata: { labels: { [OPT_OUT]: value } } });
  await optOut('disabled');
  await beginStory(repairs, 'a label that the policy asks for is removed');
  await awaitRecord(repairs, 'it is opted out', ({ remediation: { run } }) =>
    Boolean(run?.refusedFor.includes('NotOptedOut')),
  );
  await giveOwner(api);
  await meanwhile();
  await awaitToldAgain(repairs);
  await optOut(null);
  await expectRepaired(repairs, 'LabelNode');
}

/** Lets so much time pass after whatever people are told that it is told again. */
async function awaitToldAgain({ stage, store, clock }: DeployedRepairs): Promise<void> {
  const { api } = stage.cluster;
  const tellings = new Set<number>();
  await until('people are told again', async () => {
    const told = (await store.get(SCENE))?.deliveries.find((it) => it.told !== undefined)?.told;
    if (told !== undefined && !tellings.has(told.at)) {
      tellings.add(told.at);
      clock.skip(REPEAT_SECONDS + 1);
    }
    const events = await api.list(kind('events.k8s.io/v1/Event'));
    return events.some((event) => 'series' in event && event.series !== null);
  });
}

/** Has a VirtualMachine own the VMI of the story. */
async function giveOwner(api: KubeApi): Promise<void> {
  const vm = { apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachine' };
  const metadata = { name: 'web-01', namespace: 'tenant-a' };
  const { metadata: made } = await api.create<KubeObject>({ ...vm, metadata, spec: { running: true } });
  const owner = { ...vm, name: made.name, uid: made.uid, controller: true };
  await api.patch(ref(kinds.vmi, 'web-01', 'tenant-a'), { metadata: { ownerReferences: [owner] } });
}

/** Lets the node of the story lose its virt-handler, with nothing remembered from another story. */
async function beginStory({ stage, store }: DeployedRepairs, how: keyof typeof ORPHANINGS): Promise<void> {
  await clearWorkload(stage.cluster.api);
  await until('nothing is open', async () => (await store.list()).every(isOver));
  await forget(stage);
  await orphan(stage, how);
}

/** Waits until it has come to that with the node of the story. */
function awaitRecord(
  { store }: DeployedRepairs,
  what: string,
  isSo: (record: IncidentRecord) => boolean,
): Promise<IncidentRecord> {
  return until(
    what,
    async () => {
      const record = await store.get(SCENE);
      if (record !== undefined && isSo(record)) return record;
      const { run } = record?.remediation ?? {};
      const state = record?.incident?.state;
      throw new Error(
        `the incident is ${state}, the run is ${run?.phase} with ${JSON.stringify(run?.refusedFor)}`,
      );
    },
    PATIENCE_MS,
  );
}

/** Waits until the node has its virt-handler back, by these steps, and all that was under way is over. */
async function expectRepaired(repairs: DeployedRepairs, steps: string): Promise<void> {
  const skipped = new Set<number>();
  const { remediation } = await awaitRecord(repairs, `${SCENE} is repaired`, (record) => {
    const since = record.remediation.run?.successSince;
    if (since !== undefined && !skipped.has(since)) {
      skipped.add(since);
      repairs.clock.skip(HOLDING_SECONDS);
    }
    return isOver(record);
  });
  // A proposal is withdrawn where the incident changes meanwhile, and made anew.
  expect(remediation.attempts.at(-1)).toMatchObject({ steps, outcome: 'Succeeded', by: 'policy' });
}
