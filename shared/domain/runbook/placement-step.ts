import { quote } from '../causes/evidence.ts';
import { shellCommand } from '../mitigations/shell.ts';
import type { KubeVirtObject } from '../objects.ts';
import {
  describeObstacle,
  judgePlacement,
  type Obstacle,
  type PlacementVerdict,
} from '../placement/daemonset-placement.ts';
import { injectPlacement } from '../placement/placement-injection.ts';
import { validatePlacement } from '../placement/placement-validation.ts';
import type { PodPlacement } from '../placement-objects.ts';
import {
  couldNotLook,
  placementVerdict,
  type RunbookCase,
  type StepFinding,
  seenObject,
  verdictIf,
} from './step.ts';
import { oneLine } from './workload-steps.ts';

const POLICY = 'spec.workloads.nodePlacement';

/** Step 6: what the placement policy is, and whether it, or what became of it in the DaemonSet, excludes the node. */
export function placement(situation: RunbookCase): StepFinding {
  const command = shellCommand('kubectl', 'get', 'kubevirts', '--all-namespaces', '-o', 'yaml');
  const { facts, installation, kubeVirt } = situation;
  const unread = facts.unread.get('KubeVirt');
  if (unread !== undefined) return couldNotLook(command, unread);
  if (kubeVirt !== undefined) return { command, ...policyFinding(situation, kubeVirt) };
  if (facts.kubeVirts.length > 0) return couldNotLook(command, installation.problems[0]?.message ?? '');
  const observed = 'There is no KubeVirt resource.';
  return { command, objects: [], observed, verdict: verdictIf(true, situation) };
}

function policyFinding(situation: RunbookCase, kubeVirt: KubeVirtObject): Omit<StepFinding, 'command'> {
  const { installation, node } = situation;
  const obstacles = verdictOf(situation, kubeVirt)?.obstacles.filter(({ kind }) => kind !== 'Taint');
  const invalid = validatePlacement(kubeVirt.spec?.workloads?.nodePlacement ?? {});
  const texts = [
    policyText(kubeVirt),
    effectText(node.name, obstacles),
    ...invalid.map(
      ({ path, message, consequence }) => `${consequence} at ${POLICY}.${path}: ${quote(message)}.`,
    ),
    pendingText(situation, kubeVirt),
  ];
  const sources = [kubeVirt, ...(installation.daemonSet === undefined ? [] : [installation.daemonSet])];
  const isWrong = invalid.length + (obstacles ?? []).length > 0;
  return {
    objects: sources.map(seenObject),
    observed: oneLine(texts.filter((text) => text !== '').join(' ')),
    verdict: verdictIf(isWrong, situation),
  };
}

function effectText(node: string, obstacles: readonly Obstacle[] | undefined): string {
  if (obstacles === undefined)
    return `Whether it lets virt-handler on ${node} cannot be told without the node.`;
  if (obstacles.length === 0) return `Nothing in it keeps virt-handler from ${node}.`;
  return `It keeps virt-handler from ${node}: ${obstacles.map(describeObstacle).join('; ')}.`;
}

/** By the DaemonSet, which decides; without one by what virt-operator would make of the policy. */
function verdictOf(situation: RunbookCase, kubeVirt: KubeVirtObject): PlacementVerdict | undefined {
  const { node } = situation.node;
  if (situation.installation.daemonSet !== undefined || node === undefined)
    return placementVerdict(situation);
  const template = injectPlacement<PodPlacement>({}, kubeVirt.spec?.workloads?.nodePlacement);
  return judgePlacement(node, template);
}

function policyText({ spec }: KubeVirtObject): string {
  const policy = spec?.workloads?.nodePlacement;
  return policy === undefined || Object.keys(policy).length === 0
    ? `${POLICY} is not set, which allows every Linux node.`
    : `${POLICY} is ${JSON.stringify(policy)}.`;
}

/** Source: kubevirt `pkg/virt-operator/resource/apply`, annotation kubevirt.io/generation (facts/kubevirt.md, 1.1). */
function pendingText({ installation }: RunbookCase, { metadata }: KubeVirtObject): string {
  const applied = installation.daemonSet?.metadata.annotations?.['kubevirt.io/generation'];
  if (applied === undefined || metadata.generation === undefined) return '';
  if (applied === String(metadata.generation)) return '';
  return `The DaemonSet was made from generation ${applied} of it, and it is at ${metadata.generation}: a change is on its way.`;
}
