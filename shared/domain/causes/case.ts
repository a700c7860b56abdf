import type { EventObject, NamespaceObject } from '../evidence-objects.ts';
import type { NodeJudgement } from '../judge-cluster.ts';
import type { DaemonSetObject, KubeVirtObject, PodObject } from '../objects.ts';
import type { EpochMs } from '../units.ts';

/** All that is known when one node's causes are looked for. What is `undefined` is not there or was not read. */
export interface NodeCase {
  readonly judgement: NodeJudgement;
  /** Every virt-handler pod of KubeVirt's DaemonSet on the node or meant for it, leaving ones included. */
  readonly handlerPods: readonly PodObject[];
  /** Where KubeVirt is installed; `undefined` when that cannot be told. */
  readonly namespace: string | undefined;
  readonly kubeVirt: KubeVirtObject | undefined;
  readonly daemonSet: DaemonSetObject | undefined;
  readonly namespaceObject: NamespaceObject | undefined;
  /** Which of these were looked for and could be read, so that `undefined` above means "not there". */
  readonly read: {
    readonly nodes: boolean;
    readonly kubeVirts: boolean;
    readonly daemonSets: boolean;
    readonly events: boolean;
  };
  /** Events about the node, the DaemonSet or its pods, in any order; empty when none were read. */
  readonly events: readonly EventObject[];
  readonly now: EpochMs;
}
