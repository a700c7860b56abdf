import type { DaemonSetObject, KubeVirtObject } from '../objects.ts';
import type { NodeCase } from './case.ts';
import type { Evidence } from './cause.ts';
import { conditionOf, quoteReason, seen, seenCondition } from './evidence.ts';

/** One sign of something that is under way, in a phrase. */
export interface Sign {
  readonly phrase: string;
  readonly evidence: readonly Evidence[];
}

/**
 * What says that virt-operator or the DaemonSet controller is rolling out virt-handler. virt-operator counts as
 * rolling out until every handler is Ready, so that one which does not start keeps these signs alive.
 *
 * Source: kubevirt `pkg/virt-operator/util/client.go`; Kubernetes `pkg/controller/daemon/update.go`.
 */
export function rolloutSigns({ kubeVirt, daemonSet }: NodeCase): readonly Sign[] {
  const ofKubeVirt =
    kubeVirt === undefined ? [] : [generationSign, deploymentSign, progressSign].map((ask) => ask(kubeVirt));
  const ofDaemonSet = daemonSet === undefined ? undefined : updateSign(daemonSet);
  return [...ofKubeVirt, ofDaemonSet].filter((sign) => sign !== undefined);
}

function generationSign(kubeVirt: KubeVirtObject): Sign | undefined {
  const { generation } = kubeVirt.metadata;
  const observed = kubeVirt.status?.observedGeneration;
  if (generation === undefined || observed === undefined || generation === observed) return undefined;
  return {
    phrase: `virt-operator has finished generation ${observed} of the KubeVirt resource, not yet ${generation}`,
    evidence: [
      seen(kubeVirt, 'metadata.generation', generation),
      seen(kubeVirt, 'status.observedGeneration', observed),
      ...failureOf(kubeVirt),
    ],
  };
}

/** Also said for some seconds in a rollout that goes well. Source: measured on virt-operator of main d923fdb815. */
function failureOf(kubeVirt: KubeVirtObject): readonly Evidence[] {
  const synchronized = conditionOf(kubeVirt, 'Synchronized');
  return synchronized?.status === 'False' ? seenCondition(kubeVirt, synchronized) : [];
}

function deploymentSign(kubeVirt: KubeVirtObject): Sign | undefined {
  const { observedDeploymentID: observed, targetDeploymentID: target } = kubeVirt.status ?? {};
  if (!observed || !target || observed === target) return undefined;
  return {
    phrase: 'KubeVirt is being updated',
    evidence: [
      seen(kubeVirt, 'status.observedDeploymentID', observed),
      seen(kubeVirt, 'status.targetDeploymentID', target),
    ],
  };
}

function progressSign(kubeVirt: KubeVirtObject): Sign | undefined {
  const progressing = conditionOf(kubeVirt, 'Progressing');
  if (progressing?.status !== 'True') return undefined;
  const detail = quoteReason(progressing.reason, progressing.message);
  return {
    phrase: `KubeVirt is Progressing${detail === '' ? '' : ` (${detail})`}`,
    evidence: seenCondition(kubeVirt, progressing),
  };
}

function updateSign(daemonSet: DaemonSetObject): Sign | undefined {
  const { updatedNumberScheduled: updated = 0, desiredNumberScheduled: desired } = daemonSet.status ?? {};
  if (desired === undefined || updated >= desired) return undefined;
  return {
    phrase: `${updated} of ${desired} virt-handlers are up to date`,
    evidence: [
      seen(daemonSet, 'status.updatedNumberScheduled', String(updated)),
      seen(daemonSet, 'status.desiredNumberScheduled', String(desired)),
    ],
  };
}
