import type { ContainerState } from '../container-status.ts';
import type { PodObject } from '../objects.ts';
import { type DurationMs, durationMs, elapsedMs, parseTimestamp } from '../units.ts';
import type { NodeCase } from './case.ts';
import { describeEvent, newestEvent, seenEvent, seenIfAny } from './events.ts';
import { quote, quoteReason, referTo, seenFields } from './evidence.ts';
import { type Container, containersOf, firstAnswer, hasEnded, standingPods } from './handler-pods.ts';
import type { Finding, Rule } from './rule.ts';

/** Source: Kubernetes `pkg/kubelet/images/types.go`; the last two k8s.io/cri-api `pkg/errors/errors.go`. */
const IMAGE_REASONS: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);
/** Source: Kubernetes `pkg/kubelet/kuberuntime/kuberuntime_container.go`, `pkg/kubelet/container/sync_result.go`. */
const START_REASONS: ReadonlySet<string> = new Set([
  'CreateContainerError',
  'CreateContainerConfigError',
  'PreCreateHookError',
  'PreStartHookError',
  'PostStartHookError',
  'RunContainerError',
]);
/** A container that ended because it never began. Source: containerd `internal/cri/server/container_start.go`; cri-dockerd. */
const NEVER_BEGAN: ReadonlySet<string> = new Set(['StartError', 'ContainerCannotRun']);
/** Source: Kubernetes `pkg/kubelet/events/event.go`; FailedAttachVolume also from the attach-detach controller. */
const START_EVENTS = [
  'FailedMount',
  'FailedAttachVolume',
  'FailedMapVolume',
  'FailedCreatePodSandBox',
  'NetworkNotReady',
];
/** What comes after the sandbox and the volumes are there. Same source. */
const LATER_EVENTS = ['Pulling', 'Pulled', 'Created', 'Started'];
/** What every container waits for at first. Source: Kubernetes `pkg/kubelet/kubelet_pods.go`. */
const ORDINARY_WAITING: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);
const BACK_OFF = 'CrashLoopBackOff';

type End = NonNullable<ContainerState['terminated']>;

/**
 * After how long of running the kubelet forgets that a container crashed: 10 min, twice the longest back-off. Until
 * then a container that runs, but is not ready, is between two crashes. Source: Kubernetes `pkg/kubelet/kubelet.go`.
 */
const CRASH_FORGOTTEN_MS: DurationMs = durationMs(10 * 60 * 1_000);

/** A container, the init container with the launcher's image included, waits for an image. Likely: it is tried again. */
export const imagePullFailure: Rule = (situation) =>
  inEachContainer(situation, (pod, { status, path }) => {
    const { waiting } = status.state ?? {};
    if (!IMAGE_REASONS.has(waiting?.reason ?? '')) return undefined;
    const image = status.image ? ` ${status.image}` : '';
    return {
      certainty: 'Likely',
      origin: 'Pod',
      summary: `The image${image} of container ${status.name} of ${referTo(pod)} cannot be pulled: ${quoteReason(waiting?.reason, waiting?.message)}.`,
      evidence: [
        ...seenFields(pod, `${path}.state.waiting`, { ...waiting }),
        ...seenFields(pod, path, { image: status.image }),
        ...seenIfAny(newestEvent(situation, pod, ['Failed'])),
      ],
    };
  });

/**
 * A container cannot be created or started: configuration, runtime, hooks; or, told by Events only, the pod's volumes
 * or sandbox cannot be made. Likely: the kubelet tries again.
 */
export const containerStartFailure: Rule = (situation) =>
  inEachContainer(situation, (pod, container) => startError(situation, pod, container)) ??
  firstAnswer(standingPods(situation), (pod) => setupError(situation, pod));

function startError(situation: NodeCase, pod: PodObject, { status, path }: Container): Finding | undefined {
  const found = startStateOf({ status, path });
  if (found === undefined) return undefined;
  return {
    certainty: 'Likely',
    origin: 'Pod',
    summary: `Container ${status.name} of ${referTo(pod)} cannot be started: ${quoteReason(found.detail.reason, found.detail.message)}.`,
    evidence: [
      ...seenFields(pod, found.path, { ...found.detail }),
      ...seenIfAny(newestEvent(situation, pod, ['Failed'])),
    ],
  };
}

function startStateOf({ status, path }: Container) {
  const { waiting, terminated } = status.state ?? {};
  if (START_REASONS.has(waiting?.reason ?? ''))
    return { path: `${path}.state.waiting`, detail: waiting ?? {} };
  if (isNeverBegun(terminated)) return { path: `${path}.state.terminated`, detail: terminated };
  const last = waiting?.reason === BACK_OFF ? status.lastState?.terminated : undefined;
  return isNeverBegun(last) ? { path: `${path}.lastState.terminated`, detail: last } : undefined;
}

function isNeverBegun(end: End | undefined): end is End {
  return NEVER_BEGAN.has(end?.reason ?? '');
}

function setupError(situation: NodeCase, pod: PodObject): Finding | undefined {
  const isCreating = containersOf(pod).every(({ status }) => isOrdinary(status.state));
  if (!pod.spec?.nodeName || hasEnded(pod) || !isCreating) return undefined;
  const event = newestEvent(situation, pod, START_EVENTS, LATER_EVENTS);
  if (event === undefined) return undefined;
  return {
    certainty: 'Likely',
    origin: 'Pod',
    summary: `${referTo(pod)} cannot be set up on the node: ${event.reason}: ${describeEvent(event)}.`,
    evidence: seenEvent(event),
  };
}

function isOrdinary(state: ContainerState | undefined): boolean {
  if (state?.running !== undefined || state?.terminated !== undefined) return false;
  return ORDINARY_WAITING.has(state?.waiting?.reason ?? 'ContainerCreating');
}

/**
 * A container crashes: it is in back-off, has ended with an error, or runs again, not ready, after an end with an error.
 * Not in a pod that has ended as a whole: then the node ended it. Likely: it is started again.
 */
export const containerCrash: Rule = (situation) =>
  inEachContainer(situation, (pod, container) => {
    const { status, path } = container;
    const crash = hasEnded(pod) ? undefined : crashOf(container, situation);
    if (crash === undefined || startStateOf(container) !== undefined) return undefined;
    const { reason, message } = status.state?.waiting ?? {};
    return {
      certainty: 'Likely',
      origin: 'Pod',
      summary: `Container ${status.name} of ${referTo(pod)} crashes${describeEnd(crash.detail)}, ${status.restartCount ?? 0} restarts.`,
      evidence: [
        ...seenFields(pod, `${path}.state.waiting`, { reason, message }),
        ...seenFields(pod, crash.path, { ...crash.detail }),
        ...seenFields(pod, path, { restartCount: status.restartCount }),
      ],
    };
  });

function crashOf({ status, path }: Container, { now }: NodeCase): { path: string; detail: End } | undefined {
  const { waiting, running, terminated } = status.state ?? {};
  if (isError(terminated)) return { path: `${path}.state.terminated`, detail: terminated };
  const last = status.lastState?.terminated;
  const lastPath = `${path}.lastState.terminated`;
  if (waiting?.reason === BACK_OFF) return { path: lastPath, detail: last ?? {} };
  const startedAt = parseTimestamp(running?.startedAt);
  if (startedAt === undefined || status.ready === true || !isError(last)) return undefined;
  return elapsedMs(startedAt, now) < CRASH_FORGOTTEN_MS ? { path: lastPath, detail: last } : undefined;
}

function isError(end: End | undefined): end is End {
  return end !== undefined && end.exitCode !== undefined && end.exitCode !== 0;
}

function describeEnd({ reason, exitCode, finishedAt, message }: End): string {
  const parts = [
    ...(reason === undefined ? [] : [reason]),
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
    ...(finishedAt === undefined ? [] : [`at ${finishedAt}`]),
    ...(message ? [quote(message)] : []),
  ];
  return parts.length === 0 ? '' : `: last ended with ${parts.join(', ')}`;
}

function inEachContainer(
  situation: NodeCase,
  ask: (pod: PodObject, container: Container) => Finding | undefined,
): Finding | undefined {
  return firstAnswer(standingPods(situation), (pod) =>
    firstAnswer(containersOf(pod), (container) => ask(pod, container)),
  );
}
