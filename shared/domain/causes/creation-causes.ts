import type { DaemonSetObject, NodeObject } from '../objects.ts';
import { type DurationMs, durationMs, elapsedMs } from '../units.ts';
import type { NodeCase } from './case.ts';
import type { CauseCode } from './cause.ts';
import { describeEvent, newestEvent, type SeenEvent, seenEvent } from './events.ts';
import { referTo, seen, seenFields } from './evidence.ts';
import { type NamespaceMismatch, namespaceMismatch } from './namespace-selector.ts';
import { placementOf } from './placement-situation.ts';
import { rolloutSigns } from './rollout-signs.ts';
import type { Finding, Rule } from './rule.ts';

/**
 * For how long after its last Event a rejected creation counts as going on: the controller tries again after 1,000 s
 * at the latest, and a burst of Events is thinned to one in 300 s. Source: client-go `util/workqueue/
 * default_rate_limiters.go`, `tools/record/events_cache.go`.
 */
const REJECTION_LASTS_MS: DurationMs = durationMs((1_000 + 300) * 1_000);

/** What says why no pod is there although the rule allows one; a taint that evicts it again and again is among it. */
const MORE_TELLING: readonly CauseCode[] = ['NodeNotReady', 'TaintNotTolerated', 'PodCreationRejected'];

interface Expected {
  readonly node: NodeObject;
  readonly daemonSet: DaemonSetObject;
  /** OpenShift: the namespace's selector keeps the pod away; elsewhere it plays no part. */
  readonly namespaceMismatch: NamespaceMismatch | undefined;
}

/** The node and the DaemonSet when the DaemonSet should have a pod there and has none, not even a leaving one. */
function expectedPod(situation: NodeCase): Expected | undefined {
  const { judgement, handlerPods, daemonSet, namespaceObject } = situation;
  if (judgement.handler.pod !== undefined || handlerPods.length > 0) return undefined;
  if (daemonSet === undefined || daemonSet.metadata.deletionTimestamp !== undefined) return undefined;
  const placement = placementOf(situation);
  if (placement?.source !== daemonSet || !placement.verdict.shouldRun) return undefined;
  const { node } = placement;
  return { node, daemonSet, namespaceMismatch: namespaceMismatch(namespaceObject, node) };
}

/**
 * The API server refuses the pods of the DaemonSet: quota, an admission webhook, pod security, a missing service
 * account. Proven by its Events only, as long as no later pod was made. Likely: the Events name no node, and the
 * controller tries again. Source: Kubernetes `pkg/controller/controller_utils.go`, FailedCreatePodReason.
 */
export const podCreationRejected: Rule = (situation) => {
  const expected = expectedPod(situation);
  if (expected === undefined || expected.namespaceMismatch !== undefined) return undefined;
  const { daemonSet } = expected;
  const event = newestEvent(situation, daemonSet, ['FailedCreate'], ['SuccessfulCreate']);
  if (event === undefined || isOver(event, situation)) return undefined;
  return {
    certainty: 'Likely',
    origin: 'DaemonSet',
    summary: `The pods of ${referTo(daemonSet)} are rejected: ${describeEvent(event)}.`,
    evidence: seenEvent(event),
  };
};

function isOver({ at }: SeenEvent, { now }: NodeCase): boolean {
  return at !== undefined && elapsedMs(at, now) > REJECTION_LASTS_MS;
}

/**
 * The DaemonSet should have a pod on the node and has none, and nothing else says why:
 *
 * | seen | certainty |
 * | --- | --- |
 * | OpenShift's node selector of the namespace does not match the node | Definite; no placement policy cures it |
 * | the same by the annotation that plain Kubernetes knows too | Likely |
 * | the controller has not observed the newest generation | Likely: kube-controller-manager may be down |
 * | no rollout is under way either | Likely |
 *
 * Its status is shown, but proves nothing: after a rejected creation it may still say that no pod is missing.
 * Source: OpenShift's `pkg/controller/daemon/patch_nodeselector.go`; Kubernetes `pkg/controller/daemon/daemon_controller.go`.
 */
export const daemonSetStalled: Rule = (situation, earlier) => {
  const expected = expectedPod(situation);
  if (expected === undefined) return undefined;
  const { node, daemonSet } = expected;
  if (expected.namespaceMismatch !== undefined) return excluded(situation, node, expected.namespaceMismatch);
  if (MORE_TELLING.some((code) => earlier.has(code))) return undefined;
  const { generation } = daemonSet.metadata;
  const observed = daemonSet.status?.observedGeneration;
  if (generation !== undefined && observed !== undefined && observed < generation) {
    return stalled(
      situation,
      daemonSet,
      `its controller has seen generation ${observed} only, not ${generation}: kube-controller-manager may be down`,
    );
  }
  if (rolloutSigns(situation).length > 0) return undefined;
  const unread = situation.read.events ? '' : '; Events were not read, which would tell a rejected creation';
  return stalled(situation, daemonSet, `although its placement allows one${unread}`);
};

function excluded(
  { namespaceObject, judgement }: NodeCase,
  node: NodeObject,
  { annotation, selector, isOpenShift }: NamespaceMismatch,
): Finding | undefined {
  if (namespaceObject === undefined) return undefined;
  return {
    certainty: isOpenShift ? 'Definite' : 'Likely',
    origin: 'DaemonSet',
    summary: `OpenShift's node selector of namespace ${namespaceObject.metadata.name} (${annotation}: ${selector}) keeps virt-handler from ${judgement.name}; no change of the placement policy cures that.`,
    evidence: [
      seen(namespaceObject, `metadata.annotations[${annotation}]`, selector),
      seen(node, 'metadata.labels', node.metadata.labels),
    ],
  };
}

function stalled({ judgement }: NodeCase, daemonSet: DaemonSetObject, why: string): Finding {
  const { status, metadata } = daemonSet;
  return {
    certainty: 'Likely',
    origin: 'DaemonSet',
    summary: `${referTo(daemonSet)} makes no pod on ${judgement.name}, ${why}.`,
    evidence: [
      ...seenFields(daemonSet, 'metadata', { creationTimestamp: metadata.creationTimestamp }),
      seen(daemonSet, 'metadata.generation', metadata.generation),
      seen(daemonSet, 'status.observedGeneration', status?.observedGeneration),
      seen(daemonSet, 'status.desiredNumberScheduled', status?.desiredNumberScheduled),
      seen(daemonSet, 'status.currentNumberScheduled', status?.currentNumberScheduled),
    ],
  };
}
