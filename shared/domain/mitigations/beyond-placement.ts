import { describeObstacle, judgePlacement, type Obstacle } from '../placement/daemonset-placement.ts';
import { traceObstacle } from '../placement/placement-origin.ts';
import { describeTaint, taintMeaning } from '../placement/taints.ts';
import { toleratedSeconds } from '../placement/tolerations.ts';
import { describeNode, getCustomizeComponents, getNamespace, getPlacement } from './look-commands.ts';
import { lookAt, type Mitigation, type MitigationContext } from './mitigation.ts';

/**
 * What stands in the way that no placement policy should or can remove: taints that tell of trouble or intent, and
 * rules from customizeComponents; each kind once.
 */
export function describeUncurable(
  obstacles: readonly Obstacle[],
  context: MitigationContext,
): readonly Mitigation[] {
  const found = obstacles.flatMap((obstacle) => uncurable(obstacle, context) ?? []);
  return found.filter(({ code }, index) => found.findIndex((other) => other.code === code) === index);
}

/** OpenShift's node selector of the namespace is not in the DaemonSet at all (facts/kubevirt.md, 1.2). */
export function editNamespaceSelector(context: MitigationContext): Mitigation {
  const summary =
    "The placement lets virt-handler run here; the node selector in the namespace's annotations does not. " +
    'Change that annotation, or label the node into it: no placement policy can.';
  return lookAt('EditNamespaceSelector', summary, getNamespace(context));
}

function uncurable(obstacle: Obstacle, context: MitigationContext): Mitigation | undefined {
  if (obstacle.kind === 'Taint') {
    const meaning = taintMeaning(obstacle.taint, context.kubeVirt);
    if (meaning === 'Dedication') return undefined;
    return meaning === 'Deliberate' ? standBack(obstacle, context) : repairTaint(obstacle, context);
  }
  if (obstacle.kind === 'NodeAffinity') return undefined;
  const [origin] = traceObstacle(obstacle, context.kubeVirt?.spec?.workloads?.nodePlacement);
  if (origin?.origin !== 'DaemonSet' || origin.source !== 'PodSpec') return undefined;
  const summary =
    `The DaemonSet's ${describeObstacle(obstacle)}. That rule is not in the placement policy and cannot be changed there: ` +
    'edit the patch in spec.customizeComponents that sets it, or wait if the policy has just been changed.';
  return lookAt('EditCustomizeComponents', summary, getCustomizeComponents(context));
}

function standBack(obstacle: Obstacle, context: MitigationContext): Mitigation {
  const summary =
    `The ${describeObstacle(obstacle)}: somebody drains or fences this node on purpose. Wait until it is done, ` +
    'or end it where it was started; tolerating the taint would work against it.';
  return lookAt('WaitForRemediation', summary, describeNode(context));
}

function repairTaint(obstacle: Obstacle, context: MitigationContext): Mitigation {
  const summary =
    `The ${describeObstacle(obstacle)}: it tells of a state of the node (kubelet, network, cloud provider) and goes by itself ` +
    'when that is repaired. Tolerating it would only hide it.';
  return lookAt('RepairNode', summary, describeNode(context));
}

/** The placement excludes the node, and nothing safe was found, for a reason. */
export function reviewPlacement(context: MitigationContext, reason: string): Mitigation {
  const summary = `The placement excludes the node, and ${reason}: look at it as a whole.`;
  return lookAt('ReviewPlacement', summary, getPlacement(context));
}

/** `undefined` where something else keeps the handler away, or no taint ends its time. */
export function liftTolerationLimit(context: MitigationContext): readonly Mitigation[] | undefined {
  const { node, placement } = context;
  if (node === undefined || placement === undefined) return undefined;
  const { tolerations = [] } = placement.template;
  if (judgePlacement(node, placement.template).obstacles.length > 0) return undefined;
  const timed = node.spec?.taints?.find((taint) => toleratedSeconds(taint, tolerations) !== undefined);
  if (timed === undefined) return undefined;
  const summary =
    `The taint ${describeTaint(timed)} is tolerated for a while only, then the pod is evicted again: take tolerationSeconds out of ` +
    'the toleration where it is set. One more toleration does not help, the first that covers a taint counts.';
  return [lookAt('ReviewPlacement', summary, getPlacement(context))];
}
