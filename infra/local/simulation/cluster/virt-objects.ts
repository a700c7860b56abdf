import type { JsonObject } from '../api/kube-object.ts';

/** Where KubeVirt is installed. */
export const INSTALL_NAMESPACE = 'kubevirt';

const LABELS = {
  'app.kubernetes.io/component': 'kubevirt',
  'app.kubernetes.io/managed-by': 'virt-operator',
  'app.kubernetes.io/version': 'v1.9.0',
  'kubevirt.io': 'virt-handler',
};

/** The DaemonSet as virt-operator makes it before the placement is injected; what no rule reads is left out. */
export function virtHandlerDaemonSet() {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'virt-handler', namespace: INSTALL_NAMESPACE, labels: LABELS },
    spec: {
      selector: { matchLabels: { 'kubevirt.io': 'virt-handler' } },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
      template: {
        metadata: {
          name: 'virt-handler',
          labels: { ...LABELS, 'prometheus.kubevirt.io': 'true' },
          annotations: { 'openshift.io/required-scc': 'kubevirt-handler' },
        },
        spec: {
          containers: [{ name: 'virt-handler', image: 'quay.io/kubevirt/virt-handler:v1.9.0' }],
          initContainers: [{ name: 'virt-launcher', image: 'quay.io/kubevirt/virt-launcher:v1.9.0' }],
          hostPID: true,
          priorityClassName: 'kubevirt-cluster-critical',
          serviceAccountName: 'kubevirt-handler',
          terminationGracePeriodSeconds: 330,
          tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }],
        },
      },
    },
  } as const;
}

/** The KubeVirt resource, without a placement. */
export function kubeVirtResource(): JsonObject {
  return {
    apiVersion: 'kubevirt.io/v1',
    kind: 'KubeVirt',
    metadata: { name: 'kubevirt', namespace: INSTALL_NAMESPACE },
    spec: {
      certificateRotateStrategy: {},
      configuration: { developerConfiguration: {} },
      customizeComponents: {},
      imagePullPolicy: 'IfNotPresent',
      workloadUpdateStrategy: { workloadUpdateMethods: ['LiveMigrate'] },
    },
  };
}

/** What virt-operator says of itself: done, or on its way. Source: facts/operator-rollout.md, surprise 10 */
export function kubeVirtConditions(isDone: boolean): readonly JsonObject[] {
  const reason = isDone ? 'AllComponentsReady' : 'DeploymentInProgress';
  const condition = (type: string, isTrue: boolean, why = reason): JsonObject => ({
    type,
    status: isTrue ? 'True' : 'False',
    reason: why,
  });
  return [
    condition('Created', true, 'AllResourcesCreated'),
    condition('Available', isDone),
    condition('Progressing', !isDone),
    condition('Degraded', false),
  ];
}

/** A VMI to make. */
export interface VmiPlan {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
}

/** A VMI as virt-controller and virt-handler leave it. */
export function virtualMachineInstance({ namespace, name, node }: VmiPlan): JsonObject {
  return {
    apiVersion: 'kubevirt.io/v1',
    kind: 'VirtualMachineInstance',
    metadata: { namespace, name, labels: { 'kubevirt.io/nodeName': node, 'kubevirt.io/vm': name } },
    spec: {
      evictionStrategy: 'LiveMigrate',
      domain: { cpu: { cores: 1 }, memory: { guest: '2Gi' }, devices: {} },
      terminationGracePeriodSeconds: 180,
    },
    status: {
      nodeName: node,
      phase: 'Running',
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'LiveMigratable', status: 'True' },
      ],
      migrationMethod: 'LiveMigration',
      qosClass: 'Burstable',
    },
  };
}

/** The pod that a VMI runs in, bound already: where VMs go is not played here. */
export function launcherPod({ namespace, name, node }: VmiPlan, uid: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `virt-launcher-${name}-`,
      namespace,
      labels: {
        'kubevirt.io': 'virt-launcher',
        'kubevirt.io/created-by': uid,
        'kubevirt.io/vm': name,
        'vm.kubevirt.io/name': name,
        'vmi.kubevirt.io/id': name,
        'kubevirt.io/nodeName': node,
      },
      annotations: { 'kubevirt.io/domain': name },
      ownerReferences: [
        {
          apiVersion: 'kubevirt.io/v1',
          kind: 'VirtualMachineInstance',
          name,
          uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      nodeName: node,
      restartPolicy: 'Never',
      nodeSelector: { 'kubevirt.io/schedulable': 'true' },
      terminationGracePeriodSeconds: 210,
      readinessGates: [{ conditionType: 'kubevirt.io/virtual-machine-unpaused' }],
      containers: [{ name: 'compute', image: 'quay.io/kubevirt/virt-launcher:v1.9.0' }],
    },
  };
}
