import { groupBy } from '../domain/collections.ts';
import type { EvidenceRequest } from '../domain/evidence-facts.ts';
import type { EvidenceKind } from '../domain/evidence-objects.ts';
import { HANDLER_NAME } from '../domain/installation.ts';
import { fieldSelector, type ListQuery, type Resource } from './resources.ts';

/** More nodes than that are asked for in one list of all nodes' Events. */
const MAX_NODE_QUERIES = 10;
/** More VirtualMachines than that of one namespace are asked for in one list of the namespace. */
const MAX_VM_QUERIES = 20;

/** The resources that are read as evidence, by kind. */
export const EVIDENCE_RESOURCES: Readonly<Record<EvidenceKind, Resource & { readonly kind: EvidenceKind }>> =
  {
    Event: {
      kind: 'Event',
      name: 'events',
      group: '',
      path: '/api/v1/events',
      cost: 'what only an Event proves, such as a pod that the API server rejected, is not told',
    },
    Namespace: {
      kind: 'Namespace',
      name: 'namespaces',
      group: '',
      path: '/api/v1/namespaces',
      cost: "whether OpenShift's node selector of KubeVirt's namespace keeps virt-handler away is not told",
    },
    HyperConverged: {
      kind: 'HyperConverged',
      name: 'hyperconvergeds',
      group: 'hco.kubevirt.io',
      path: '/apis/hco.kubevirt.io/v1beta1/hyperconvergeds',
      cost: 'if HyperConverged owns the placement, a change of the KubeVirt resource is reverted',
    },
    VirtualMachine: {
      kind: 'VirtualMachine',
      name: 'virtualmachines',
      group: 'kubevirt.io',
      path: '/apis/kubevirt.io/v1/virtualmachines',
      cost: 'the run strategies of the VMIs are not told',
    },
  };

/** HyperConverged where v1beta1 is no longer served. Source: facts/kubevirt.md, 5.7. */
const HYPERCONVERGED_V1: Resource = {
  ...EVIDENCE_RESOURCES.HyperConverged,
  path: '/apis/hco.kubevirt.io/v1/hyperconvergeds',
};

/** The lists that hold the evidence, the preferred one of a kind first. */
export function evidenceQueries({ nodes, namespace, vms }: EvidenceRequest): readonly ListQuery[] {
  const { Event, Namespace, HyperConverged } = EVIDENCE_RESOURCES;
  return [
    ...nodeEvents(nodes),
    namespace === undefined
      ? { resource: Event, fieldSelector: about('DaemonSet', HANDLER_NAME) }
      : { resource: Event, namespace },
    ...(namespace === undefined
      ? []
      : [{ resource: Namespace, fieldSelector: fieldSelector({ 'metadata.name': namespace }) }]),
    { resource: HyperConverged },
    { resource: HYPERCONVERGED_V1 },
    ...vmQueries(vms),
  ];
}

function nodeEvents(nodes: readonly string[]): readonly ListQuery[] {
  const resource = EVIDENCE_RESOURCES.Event;
  if (nodes.length > MAX_NODE_QUERIES)
    return [{ resource, fieldSelector: fieldSelector({ 'involvedObject.kind': 'Node' }) }];
  return nodes.map((name) => ({ resource, fieldSelector: about('Node', name) }));
}

/** Selects the Events about one object. Source: Kubernetes `pkg/registry/core/event/strategy.go`, ToSelectableFields. */
function about(kind: string, name: string): string {
  return fieldSelector({ 'involvedObject.kind': kind, 'involvedObject.name': name });
}

function vmQueries(vms: EvidenceRequest['vms']): readonly ListQuery[] {
  const resource = EVIDENCE_RESOURCES.VirtualMachine;
  return [...groupBy(vms, (vm) => vm.namespace)].flatMap(([namespace, all]): readonly ListQuery[] => {
    if (all.length > MAX_VM_QUERIES) return [{ resource, namespace }];
    return all.map(({ name }) => ({
      resource,
      namespace,
      fieldSelector: fieldSelector({ 'metadata.name': name }),
    }));
  });
}
