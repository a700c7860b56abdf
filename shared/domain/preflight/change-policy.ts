import type { ClusterFacts } from '../cluster-facts.ts';
import type { Installation } from '../installation.ts';
import { isSamePolicy } from '../mitigations/placement-base.ts';
import { templateUnder } from '../mitigations/simulate.ts';
import type { DaemonSetObject, KubeVirtObject } from '../objects.ts';
import type { NodePlacement, PodPlacement } from '../placement-objects.ts';
import type { PlannedPlacement } from './planned-change.ts';

/** What a new placement policy makes of KubeVirt's objects. */
export interface PolicyChange {
  readonly kubeVirts: readonly KubeVirtObject[];
  readonly daemonSets: readonly DaemonSetObject[];
  /** The pod template that virt-operator would write; `undefined` when none is known. */
  readonly template: PodPlacement | undefined;
  /** Whether the template changes, which replaces the pod of every node. */
  readonly rollout: boolean;
  /** Why it cannot be told what the policy does; `undefined` when it can. */
  readonly untold: string | undefined;
}

/** Puts a placement policy in force: in the KubeVirt resource, and in the DaemonSet as virt-operator would. */
export function changePolicy(
  facts: ClusterFacts,
  { namespace, daemonSet }: Installation,
  placement: PlannedPlacement | undefined,
): PolicyChange {
  const template = daemonSet?.spec?.template?.spec;
  const { kubeVirts, daemonSets } = facts;
  const asItIs = { kubeVirts, daemonSets, template, rollout: false, untold: undefined };
  if (placement === undefined) return asItIs;
  const kubeVirt =
    namespace === undefined ? undefined : kubeVirts.find(({ metadata }) => metadata.namespace === namespace);
  if (daemonSet === undefined || template === undefined)
    return { ...asItIs, untold: 'the virt-handler DaemonSet was not read, or there is none' };
  if (kubeVirt === undefined)
    return { ...asItIs, untold: 'the KubeVirt resource was not read, or there is none' };

  const current = kubeVirt.spec?.workloads?.nodePlacement;
  if (isSamePolicy(current, placement.policy)) return asItIs;
  const next = templateUnder(template, current, placement.policy);
  return {
    kubeVirts: kubeVirts.map((it) => (it === kubeVirt ? withPolicy(it, placement.policy) : it)),
    daemonSets: daemonSets.map((it) => (it === daemonSet ? withTemplate(it, next) : it)),
    template: next,
    rollout: !isSamePolicy(template, next),
    untold: undefined,
  };
}

function withPolicy(kubeVirt: KubeVirtObject, nodePlacement: NodePlacement | undefined): KubeVirtObject {
  const { spec } = kubeVirt;
  return { ...kubeVirt, spec: { ...spec, workloads: { ...spec?.workloads, nodePlacement } } };
}

function withTemplate(daemonSet: DaemonSetObject, template: PodPlacement): DaemonSetObject {
  return { ...daemonSet, spec: { ...daemonSet.spec, template: { spec: template } } };
}
