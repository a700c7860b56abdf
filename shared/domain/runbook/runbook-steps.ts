import type { ClusterFacts } from '../cluster-facts.ts';
import { handlerPodsByNode } from '../handler.ts';
import { installedKubeVirt } from '../installation.ts';
import type { ClusterJudgement, NodeJudgement } from '../judge-cluster.ts';
import { daemonSetHealth, podDeployment } from './daemonset-steps.ts';
import { nodeState } from './node-step.ts';
import { placement } from './placement-step.ts';
import type { RunbookCase, RunbookStep, StepFinding } from './step.ts';
import { handlerPods, virtualMachines } from './workload-steps.ts';

interface StepRule {
  readonly title: string;
  readonly look: (situation: RunbookCase) => StepFinding;
}

/**
 * The steps of KubeVirt's runbook for the alert OrphanedVirtualMachineInstances, in its order. Source: kubevirt/monitoring
 * `docs/runbooks/OrphanedVirtualMachineInstances.md`. Its commands that give a name together with `--all-namespaces`
 * are refused by kubectl; those here list (facts/kubevirt.md, 1.1).
 */
const STEPS: readonly StepRule[] = [
  { title: 'virt-handler pods and the nodes they run on', look: handlerPods },
  { title: 'VMIs on the node', look: virtualMachines },
  { title: 'health of the virt-handler DaemonSet', look: daemonSetHealth },
  { title: 'deployment of the virt-handler pod', look: podDeployment },
  { title: 'state of the node', look: nodeState },
  { title: 'placement in spec.workloads of the KubeVirt resource', look: placement },
];

/** The titles, for documents. */
export const STEP_TITLES: readonly string[] = STEPS.map(({ title }) => title);

/**
 * Takes the runbook's six steps for one node: always six, in its order. `Problem` is what keeps this node from being
 * managed, now or after its handler's next restart; what is wrong with other nodes only is said, and stays `Ok`.
 */
export function runbookSteps(
  facts: ClusterFacts,
  { installation }: ClusterJudgement,
  node: NodeJudgement,
): readonly RunbookStep[] {
  const handlersByNode = handlerPodsByNode(facts, installation.namespace);
  const kubeVirt = installedKubeVirt(facts, installation.namespace);
  const situation = { facts, installation, kubeVirt, node, handlersByNode };
  return STEPS.map(({ title, look }, index) => {
    const { objects, ...finding } = look(situation);
    const seen = objects.map(({ object, resourceVersion }) => ({ object, resourceVersion }));
    return { step: index + 1, title, objects: seen, ...finding };
  });
}
