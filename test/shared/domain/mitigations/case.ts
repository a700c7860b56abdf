import type { Cause, CauseCode } from '../../../../shared/domain/causes/cause.ts';
import type { HyperConvergedObject } from '../../../../shared/domain/evidence-objects.ts';
import type { ClusterNode } from '../../../../shared/domain/mitigations/cluster-node.ts';
import type { Mitigation, MitigationContext } from '../../../../shared/domain/mitigations/mitigation.ts';
import { currentPlacement } from '../../../../shared/domain/mitigations/simulate.ts';
import type { KubeVirtObject, NodeObject } from '../../../../shared/domain/objects.ts';
import { judgePlacement } from '../../../../shared/domain/placement/daemonset-placement.ts';
import { injectPlacement } from '../../../../shared/domain/placement/placement-injection.ts';
import type { NodePlacement, PodPlacement, Taint } from '../../../../shared/domain/placement-objects.ts';
import { aDaemonSet, aKubeVirt, aNode } from '../../../support/objects.ts';
import { applyPatch, labelsOf, patchOf, shellWords } from './run-command.ts';

/** KubeVirt's own pod spec of virt-handler. */
export const OWN_SPEC: PodPlacement = { tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }] };

export interface CaseParts {
  /** virt-handler's pod spec with what customizeComponents made of it. */
  readonly base?: PodPlacement;
  readonly policy?: NodePlacement | undefined;
  /** The node that lacks the handler: the first. */
  readonly nodes: readonly NodeObject[];
  /** Nodes that have a handler although the rules keep it away. */
  readonly spared?: readonly string[];
  readonly idle?: readonly string[];
  readonly hyperConverged?: HyperConvergedObject;
}

/** A node with more labels and taints. */
export function node(
  name: string,
  labels: Readonly<Record<string, string>> = {},
  taints: readonly Taint[] = [],
) {
  const all = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', ...labels };
  return aNode(name, { metadata: { labels: all }, spec: { taints } });
}

/** A KubeVirt resource with a policy, or with these workloads. */
export function kubeVirtWith(policy: NodePlacement | undefined): KubeVirtObject {
  return {
    ...aKubeVirt({ metadata: { generation: 3 } }),
    spec: policy === undefined ? {} : { workloads: { nodePlacement: policy } },
  };
}

/** A cluster that virt-operator has settled: a node has a handler exactly if the placement lets it. */
export function contextOf(parts: CaseParts): MitigationContext {
  const template = injectPlacement(parts.base ?? OWN_SPEC, parts.policy);
  const [first] = parts.nodes;
  const nodes = parts.nodes.map(
    (it): ClusterNode => ({
      node: it,
      hasHandler: judgePlacement(it, template).shouldRun || (parts.spared ?? []).includes(it.metadata.name),
      hasWorkload: !(parts.idle ?? []).includes(it.metadata.name),
    }),
  );
  const daemonSet = { ...aDaemonSet(), spec: { template: { spec: template } } };
  const kubeVirt = kubeVirtWith(parts.policy);
  return {
    nodeName: first?.metadata.name ?? '',
    node: first,
    nodes,
    handlerPod: undefined,
    placement: currentPlacement(daemonSet, kubeVirt, nodes),
    kubeVirt,
    daemonSet,
    hyperConverged: parts.hyperConverged,
  };
}

/** A cause, for which only its code matters. */
export function aCause(code: CauseCode, object = 'Node node02'): Cause {
  return {
    code,
    certainty: 'Definite',
    origin: 'Node',
    summary: code,
    evidence: [{ object, resourceVersion: '', field: '', value: '' }],
  };
}

/** Which nodes may have a handler before and after a mitigation's command was carried out on the objects. */
export function carryOut({ command, owner }: Mitigation, context: MitigationContext, base: PodPlacement) {
  const nodes = context.nodes.map((it) => it.node);
  const before = injectPlacement(base, context.kubeVirt?.spec?.workloads?.nodePlacement);
  const labels = owner === 'Node' ? labelsOf(command) : {};
  const after =
    owner === 'Node'
      ? before
      : injectPlacement(base, policyIn(applyPatch(ownerOf(context), patchOf(command))));
  const labelled = (it: NodeObject): NodeObject =>
    it.metadata.name === context.nodeName
      ? { ...it, metadata: { ...it.metadata, labels: { ...it.metadata.labels, ...labels } } }
      : it;
  const named = (fits: (it: NodeObject) => boolean) => nodes.filter(fits).map((it) => it.metadata.name);
  return {
    before: named((it) => judgePlacement(it, before).shouldRun),
    after: named((it) => judgePlacement(labelled(it), after).shouldRun),
    words: shellWords(command),
  };
}

function ownerOf({ kubeVirt, hyperConverged }: MitigationContext): KubeVirtObject | HyperConvergedObject {
  const owner = hyperConverged ?? kubeVirt;
  if (owner === undefined) throw new RangeError('nobody owns the placement');
  return owner;
}

function policyIn(owner: KubeVirtObject | HyperConvergedObject): NodePlacement | undefined {
  if (owner.kind === 'HyperConverged' && owner.apiVersion === 'hco.kubevirt.io/v1')
    return owner.spec?.deployment?.nodePlacements?.workload;
  return owner.spec?.workloads?.nodePlacement;
}
