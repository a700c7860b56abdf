import { HANDLER_NAME } from '../installation.ts';
import type { KubeVirtObject } from '../objects.ts';
import { validatePlacement } from '../placement/placement-validation.ts';
import type { NodeCase } from './case.ts';
import { conditionOf, notFound, quote, quoteReason, referTo, seen, seenCondition } from './evidence.ts';
import { firstAnswer } from './handler-pods.ts';
import type { Finding, Rule } from './rule.ts';

const DELETION_PHASES: ReadonlySet<string> = new Set(['Deleting', 'Deleted']);
const POLICY = 'spec.workloads.nodePlacement';

/**
 * KubeVirt is not, or not fully, installed: nobody makes or repairs the handlers. The first that fits counts:
 *
 * | seen | certainty |
 * | --- | --- |
 * | deletionTimestamp, or phase Deleting or Deleted | Definite |
 * | no KubeVirt resource, and no virt-handler DaemonSet | Definite; Likely when DaemonSets were not read |
 * | no virt-handler DaemonSet, and the phase is not Deployed or the deployment failed | Likely: the operator retries |
 * | the deployment failed, and the placement policy is one that the API server refuses | Likely |
 *
 * A DaemonSet without a KubeVirt resource still makes pods, so that the missing resource explains nothing.
 * Source: kubevirt `pkg/virt-operator/kubevirt.go` syncInstallation, `pkg/virt-operator/util/client.go`.
 */
export const kubeVirtNotDeployed: Rule = (situation) => {
  const { kubeVirt } = situation;
  if (kubeVirt === undefined) return noKubeVirt(situation);
  return firstAnswer([beingDeleted, withoutDaemonSet, refusedPolicy], (ask) => ask(kubeVirt, situation));
};

function noKubeVirt({ read, daemonSet }: NodeCase): Finding | undefined {
  if (!read.kubeVirts || daemonSet !== undefined) return undefined;
  return {
    certainty: read.daemonSets ? 'Definite' : 'Likely',
    origin: 'DaemonSet',
    summary: 'KubeVirt is not installed: there is no KubeVirt resource in the cluster.',
    evidence: [notFound('KubeVirt')],
  };
}

function beingDeleted(kubeVirt: KubeVirtObject): Finding | undefined {
  const { deletionTimestamp } = kubeVirt.metadata;
  const phase = kubeVirt.status?.phase;
  if (deletionTimestamp === undefined && !DELETION_PHASES.has(phase ?? '')) return undefined;
  return {
    certainty: 'Definite',
    origin: 'DaemonSet',
    summary: `KubeVirt is being removed: ${referTo(kubeVirt)} ${deletionTimestamp === undefined ? `is ${phase}` : `was deleted at ${deletionTimestamp}`}.`,
    evidence: [
      seen(kubeVirt, 'metadata.deletionTimestamp', deletionTimestamp),
      seen(kubeVirt, 'status.phase', phase),
    ],
  };
}

function withoutDaemonSet(kubeVirt: KubeVirtObject, { read, daemonSet }: NodeCase): Finding | undefined {
  if (!read.daemonSets || daemonSet !== undefined) return undefined;
  const failure = failureOf(kubeVirt);
  const phase = kubeVirt.status?.phase;
  if (phase === 'Deployed' && failure === undefined) return undefined;
  const why = failure === undefined ? '' : `: ${quoteReason(failure.reason, failure.message)}`;
  return {
    certainty: 'Likely',
    origin: 'DaemonSet',
    summary: `KubeVirt is not deployed: ${referTo(kubeVirt)} is in phase ${phase ?? 'none'} and has no virt-handler DaemonSet${why}.`,
    evidence: [
      seen(kubeVirt, 'status.phase', phase),
      ...(failure === undefined ? [] : seenCondition(kubeVirt, failure)),
    ],
  };
}

/**
 * A placement policy that no API server accepts in a DaemonSet, although it is accepted in the KubeVirt resource:
 * no change of that resource reaches a node. Any other failed deployment may be the consequence of a handler that does
 * not start, which the canary upgrade waits for, and is not taken for a cause here.
 */
function refusedPolicy(kubeVirt: KubeVirtObject): Finding | undefined {
  const failure = failureOf(kubeVirt);
  const policy = kubeVirt.spec?.workloads?.nodePlacement ?? {};
  const refused = validatePlacement(policy).filter(({ consequence }) => consequence === 'Refused');
  const [first] = refused;
  if (failure === undefined || first === undefined) return undefined;
  return {
    certainty: 'Likely',
    origin: 'PlacementPolicy',
    summary: `virt-operator cannot apply ${referTo(kubeVirt)}: its ${POLICY}.${first.path} is refused, ${quote(first.message)}.`,
    evidence: [
      ...refused.map(({ path, message }) => seen(kubeVirt, `${POLICY}.${path}`, `Refused: ${message}`)),
      ...seenCondition(kubeVirt, failure),
    ],
  };
}

function failureOf(kubeVirt: KubeVirtObject) {
  const synchronized = conditionOf(kubeVirt, 'Synchronized');
  const failed = synchronized?.status === 'False' && synchronized.reason === 'DeploymentFailed';
  return failed ? synchronized : undefined;
}

/**
 * There is no virt-handler DaemonSet where KubeVirt is installed, or it is being deleted and makes no more pods.
 * Gone is Definite although a running virt-operator makes it again within seconds: nothing else does. Being deleted is
 * Likely. Source: Kubernetes `pkg/controller/daemon/daemon_controller.go` syncDaemonSet, which skips a deleted one.
 */
export const daemonSetMissing: Rule = ({ read, namespace, daemonSet }) => {
  if (daemonSet !== undefined) {
    const { deletionTimestamp } = daemonSet.metadata;
    if (deletionTimestamp === undefined) return undefined;
    return {
      certainty: 'Likely',
      origin: 'DaemonSet',
      summary: `${referTo(daemonSet)} was deleted at ${deletionTimestamp} and makes no more pods.`,
      evidence: [seen(daemonSet, 'metadata.deletionTimestamp', deletionTimestamp)],
    };
  }
  if (!read.daemonSets || namespace === undefined) return undefined;
  return {
    certainty: 'Definite',
    origin: 'DaemonSet',
    summary: `There is no virt-handler DaemonSet in namespace ${namespace}, where KubeVirt is installed.`,
    evidence: [notFound(`DaemonSet ${namespace}/${HANDLER_NAME}`)],
  };
};
