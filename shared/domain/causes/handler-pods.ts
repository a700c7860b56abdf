import type { ContainerStatus } from '../container-status.ts';
import type { PodObject } from '../objects.ts';
import { type DurationMs, durationMs, elapsedMs, parseTimestamp } from '../units.ts';
import { isFinal } from '../workload.ts';
import type { NodeCase } from './case.ts';

/**
 * How long a new handler may take before it counts as more than starting: 2 min, as the grace period before an
 * incident. Readiness is first asked after 15 s and given up after 3 times 20 s; 16 to 25 s were measured.
 * Source: kubevirt `pkg/virt-operator/resource/generate/components/daemonsets.go`, readinessProbe.
 */
export const STARTING_MS: DurationMs = durationMs(2 * 60 * 1_000);

/** A container of a pod with its place in the status. */
export interface Container {
  readonly status: ContainerStatus;
  /** Such as `status.initContainerStatuses[0]`. */
  readonly path: string;
}

/**
 * The handler pods that could say why no handler manages the node: none when one does, and none on a node that no
 * longer exists, where a pod's status is frozen. The pod that was judged comes first.
 */
export function podsInQuestion({ judgement, handlerPods, read }: NodeCase): readonly PodObject[] {
  const { handler, node } = judgement;
  if (handler.manages || (node === undefined && read.nodes)) return [];
  const judged = handler.pod;
  if (judged === undefined) return handlerPods;
  return [judged, ...handlerPods.filter((pod) => !isSamePod(pod, judged))];
}

function isSamePod(a: PodObject, b: PodObject): boolean {
  return a.metadata.namespace === b.metadata.namespace && a.metadata.name === b.metadata.name;
}

/** Of those, the pods that are not being deleted: what is being deleted will be made anew and says nothing of that. */
export function standingPods(situation: NodeCase): readonly PodObject[] {
  return podsInQuestion(situation).filter((pod) => !isLeaving(pod));
}

/** Whether a pod is being deleted. */
export function isLeaving({ metadata }: PodObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** Whether a pod has ended; the DaemonSet controller deletes it and makes another. */
export function hasEnded({ status }: PodObject): boolean {
  return isFinal(status?.phase ?? '');
}

/** Every container with a status, init containers first: they start first. */
export function containersOf({ status }: PodObject): readonly Container[] {
  const at = (list: string) => (it: ContainerStatus, index: number) => ({
    status: it,
    path: `status.${list}[${index}]`,
  });
  return [
    ...(status?.initContainerStatuses ?? []).map(at('initContainerStatuses')),
    ...(status?.containerStatuses ?? []).map(at('containerStatuses')),
  ];
}

/** Whether a pod, or a container in it, was started so recently that it may just be starting. Unreadable times say no. */
export function isStarting(pod: PodObject, { now }: NodeCase): boolean {
  const starts = [
    pod.metadata.creationTimestamp,
    pod.status?.startTime,
    ...containersOf(pod).map(({ status }) => status.state?.running?.startedAt),
  ];
  return starts.some((text) => {
    const at = parseTimestamp(text);
    return at !== undefined && elapsedMs(at, now) < STARTING_MS;
  });
}

/** The first answer that a function has for one of some items. */
export function firstAnswer<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item) => Answer | undefined,
): Answer | undefined {
  for (const item of items) {
    const answer = ask(item);
    if (answer !== undefined) return answer;
  }
  return undefined;
}
