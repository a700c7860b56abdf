import { isObject, type JsonObject, type KubeObject } from '../api/kube-object.ts';

/** What a kubelet says of a pod: its containers run, and then that they answer too. */
export type PodReport = 'Running' | 'Ready';

/** The status that a kubelet gives a pod. Readiness gates are passed by whoever has to. */
export function podStatus({ spec = {}, status = {} }: KubeObject, report: PodReport, at: string): JsonObject {
  const ready = report === 'Ready';
  const condition = (type: string, met: boolean): JsonObject => ({
    type,
    status: met ? 'True' : 'False',
    lastTransitionTime: at,
  });
  const gates = objects(spec['readinessGates']).map((gate) => condition(String(gate['conditionType']), true));
  return {
    ...status,
    phase: 'Running',
    startTime: status['startTime'] ?? at,
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', ready),
      condition('Ready', ready),
      ...gates,
    ],
    containerStatuses: objects(spec['containers']).map(({ name, image }) => ({
      name,
      image,
      imageID: '',
      ready,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: status['startTime'] ?? at } },
      lastState: {},
    })),
  };
}

/** The conditions of a node that is well. Source: Kubernetes `pkg/kubelet/nodestatus/setters.go` */
export function nodeConditions(at: string): readonly JsonObject[] {
  const times = { lastHeartbeatTime: at, lastTransitionTime: at };
  const pressures = ['Memory', 'Disk', 'PID'].map((what) => ({
    type: `${what}Pressure`,
    status: 'False',
    reason: 'KubeletHasNoPressure',
    ...times,
  }));
  const message = 'kubelet is posting ready status';
  return [...pressures, { type: 'Ready', status: 'True', reason: 'KubeletReady', message, ...times }];
}

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
