import { type DaemonSet, type KubeObject, kind, ref } from './objects.ts';
import type { OperatorCondition } from './operator-conditions.ts';
import type { Owner } from './virt-operator.ts';

/** As much of the KubeVirt resource as its operator reads and writes. */
export interface OperatedKubeVirt extends Owner {
  status?: {
    phase?: string;
    observedGeneration?: number;
    conditions?: OperatorCondition[];
    generations?: {
      group: string;
      resource: string;
      namespace: string;
      name: string;
      lastGeneration: number;
    }[];
  };
}

export interface OperatedDaemonSet extends KubeObject {
  spec: DaemonSet['spec'] & {
    updateStrategy?: { type: string; rollingUpdate?: { maxUnavailable?: number | string } };
  };
  status: DaemonSet['status'];
}

export const GENERATION = 'kubevirt.io/generation';
export const OPERATOR_NAMESPACE = 'kubevirt';
export const operatedKubeVirt = ref(
  kind<OperatedKubeVirt>('kubevirt.io/v1/KubeVirt'),
  'kubevirt',
  OPERATOR_NAMESPACE,
);
export const operatedDaemonSet = ref(
  kind<OperatedDaemonSet>('apps/v1/DaemonSet'),
  'virt-handler',
  OPERATOR_NAMESPACE,
);
/** What selects virt-handler's pods. */
export const HANDLERS = { namespace: OPERATOR_NAMESPACE, labelSelector: 'kubevirt.io=virt-handler' } as const;
