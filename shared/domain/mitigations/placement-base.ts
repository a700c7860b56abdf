import { injectPlacement } from '../placement/placement-injection.ts';
import { selectorOrigin, termOrigin, tolerationOrigin } from '../placement/placement-origin.ts';
import type { Affinity, NodePlacement, PodPlacement } from '../placement-objects.ts';

/**
 * What virt-handler's pod spec was before virt-operator injected the placement policy: the DaemonSet's template
 * without what the policy holds. Injected again, the policy gives the decisions of the template; another policy gives
 * those that it would lead to.
 *
 * A rule that the policy and customizeComponents hold word for word cannot be told apart and counts as the policy's:
 * for a policy that keeps it that makes no difference. `kubernetes.io/os=linux` goes too: every injection adds it.
 */
export function withoutPolicy(template: PodPlacement, policy: NodePlacement | undefined): PodPlacement {
  const selector = Object.entries(template.nodeSelector ?? {}).filter(([key, value]) => {
    const origin = selectorOrigin(key, value, policy);
    return origin.origin === 'DaemonSet' && origin.source === 'PodSpec';
  });
  return {
    ...template,
    nodeSelector: Object.fromEntries(selector),
    affinity: affinityWithoutPolicy(template.affinity, policy),
    tolerations: (template.tolerations ?? []).filter(
      (toleration, index) => tolerationOrigin(toleration, index, policy).origin !== 'PlacementPolicy',
    ),
  };
}

function affinityWithoutPolicy(
  affinity: Affinity | undefined,
  policy: NodePlacement | undefined,
): Affinity | undefined {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required === undefined) return affinity;
  const nodeSelectorTerms = (required.nodeSelectorTerms ?? []).filter(
    (term, index) => termOrigin(term, index, policy).origin !== 'PlacementPolicy',
  );
  const fromPolicy =
    policy?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined;
  return nodeSelectorTerms.length === 0 && fromPolicy
    ? undefined
    : { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
}

/** Tells whether two policies have the same rules, in the same order. What is empty is the same as absent. */
export function isSamePolicy(left: NodePlacement | undefined, right: NodePlacement | undefined): boolean {
  return canonical(left) === canonical(right);
}

/** The API server orders no lists, but it orders the keys of objects: so must who compares. */
function canonical(policy: NodePlacement | undefined): string {
  const { nodeSelector, affinity, tolerations } = injectPlacement<PodPlacement>({}, policy);
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = required?.nodeSelectorTerms?.map(({ matchExpressions = [], matchFields = [] }) =>
    [matchExpressions, matchFields].map((list) =>
      list.map(({ key, operator, values = [] }) => [key, operator, values]),
    ),
  );
  const tolerated = (tolerations ?? []).map(({ key = '', operator = '', value = '', effect = '' }) => [
    key,
    operator,
    value,
    effect,
  ]);
  return JSON.stringify([Object.entries(nodeSelector ?? {}).sort(), terms ?? null, tolerated]);
}
