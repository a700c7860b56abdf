import type {
  EventObject,
  EvidenceKind,
  HyperConvergedObject,
  NamespaceObject,
  VmObject,
} from './evidence-objects.ts';
import type { Problem } from './problems.ts';

/** What evidence is looked for: as little as the nodes in question need. */
export interface EvidenceRequest {
  /** The nodes whose causes are looked for. */
  readonly nodes: readonly string[];
  /** Where KubeVirt is installed; `undefined` when that cannot be told. */
  readonly namespace: string | undefined;
  /** The VirtualMachines that are asked for. */
  readonly vms: readonly ObjectName[];
}

export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** What proves causes and tells owners. A kind in `unread` says nothing by its emptiness. */
export interface EvidenceFacts {
  /** The kinds that were not looked at, and why. */
  readonly unread: ReadonlyMap<EvidenceKind, Problem>;
  /** Events about nodes, and about whatever lives where KubeVirt is installed. */
  readonly events: readonly EventObject[];
  readonly namespaces: readonly NamespaceObject[];
  readonly hyperConvergeds: readonly HyperConvergedObject[];
  readonly vms: readonly VmObject[];
}
