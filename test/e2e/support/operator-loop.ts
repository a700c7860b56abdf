import { isDeepStrictEqual } from 'node:util';
import { createAlarm } from './alarm.ts';
import { type Background, pause, startBackground } from './background-loop.ts';
import { type KubeApi, unless } from './kube-api.ts';
import type { DaemonSet } from './objects.ts';
import { type Outcome, operatorConditions } from './operator-conditions.ts';
import { type OperatedKubeVirt, operatedDaemonSet, operatedKubeVirt } from './operator-objects.ts';
import { readyHandlers, recordedGeneration, type Synced, syncDaemonSet } from './operator-sync.ts';
import { owners, setPlacement } from './virt-operator.ts';

export interface OperatorOptions {
  /** The DaemonSet before any placement was injected into it, as the API server stores it. */
  readonly base: DaemonSet;
  /** How many times as fast as recorded; 1 unless told. */
  readonly speed?: number;
  /** Whether virt-api is there; while it is not, the DaemonSet is left as it is. */
  readonly isVirtApiReady?: () => boolean;
}

export interface VirtOperator extends Background {
  /** Makes the next pass start after so many seconds as recorded, where another would leave it to chance. */
  due(seconds: number): void;
}

type Wait = (seconds: number) => Promise<void>;

/**
 * Starts what virt-operator does for virt-handler (facts/operator-rollout.md): a pass every 5 to 6 s, as its own leader
 * lease causes; the first over a new generation takes 3 to 4 s, later ones 0.1 to 0.3 s. Where there is a HyperConverged,
 * its operator is played too: before each pass its placement replaces that of KubeVirt.
 *
 * Not played: Deployments (the real one takes virt-api from two replicas to one and back), upgrades to another version.
 */
export function startVirtOperator(api: KubeApi, options: OperatorOptions): VirtOperator {
  const { speed = 1 } = options;
  const alarm = createAlarm(speed);
  const background = startBackground(async (signal) => {
    const wait: Wait = (seconds) => pause((seconds * 1000) / speed, signal);
    const pass = passes(api, options, wait);
    while (!signal.aborted) {
      // From the start of one pass to the next 5 to 6 s; 2 to 3.8 s from the end of one that took long.
      const usual = between(5, 6);
      const begun = performance.now();
      const isLong = await pass();
      const took = ((performance.now() - begun) / 1000) * speed;
      await alarm.ring(isLong ? between(2, 3.8) : usual - took, signal);
    }
  });
  return { ...background, due: alarm.set };
}

/** What makes one pass after the other, and tells whether it was a long one. They remember what they have seen. */
function passes(api: KubeApi, { base, isVirtApiReady }: OperatorOptions, wait: Wait): () => Promise<boolean> {
  let seen: number | undefined;
  return async () => {
    await playHyperConverged(api);
    const owner = await api.find(operatedKubeVirt);
    if (owner === undefined) return false;
    // A new generation is first written into every object that it owns.
    const isNew = seen !== owner.metadata.generation;
    seen = owner.metadata.generation;
    await wait(isNew ? between(3, 4) : between(0.1, 0.3));
    const isAllowed = isVirtApiReady?.() ?? true;
    const synced = isAllowed ? await syncDaemonSet(api, base, owner) : { isDone: false };
    // The look at what is ready came 0.1 to 1.2 s after the last write in the recordings.
    if (synced.isDone && synced.recorded !== undefined) await wait(between(0.1, 1.2));
    await report(api, owner, synced);
    return isNew;
  };
}

async function playHyperConverged(api: KubeApi): Promise<void> {
  const owner = await unless(404, api.find(owners.HyperConverged));
  if (owner !== undefined) await setPlacement(api, 'KubeVirt', owner.spec.workloads?.nodePlacement);
}

/** Writes what is to be said, if it was not said before. */
async function report(api: KubeApi, owner: OperatedKubeVirt, synced: Synced): Promise<void> {
  const outcome = await outcomeOf(api, synced);
  const { status = {}, metadata } = owner;
  const now = new Date().toISOString().replace(/\.\d+/, '');
  const next = {
    phase: 'Deployed',
    conditions: operatorConditions(outcome, status.conditions ?? [], now),
    generations: generationsWith(owner, synced.recorded ?? recordedGeneration(owner)),
    observedGeneration: outcome === 'ready' ? metadata.generation : status.observedGeneration,
  };
  if (isDeepStrictEqual({ ...status, ...next }, status)) return;
  await api.patch(operatedKubeVirt, { status: next }, { subresource: 'status' });
}

async function outcomeOf(api: KubeApi, { isDone, error }: Synced): Promise<Outcome> {
  if (error !== undefined) return { error };
  return isDone && (await isReady(api)) ? 'ready' : 'in-progress';
}

/**
 * As `DaemonsetIsReady` in the operator's `util/readycheck.go`: handlers that terminate count while they are Ready, which
 * is why "Available" can be said in the middle of a roll-out.
 */
async function isReady(api: KubeApi): Promise<boolean> {
  const found = await api.find(operatedDaemonSet);
  const { desiredNumberScheduled = 0, numberReady = 0 } = found?.status ?? {};
  if (desiredNumberScheduled === 0 || numberReady < desiredNumberScheduled) return false;
  return (await readyHandlers(api)).length >= desiredNumberScheduled;
}

function generationsWith({ status }: OperatedKubeVirt, lastGeneration: number | undefined) {
  const others = (status?.generations ?? []).filter(({ name }) => name !== 'virt-handler');
  if (lastGeneration === undefined) return others;
  const { namespace, name } = operatedDaemonSet.metadata;
  return [...others, { group: 'apps', lastGeneration, name, namespace, resource: 'daemonsets' }];
}

function between(from: number, to: number): number {
  return from + Math.random() * (to - from);
}
