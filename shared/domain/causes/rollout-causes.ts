import type { PodObject } from '../objects.ts';
import type { NodeCase } from './case.ts';
import type { CauseCode } from './cause.ts';
import { referTo, seen } from './evidence.ts';
import { hasEnded, isLeaving, isStarting, standingPods } from './handler-pods.ts';
import { placementOf } from './placement-situation.ts';
import { rolloutSigns, type Sign } from './rollout-signs.ts';
import type { Rule } from './rule.ts';

/** What a rollout may well go on beside; anything else that is proven is more telling than a rollout. */
const COMPATIBLE: ReadonlySet<CauseCode> = new Set([
  'NodeSelectorMismatch',
  'NodeAffinityMismatch',
  'RemediationInProgress',
  'TaintNotTolerated',
]);

/**
 * A handler is being replaced, has just been made, or virt-operator is rolling something out: expected, and Likely to
 * pass by itself. Beside a placement rule or a taint it says that a change is under way, which may cure or end it. A pod
 * that leaves because of such a rule is not being replaced.
 *
 * Source: kubevirt `pkg/virt-operator/resource/apply/apps.go`; Kubernetes `pkg/controller/daemon/update.go`.
 */
export const handlerRollout: Rule = (situation, earlier) => {
  if ([...earlier].some((code) => !COMPATIBLE.has(code))) return undefined;
  const signs = [...replacementSigns(situation), ...startSigns(situation), ...rolloutSigns(situation)];
  if (signs.length === 0) return undefined;
  return {
    certainty: 'Likely',
    origin: 'DaemonSet',
    summary: `A rollout or restart of virt-handler is under way, which is expected to pass: ${signs.map(({ phrase }) => phrase).join('; ')}.`,
    evidence: signs.flatMap(({ evidence }) => evidence),
  };
};

function replacementSigns(situation: NodeCase): readonly Sign[] {
  const { pod } = situation.judgement.handler;
  if (pod === undefined || !isLeaving(pod)) return [];
  if (placementOf(situation)?.verdict.shouldRun === false) return [];
  const { deletionTimestamp } = pod.metadata;
  return [
    {
      phrase: `${referTo(pod)} is terminating until ${deletionTimestamp} at the latest`,
      evidence: [seen(pod, 'metadata.deletionTimestamp', deletionTimestamp)],
    },
  ];
}

function startSigns(situation: NodeCase): readonly Sign[] {
  const starting = standingPods(situation).filter((pod) => !hasEnded(pod) && isStarting(pod, situation));
  return starting.map((pod) => ({
    phrase: `${referTo(pod)} is starting`,
    evidence: [
      seen(pod, 'metadata.creationTimestamp', bornAt(pod)),
      seen(pod, 'status.phase', pod.status?.phase),
    ],
  }));
}

function bornAt({ metadata, status }: PodObject): string | undefined {
  return metadata.creationTimestamp ?? status?.startTime;
}
