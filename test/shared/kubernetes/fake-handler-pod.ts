import type { ClusterChange } from '../../../shared/domain/mitigations/cluster-change.ts';

/** That one virt-handler pod is deleted. */
export const DELETION: ClusterChange = {
  action: 'delete',
  target: {
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: 'kubevirt',
    name: 'virt-handler-x',
    uid: 'p1',
    resourceVersion: '9',
    generation: undefined,
  },
};

/** Where it is. */
export const POD = '/api/v1/namespaces/kubevirt/pods/virt-handler-x';

/** It, as the API server has it now. */
export const aPod = (parts: object = {}, status: object = {}) => ({
  metadata: { uid: 'p1', resourceVersion: '12', ...parts },
  status,
});
