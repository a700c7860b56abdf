import type { PodObject } from '../objects.ts';
import { type DurationMs, durationMs, elapsedMs, parseTimestamp } from '../units.ts';
import type { NodeCase } from './case.ts';
import type { CauseCode } from './cause.ts';
import { describeEvent, newestEvent, seenEvent, seenIfAny } from './events.ts';
import { conditionOf, quoteReason, referTo, seen, seenCondition, seenFields } from './evidence.ts';
import { firstAnswer, isLeaving, isStarting, podsInQuestion, standingPods } from './handler-pods.ts';
import type { Finding, Rule } from './rule.ts';

/**
 * Why a node ends a pod that it had admitted. Source: Kubernetes `pkg/kubelet/eviction/helpers.go` (Evicted),
 * `pkg/kubelet/preemption/preemption.go` (Preempting), `pkg/kubelet/nodeshutdown` (Terminated; NodeShutdown when it no
 * longer admits; Shutdown in 1.20 and 1.21).
 */
const ENDED_BY_NODE: ReadonlySet<string> = new Set([
  'Evicted',
  'Preempting',
  'Preempted',
  'Terminated',
  'NodeShutdown',
  'Shutdown',
]);

/**
 * How long after its deletionTimestamp, which includes the grace period, a pod may still be there: 1 min, after which
 * the kubelet has tried once more to tear it down. Source: Kubernetes `pkg/kubelet/apis/config/v1beta1/defaults.go`,
 * SyncFrequency; for the timestamp `pkg/registry/core/pod/strategy.go`, CheckGracefulDelete.
 */
const TEARDOWN_SLACK_MS: DurationMs = durationMs(60 * 1_000);

/** What says more about a pod than that it is not ready. */
const MORE_TELLING: readonly CauseCode[] = [
  'NodeNotReady',
  'ImagePullFailure',
  'ContainerStartFailure',
  'ContainerCrash',
  'HandlerEvicted',
];

/**
 * The scheduler finds no room for the pod, or the node's kubelet did not admit it. Likely: both are tried again.
 * Source: Kubernetes `pkg/scheduler/schedule_one.go`; `pkg/kubelet/lifecycle/predicate.go`.
 */
export const handlerUnschedulable: Rule = (situation) =>
  firstAnswer(standingPods(situation), (pod) => unscheduled(situation, pod) ?? notAdmitted(pod));

function unscheduled(situation: NodeCase, pod: PodObject): Finding | undefined {
  if (pod.spec?.nodeName) return undefined;
  const scheduled = conditionOf(pod, 'PodScheduled');
  const isRefused = scheduled?.status === 'False';
  const event = newestEvent(situation, pod, ['FailedScheduling'], ['Scheduled']);
  if (!isRefused && event === undefined) return undefined;
  const told = event === undefined ? '' : describeEvent(event);
  const why = isRefused ? quoteReason(scheduled.reason, scheduled.message) : told;
  return {
    certainty: 'Likely',
    origin: 'Pod',
    summary: `The scheduler cannot place ${referTo(pod)} on ${situation.judgement.name}: ${why}.`,
    evidence: [...(isRefused ? seenCondition(pod, scheduled) : []), ...seenIfAny(event)],
  };
}

function notAdmitted(pod: PodObject): Finding | undefined {
  const { phase, reason, message } = pod.status ?? {};
  if (phase !== 'Failed' || !reason || ENDED_BY_NODE.has(reason)) return undefined;
  return {
    certainty: 'Likely',
    origin: 'Pod',
    summary: `The node does not admit ${referTo(pod)}: ${quoteReason(reason, message)}.`,
    evidence: seenFields(pod, 'status', { phase, reason, message }),
  };
}

/**
 * The node ended the pod (pressure, preemption, shutdown), or somebody evicted it. Likely: another one is made. A pod that
 * a taint evicts is not counted here: that is the taint's doing.
 * Source: Kubernetes `pkg/kubelet/eviction`; DisruptionTarget in `staging/src/k8s.io/api/core/v1/types.go`.
 */
export const handlerEvicted: Rule = (situation) =>
  firstAnswer(podsInQuestion(situation), (pod) => {
    const { phase, reason, message } = pod.status ?? {};
    if (phase === 'Failed' && ENDED_BY_NODE.has(reason ?? '')) {
      const event = newestEvent(situation, pod, ['Evicted', 'Preempting', 'NodeShutdown']);
      return evicted(situation, pod, quoteReason(reason, message), [
        ...seenFields(pod, 'status', { phase, reason, message }),
        ...seenIfAny(event),
      ]);
    }
    const target = conditionOf(pod, 'DisruptionTarget');
    if (target?.status !== 'True' || target.reason === 'DeletionByTaintManager') return undefined;
    return evicted(situation, pod, quoteReason(target.reason, target.message), seenCondition(pod, target));
  });

function evicted(
  { judgement }: NodeCase,
  pod: PodObject,
  why: string,
  evidence: Finding['evidence'],
): Finding {
  return {
    certainty: 'Likely',
    origin: 'Pod',
    summary: `${referTo(pod)} was evicted from ${judgement.name}: ${why}.`,
    evidence,
  };
}

/**
 * A pod that should be gone is still there: its node does not tear it down, and no other is made before. Likely: the
 * kubelet goes on trying. Also while it is Ready and manages the node.
 * Source: Kubernetes `pkg/controller/daemon/daemon_controller.go`, podsShouldBeOnNode.
 */
export const handlerStuckTerminating: Rule = (situation) => {
  const { handler } = situation.judgement;
  const pods = handler.manages && handler.pod !== undefined ? [handler.pod] : podsInQuestion(situation);
  return firstAnswer(pods.filter(isLeaving), (pod) => stuck(situation, pod));
};

function stuck({ now, judgement }: NodeCase, pod: PodObject): Finding | undefined {
  const { deletionTimestamp } = pod.metadata;
  const due = parseTimestamp(deletionTimestamp);
  if (due === undefined || elapsedMs(due, now) <= TEARDOWN_SLACK_MS) return undefined;
  const minutes = Math.floor(elapsedMs(due, now) / 60_000);
  return {
    certainty: 'Likely',
    origin: 'Pod',
    summary: `${referTo(pod)} on ${judgement.name} should have been gone by ${deletionTimestamp}, ${minutes} min ago, and keeps its successor away.`,
    evidence: [
      seen(pod, 'metadata.deletionTimestamp', deletionTimestamp),
      seen(pod, 'status.phase', pod.status?.phase),
    ],
  };
}

/**
 * The pod runs, is past its start and not Ready, and nothing else says why: its readiness probe fails, which asks
 * whether the handler reaches the API server. Likely. Source: kubevirt `pkg/healthz/healthz.go`.
 */
export const handlerNotReady: Rule = (situation, earlier) => {
  if (MORE_TELLING.some((code) => earlier.has(code))) return undefined;
  return firstAnswer(standingPods(situation), (pod) => notReady(situation, pod));
};

function notReady(situation: NodeCase, pod: PodObject): Finding | undefined {
  const ready = conditionOf(pod, 'Ready');
  if (pod.status?.phase !== 'Running' || ready?.status === 'True' || isStarting(pod, situation))
    return undefined;
  const event = newestEvent(situation, pod, ['Unhealthy']);
  const told = event === undefined ? '' : describeEvent(event);
  const detail = [quoteReason(ready?.reason, ready?.message), told].filter((text) => text !== '').join('; ');
  return {
    certainty: 'Likely',
    origin: 'Pod',
    summary: `${referTo(pod)} runs but is not Ready${detail === '' ? '' : `: ${detail}`}.`,
    evidence: [
      ...(ready === undefined
        ? [seen(pod, 'status.conditions[Ready]', undefined)]
        : seenCondition(pod, ready)),
      ...(event === undefined ? [] : seenEvent(event)),
    ],
  };
}
