import type { ReadKind } from '../domain/evidence-objects.ts';
import type { Kind } from '../domain/objects.ts';

/** One resource as the API and its access rules name it. */
export interface Resource {
  readonly kind: ReadKind;
  /** Plural, as in a path and in an RBAC rule. */
  readonly name: string;
  /** API group; empty for the core group. */
  readonly group: string;
  /** The path of its list for the whole cluster. */
  readonly path: string;
  /** What is not known when it may not be read, to follow "so". */
  readonly cost: string;
}

/** One list that is read: a resource, cut down on the server. */
export interface ListQuery {
  readonly resource: Resource;
  /** The only namespace that is read; the whole cluster when absent. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** The five resources that are judged, by kind. */
export const RESOURCES: Readonly<Record<Kind, Resource & { readonly kind: Kind }>> = {
  Node: {
    kind: 'Node',
    name: 'nodes',
    group: '',
    path: '/api/v1/nodes',
    cost: 'nodes without workload are left out, and taints and heartbeats are not judged',
  },
  Pod: {
    kind: 'Pod',
    name: 'pods',
    group: '',
    path: '/api/v1/pods',
    cost: 'no virt-handler and no virt-launcher is known and every node is Unknown',
  },
  DaemonSet: {
    kind: 'DaemonSet',
    name: 'daemonsets',
    group: 'apps',
    path: '/apis/apps/v1/daemonsets',
    cost: 'risks and causes that lie in the virt-handler DaemonSet are not told',
  },
  VirtualMachineInstance: {
    kind: 'VirtualMachineInstance',
    name: 'virtualmachineinstances',
    group: 'kubevirt.io',
    path: '/apis/kubevirt.io/v1/virtualmachineinstances',
    cost: 'workload is known by its virt-launcher pods only, and a node without any is Unknown unless a virt-handler manages it',
  },
  KubeVirt: {
    kind: 'KubeVirt',
    name: 'kubevirts',
    group: 'kubevirt.io',
    path: '/apis/kubevirt.io/v1/kubevirts',
    cost: 'the namespace of KubeVirt is guessed from its DaemonSet',
  },
};

/** Pods and DaemonSets of virt-handler. The label alone proves nothing; rules check more. */
export const HANDLERS = 'kubevirt.io=virt-handler';
const LAUNCHERS = 'kubevirt.io=virt-launcher';
/** The pods that are judged. */
export const HANDLERS_AND_LAUNCHERS = 'kubevirt.io in (virt-handler,virt-launcher)';

/**
 * The lists to read. With a node, the workload that the server can tell to be on other nodes is left out. All nodes and
 * all handlers are read still: a change that would help this node is judged by what it does to the others.
 */
export function queriesFor(node: string | undefined): readonly ListQuery[] {
  const rest: readonly ListQuery[] = [
    { resource: RESOURCES.DaemonSet, labelSelector: HANDLERS },
    { resource: RESOURCES.KubeVirt },
  ];
  if (node === undefined) {
    return [
      { resource: RESOURCES.Node },
      { resource: RESOURCES.Pod, labelSelector: HANDLERS_AND_LAUNCHERS },
      { resource: RESOURCES.VirtualMachineInstance },
      ...rest,
    ];
  }
  return [
    { resource: RESOURCES.Node },
    {
      resource: RESOURCES.Pod,
      labelSelector: LAUNCHERS,
      fieldSelector: fieldSelector({ 'spec.nodeName': node }),
    },
    { resource: RESOURCES.Pod, labelSelector: HANDLERS },
    vmisOf(node),
    ...rest,
  ];
}

/** The three lists that one node's judgement rests on, beside `sharedQueries`. Each needs no more than the verb `list`. */
export function nodeQueries(node: string): readonly ListQuery[] {
  return [
    { resource: RESOURCES.Node, fieldSelector: fieldSelector({ 'metadata.name': node }) },
    {
      resource: RESOURCES.Pod,
      labelSelector: HANDLERS_AND_LAUNCHERS,
      fieldSelector: fieldSelector({ 'spec.nodeName': node }),
    },
    vmisOf(node),
  ];
}

/** What every node's judgement rests on: few objects. Handlers that are not bound yet are meant for a node by affinity. */
export function sharedQueries(): readonly ListQuery[] {
  return [
    { resource: RESOURCES.DaemonSet, labelSelector: HANDLERS },
    { resource: RESOURCES.KubeVirt },
    {
      resource: RESOURCES.Pod,
      labelSelector: HANDLERS,
      fieldSelector: fieldSelector({ 'spec.nodeName': '' }),
    },
  ];
}

function vmisOf(node: string): ListQuery {
  return {
    resource: RESOURCES.VirtualMachineInstance,
    labelSelector: isLabelValue(node) ? `kubevirt.io/nodeName=${node}` : undefined,
  };
}

/** A selector of fields that all have these values. */
export function fieldSelector(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([path, value]) => `${path}=${value.replaceAll(/[\\,=]/g, '\\$&')}`)
    .join(',');
}

/** A node's name may have 253 characters, a label's value 63: KubeVirt's label is missing for a longer one. */
function isLabelValue(text: string): boolean {
  return /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(text);
}

/** Path and query of one page. `limit` and `token` are left out for a list in one piece, and for its first page. */
export function pagePath(list: ListQuery, page: PageRequest): string {
  const { resource, namespace, labelSelector, fieldSelector } = list;
  const path =
    namespace === undefined
      ? resource.path
      : resource.path.replace(/[^/]+$/, `namespaces/${encodeURIComponent(namespace)}/$&`);
  const query = new URLSearchParams();
  if (labelSelector !== undefined) query.set('labelSelector', labelSelector);
  if (fieldSelector !== undefined) query.set('fieldSelector', fieldSelector);
  if (page.limit !== undefined) query.set('limit', String(page.limit));
  if (page.token !== undefined) query.set('continue', page.token);
  return query.size === 0 ? path : `${path}?${query}`;
}

export interface PageRequest {
  readonly limit: number | undefined;
  readonly token: string | undefined;
}
