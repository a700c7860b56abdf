import type { ChangeTarget, ClusterChange } from '../mitigations/cluster-change.ts';
import type { MitigationContext } from '../mitigations/mitigation.ts';
import { toolThatOwns } from './owner-marks.ts';
import type { Plan } from './plan.ts';

/**
 * Why the changes of a plan are not ours to make, each in one sentence: a GitOps tool or another operator owns the object and
 * would take the change back, or fight over it. None where nobody does. Then the change belongs into what that tool
 * applies; see `patch-file.ts`. A pod is the DaemonSet's, which makes a new one whoever deletes it.
 */
export function ownerObjections(plan: Plan, context: MitigationContext): readonly string[] {
  return objectionsToChanges(
    plan.steps.flatMap(({ change }) => change ?? []),
    context,
  );
}

/** The same for changes, whether they are to be made or taken back. */
export function objectionsToChanges(
  changes: readonly ClusterChange[],
  context: MitigationContext,
): readonly string[] {
  const targets = changes.flatMap(({ action, target }) => (action === 'patch' ? [target] : []));
  const objections = targets.flatMap((target) => objectionsTo(target, context));
  return [...new Set(objections)];
}

function objectionsTo(target: ChangeTarget, context: MitigationContext): readonly string[] {
  const object = [context.node, context.kubeVirt, context.hyperConverged].find(
    (it) => it?.kind === target.kind && it.metadata.uid === target.uid,
  );
  const what = `${target.kind} ${target.name}`;
  if (object === undefined) return [`The ${what} was not read: whose it is cannot be told.`];
  const operator = target.kind === 'KubeVirt' ? operatorOf(context) : [];
  const owners = [...operator, toolThatOwns(object.metadata)].filter((it) => it !== undefined);
  return owners.map((owner) => `The ${what} belongs to ${owner}, which would take the change back.`);
}

/** The KubeVirt resource is an operand of HyperConverged, whose operator reverts every edit at once (facts/kubevirt.md, 5.7). */
function operatorOf({ kubeVirt, hyperConverged }: MitigationContext): readonly string[] {
  if (hyperConverged !== undefined) return [`HyperConverged ${hyperConverged.metadata.name}`];
  const controllers = kubeVirt?.metadata.ownerReferences?.filter(({ controller }) => controller === true);
  return (controllers ?? []).map(({ kind, name }) => `${kind} ${name}`);
}
