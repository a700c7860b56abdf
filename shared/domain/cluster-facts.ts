import type { EvidenceFacts, EvidenceRequest } from './evidence-facts.ts';
import type { DaemonSetObject, Kind, KubeVirtObject, NodeObject, PodObject, VmiObject } from './objects.ts';
import type { Problem } from './problems.ts';
import type { EpochMs } from './units.ts';

/** A virt-launcher pod, cut to what is judged and reported: a cluster has up to hundreds of thousands. */
export interface LauncherPod {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  /** `spec.nodeName`; empty while the pod is not bound. Never the label `kubevirt.io/nodeName`. */
  readonly nodeName: string;
  readonly phase: string;
  /** Name of the VMI that controls it, or that it names itself; empty when neither is told. */
  readonly vmi: string;
  /** Whether it is workload: see `workload.ts`. */
  readonly alive: boolean;
}

/** A VirtualMachineInstance, cut to what is judged and reported. */
export interface Vmi {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** `status.nodeName`; empty until it is scheduled. */
  readonly nodeName: string;
  readonly phase: string;
  /** All that is read of it; kept for the node whose details were asked for only. */
  readonly details?: VmiObject | undefined;
}

/**
 * What was read of one cluster at one time. A kind in `unread` says nothing by its emptiness: its list holds what
 * happened to be seen, and a judgement that would rest on the rest is `Unknown`.
 */
export interface ClusterFacts {
  /** When the cluster was in this state: now for a live one, the newest heartbeat of a dump. */
  readonly observedAt: EpochMs;
  /** Set when launchers and VMIs were read for this node only: of the others nothing is known. */
  readonly workloadOf?: string | undefined;
  readonly unread: ReadonlyMap<Kind, Problem>;
  readonly nodes: ReadonlyMap<string, NodeObject>;
  /** Pods labelled `kubevirt.io=virt-handler`, of any namespace and owner. */
  readonly handlerPods: readonly PodObject[];
  readonly launcherPods: readonly LauncherPod[];
  readonly vmis: readonly Vmi[];
  readonly daemonSets: readonly DaemonSetObject[];
  readonly kubeVirts: readonly KubeVirtObject[];
}

/** Reads the facts of a whole cluster: from an API server, from files, from a test. */
export interface ClusterReader {
  /** @throws FunctionError when nothing can be read at all; what is missing in part is in `unread` */
  read(): Promise<ClusterFacts>;
  /**
   * Reads what proves causes and tells owners, after `read` has told where to look.
   *
   * @throws FunctionError when the cluster no longer answers; what may not be read is in `unread`
   */
  readEvidence(request: EvidenceRequest): Promise<EvidenceFacts>;
}
