import { conditionOf } from '../causes/evidence.ts';
import type { ClusterFacts } from '../cluster-facts.ts';
import type { Condition, DaemonSetObject, KubeVirtObject } from '../objects.ts';
import { type DurationMs, durationMs, type EpochMs, elapsedMs, parseTimestamp } from '../units.ts';
import type { Reason } from './reason.ts';
import type {} from './remediation.ts';

/** What a roll-out of a placement is seen by. */
export interface RolledOut {
  readonly kubeVirt: KubeVirtObject | undefined;
  readonly daemonSet: DaemonSetObject | undefined;
  readonly facts: ClusterFacts;
}

/** A change of the placement reached the DaemonSet after 4.3 to 9.0 s; it is stuck after a minute. Source: facts/operator-rollout.md. */
const APPLIED_WITHIN_MS: DurationMs = durationMs(60_000);
/** "unexpected canary upgrade state" passes within half a minute, a refused DaemonSet does not. Source: the same. */
const FAILING_FOR_MS: DurationMs = durationMs(30_000);
const APPLIED_GENERATION = 'kubevirt.io/generation';

/**
 * What a roll-out still lacks, in phrases. Both halves are needed: the one of the KubeVirt resource was early twice in nine
 * recordings. `status.phase` and deployment ids say nothing (facts/operator-rollout.md, "What a remediation program must wait for").
 */
export function rolloutMissing({ kubeVirt, daemonSet, facts }: RolledOut): readonly string[] {
  if (kubeVirt === undefined || daemonSet === undefined) return ['the roll-out cannot be seen'];
  const missing: string[] = [];
  if (!isApplied(kubeVirt, daemonSet)) missing.push('the change is not in the DaemonSet yet');
  if (!isUpdated(daemonSet)) missing.push('not every virt-handler is up to date and available');
  if (isAnyLeaving(facts, daemonSet)) missing.push('a virt-handler is terminating');
  const { generation } = kubeVirt.metadata;
  if (
    kubeVirt.status?.observedGeneration !== generation ||
    conditionOf(kubeVirt, 'Available')?.status !== 'True'
  )
    missing.push('KubeVirt is not Available with this change');
  return missing;
}

function isApplied({ metadata: { generation } }: KubeVirtObject, daemonSet: DaemonSetObject): boolean {
  return daemonSet.metadata.annotations?.[APPLIED_GENERATION] === String(generation);
}

function isUpdated({ metadata, status = {} }: DaemonSetObject): boolean {
  const {
    desiredNumberScheduled: desired = 0,
    updatedNumberScheduled,
    numberAvailable,
    observedGeneration,
  } = status;
  return (
    observedGeneration === metadata.generation &&
    desired > 0 &&
    updatedNumberScheduled === desired &&
    numberAvailable === desired
  );
}

function isAnyLeaving({ handlerPods }: ClusterFacts, { metadata: { namespace } }: DaemonSetObject): boolean {
  return handlerPods.some(
    ({ metadata }) => metadata.namespace === namespace && metadata.deletionTimestamp !== undefined,
  );
}

/**
 * A sign that the roll-out will not end well; `undefined` while there is none. Not such signs: Available=False for all of it, a
 * short Synchronized=False, and virt-api being scaled.
 */
export function placementFailure(
  { kubeVirt, daemonSet }: RolledOut,
  writtenAt: EpochMs,
  now: EpochMs,
): Reason | undefined {
  if (kubeVirt === undefined || daemonSet === undefined) return undefined;
  const unsynchronized = unsynchronizedSince(kubeVirt, writtenAt, now);
  if (unsynchronized !== undefined) return unsynchronized;
  const isLate = elapsedMs(writtenAt, now) >= APPLIED_WITHIN_MS;
  if (!isApplied(kubeVirt, daemonSet)) return isLate ? NOT_APPLIED : undefined;
  const { observedGeneration, desiredNumberScheduled } = daemonSet.status ?? {};
  const isSeen = observedGeneration === daemonSet.metadata.generation;
  return isSeen && desiredNumberScheduled === 0 ? NOBODY_MATCHES : undefined;
}

function unsynchronizedSince(kubeVirt: KubeVirtObject, writtenAt: EpochMs, now: EpochMs): Reason | undefined {
  const condition = conditionOf(kubeVirt, 'Synchronized');
  if (condition?.status !== 'False' || !hasLasted(condition, writtenAt, now)) return undefined;
  const why = condition.message ?? condition.reason ?? 'it does not say why';
  return {
    code: 'RolloutFailed',
    message: `virt-operator cannot roll the change out: ${why}`.slice(0, 1_000),
  };
}

const NOT_APPLIED: Reason = {
  code: 'NotApplied',
  message:
    'The change is not in the DaemonSet after 60 s: virt-operator waits for virt-api, or does not run.',
};
const NOBODY_MATCHES: Reason = {
  code: 'NobodyMatches',
  message: 'The DaemonSet wants no virt-handler at all: the placement matches no node.',
};

/** Since the write, and by the condition's own time: one that was there before says nothing about this change. */
function hasLasted({ lastTransitionTime }: Condition, writtenAt: EpochMs, now: EpochMs): boolean {
  const since = Math.max(writtenAt, parseTimestamp(lastTransitionTime) ?? writtenAt);
  return now - since >= FAILING_FOR_MS;
}
