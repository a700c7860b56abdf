import type { LauncherPod, Vmi } from './cluster-facts.ts';
import type { OwnerReference, PodObject, VmiObject } from './objects.ts';

/** The label by whose value KubeVirt's pods are told apart. Source: kubevirt `pkg/virt-controller/services/template.go`. */
export const KUBEVIRT_LABEL = 'kubevirt.io';
/** An annotation, not a label, of a launcher: the VMI's name. */
const DOMAIN_ANNOTATION = 'kubevirt.io/domain';
/** Marks the stand-in pod of a WaitForFirstConsumer volume: in every label a launcher, but it runs no VM. */
const EPHEMERAL_ANNOTATION = 'kubevirt.io/ephemeral-provisioning';

const FINAL_PHASES: ReadonlySet<string> = new Set(['Succeeded', 'Failed']);

/** Whether a VMI's or a pod's phase is final. Source: kubevirt `types.go` IsFinal; Kubernetes pod phases. */
export function isFinal(phase: string): boolean {
  return FINAL_PHASES.has(phase);
}

/** The owner that controls an object, if it has one. */
export function controllerOf(pod: PodObject): OwnerReference | undefined {
  return pod.metadata.ownerReferences?.find((owner) => owner.controller === true);
}

/**
 * Whether a pod labelled `virt-launcher` keeps a VM alive: not ended (phase, or every container terminated), no
 * ephemeral-provisioning stand-in, and not controlled by something that is no VMI (a tenant can copy the label).
 * A launcher without a controller counts: a VMI deleted with `--cascade=orphan` leaves its VM running.
 *
 * Source: kubevirt `pkg/virt-controller/watch/node/node.go` alivePodsOnNode, which asks for one container status at
 * least, and does not know ephemeral provisioning.
 */
export function isLiveLauncher(pod: PodObject): boolean {
  if (isFinal(pod.status?.phase ?? '')) return false;
  if (pod.metadata.annotations?.[EPHEMERAL_ANNOTATION] === 'true') return false;
  const controller = controllerOf(pod);
  if (controller !== undefined && controller.kind !== 'VirtualMachineInstance') return false;
  const containers = pod.status?.containerStatuses ?? [];
  return containers.length === 0 || containers.some((container) => container.state?.terminated === undefined);
}

/** Cuts a launcher pod to its fact. */
export function toLauncherPod(pod: PodObject): LauncherPod {
  const { metadata } = pod;
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    resourceVersion: metadata.resourceVersion ?? '',
    nodeName: pod.spec?.nodeName ?? '',
    phase: pod.status?.phase ?? '',
    vmi: controllerOf(pod)?.name ?? metadata.annotations?.[DOMAIN_ANNOTATION] ?? '',
    alive: isLiveLauncher(pod),
  };
}

/** Cuts a VMI to its fact; `detailsOf` is the node whose VMIs are kept whole as well. */
export function toVmi(vmi: VmiObject, detailsOf?: string): Vmi {
  const { metadata, status } = vmi;
  const nodeName = status?.nodeName ?? '';
  // A literal without a spread: there can be hundreds of thousands, and V8 gives a spread one spare room.
  const fact: Vmi = {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    nodeName,
    phase: status?.phase ?? '',
  };
  return detailsOf !== undefined && nodeName === detailsOf ? { ...fact, details: vmi } : fact;
}
