import type { Affinity, NodePlacement, PodPlacement } from '../placement-objects.ts';

/** The selector that virt-operator adds unless the policy or the pod spec sets the key itself. */
export const OS_LABEL = 'kubernetes.io/os';
/** Its value. */
export const OS_DEFAULT = 'linux';

/**
 * Makes of virt-handler's pod spec (after customizeComponents was applied to it) and the placement policy what
 * virt-operator writes into the DaemonSet: node selectors are united and a key of the pod spec wins; the policy's
 * required affinity terms are appended (ORed), its tolerations too, without removing doubles.
 *
 * Two required affinities of which one has no terms are still one with the other's terms. Fields that are not about
 * placement are kept. Source: `InjectPlacementMetadata` (AnyNode), KubeVirt pkg/virt-operator/resource/placement/placement.go.
 */
export function injectPlacement<Template extends PodPlacement>(
  template: Template,
  policy: NodePlacement | undefined,
): Template {
  const affinity = mergeAffinity(template.affinity, policy?.affinity);
  const tolerations = [...(template.tolerations ?? []), ...(policy?.tolerations ?? [])];
  return {
    ...template,
    nodeSelector: { [OS_LABEL]: OS_DEFAULT, ...policy?.nodeSelector, ...template.nodeSelector },
    ...(affinity === undefined ? {} : { affinity }),
    ...(tolerations.length === 0 ? {} : { tolerations }),
  };
}

function mergeAffinity(own: Affinity | undefined, added: Affinity | undefined): Affinity | undefined {
  if (own === undefined) return added;
  const ownRequired = own.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const addedRequired = added?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (addedRequired === undefined) return own;
  if (ownRequired === undefined)
    return { ...own, nodeAffinity: { ...own.nodeAffinity, ...added?.nodeAffinity } };

  const nodeSelectorTerms = [
    ...(ownRequired.nodeSelectorTerms ?? []),
    ...(addedRequired.nodeSelectorTerms ?? []),
  ];
  return {
    ...own,
    nodeAffinity: {
      ...own.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms },
    },
  };
}
