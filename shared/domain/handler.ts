import type { ClusterFacts } from './cluster-facts.ts';
import { byNamespaceAndName, groupBy } from './collections.ts';
import type { ContainerStatus } from './container-status.ts';
import { HANDLER_NAME } from './installation.ts';
import type { Condition, PodObject } from './objects.ts';
import { controllerOf, isFinal } from './workload.ts';

/**
 * The state of a node's virt-handler. `Terminating` may still be Ready; `NotRunning` is Pending, Failed or ended;
 * `Absent`: no pod is there or meant for the node; `Unknown`: pods were not read, or it cannot be told which is real.
 */
export const HANDLER_STATES = [
  'Ready',
  'NotReady',
  'Terminating',
  'NotRunning',
  'Absent',
  'Unknown',
] as const;
export type HandlerState = (typeof HANDLER_STATES)[number];

/** The virt-handler of one node: of several pods the one that counts most. */
export interface Handler {
  readonly state: HandlerState;
  /** Whether it manages the node's VMIs now: Ready, also while it is terminating. */
  readonly manages: boolean;
  readonly pod: PodObject | undefined;
  /** Why it is not simply Ready, in a few words; empty when it is. */
  readonly reason: string;
}

/** The first state in this order decides between two pods on one node: what manages first, then what is coming. */
const PRECEDENCE: readonly HandlerState[] = ['Ready', 'NotReady', 'NotRunning', 'Terminating'];

export const ABSENT_HANDLER: Handler = {
  state: 'Absent',
  manages: false,
  pod: undefined,
  reason: 'no virt-handler pod',
};

/**
 * The node a handler pod is on, or, while it is not bound, the one that it is meant for.
 * Source: Kubernetes `pkg/controller/daemon/util/daemonset_util.go`, ReplaceDaemonSetPodNodeNameNodeAffinity.
 */
export function nodeOfHandler(pod: PodObject): string | undefined {
  if (pod.spec?.nodeName) return pod.spec.nodeName;
  const terms =
    pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const fields = terms.flatMap((term) => term.matchFields ?? []);
  return fields.find(({ key, operator }) => key === 'metadata.name' && operator === 'In')?.values?.[0];
}

/** Whether the virt-handler DaemonSet controls a pod. The label alone proves nothing: any tenant can set it. */
function isControlledByHandlerDaemonSet(pod: PodObject): boolean {
  const controller = controllerOf(pod);
  return (
    controller?.kind === 'DaemonSet' &&
    controller.name === HANDLER_NAME &&
    controller.apiVersion.startsWith('apps/')
  );
}

/**
 * The handler pods that count, by the node they are on or meant for: controlled by the virt-handler DaemonSet, and in
 * the namespace where KubeVirt is installed; in any namespace when that cannot be told. Sorted by namespace and name.
 */
export function handlerPodsByNode(
  { handlerPods }: ClusterFacts,
  namespace: string | undefined,
): ReadonlyMap<string | undefined, readonly PodObject[]> {
  const candidates = handlerPods.filter(isControlledByHandlerDaemonSet);
  const counting = candidates.filter(
    ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
  );
  return groupBy(counting.sort(comparePods), nodeOfHandler);
}

/** The handler that the pods of one node make; each must be one that counts, see `handlerPodsByNode`. */
export function judgeHandler(pods: readonly PodObject[]): Handler {
  return pods.map(judgeHandlerPod).sort(byPrecedence)[0] ?? ABSENT_HANDLER;
}

function byPrecedence(a: Handler, b: Handler): number {
  if (a.manages !== b.manages) return a.manages ? -1 : 1;
  return PRECEDENCE.indexOf(a.state) - PRECEDENCE.indexOf(b.state) || compareHandlers(a, b);
}

/** Namespace and name: where KubeVirt's namespace is not known, two candidates can share a name. */
function compareHandlers(a: Handler, b: Handler): number {
  return a.pod === undefined || b.pod === undefined ? 0 : comparePods(a.pod, b.pod);
}

function comparePods(a: PodObject, b: PodObject): number {
  return byNamespaceAndName(nameOf(a), nameOf(b));
}

function nameOf({ metadata }: PodObject): { readonly namespace: string; readonly name: string } {
  return { namespace: metadata.namespace ?? '', name: metadata.name };
}

function judgeHandlerPod(pod: PodObject): Handler {
  const running = pod.status?.phase === 'Running';
  const ready = running && conditionOf(pod, 'Ready')?.status === 'True';
  if (pod.metadata.deletionTimestamp !== undefined) {
    const reason = `deleted at ${pod.metadata.deletionTimestamp}${ready ? ', still Ready' : ''}`;
    return { state: 'Terminating', manages: ready, pod, reason };
  }
  if (ready) return { state: 'Ready', manages: true, pod, reason: '' };
  return { state: running ? 'NotReady' : 'NotRunning', manages: false, pod, reason: reasonOf(pod) };
}

function conditionOf(pod: PodObject, type: string): Condition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

/** The most telling of what a pod says about itself, from the most specific to the phase. */
function reasonOf(pod: PodObject): string {
  const phase = pod.status?.phase ?? 'no phase';
  if (isFinal(phase)) return pod.status?.reason ?? containerReason(pod) ?? phase;
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False')
    return withDetail(scheduled.reason ?? 'Unschedulable', scheduled.message);
  return containerReason(pod) ?? pod.status?.reason ?? unreadyReason(pod) ?? phase;
}

function containerReason(pod: PodObject): string | undefined {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  for (const status of statuses) {
    const reason = troubleOf(status);
    if (reason !== undefined) return `${reason} (container ${status.name}${restarts(status)})`;
  }
  return undefined;
}

/** Reasons that every starting container has for a moment: they say less than the phase does. */
const ORDINARY_WAITING: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);

function troubleOf({ state }: ContainerStatus): string | undefined {
  const waiting = state?.waiting?.reason;
  if (waiting !== undefined && !ORDINARY_WAITING.has(waiting)) return waiting;
  const terminated = state?.terminated;
  if (terminated === undefined || terminated.exitCode === 0) return undefined;
  return `${terminated.reason ?? 'Error'}, exit code ${terminated.exitCode ?? 'unknown'}`;
}

function restarts({ restartCount = 0 }: ContainerStatus): string {
  return restartCount === 0 ? '' : `, ${restartCount} restart${restartCount === 1 ? '' : 's'}`;
}

function unreadyReason(pod: PodObject): string | undefined {
  const ready = conditionOf(pod, 'Ready');
  return ready?.reason === undefined ? undefined : withDetail(ready.reason, ready.message);
}

function withDetail(reason: string, message: string | undefined): string {
  return message === undefined || message === '' ? reason : `${reason}: ${message}`;
}
