import type { Container, Pod } from './objects.ts';

/** What a kubelet can report of a pod. */
export type PodState = 'ready' | 'unready' | 'pending' | 'crash-looping' | 'succeeded' | 'failed';

interface Report {
  readonly phase: string;
  readonly ready: boolean;
  readonly initialized: boolean;
  readonly restartCount: number;
  container(at: string): Record<string, unknown>;
}

const exited = (exitCode: number, reason: string, at: string) => ({
  terminated: { exitCode, reason, startedAt: at, finishedAt: at },
});
const running = (at: string) => ({ running: { startedAt: at } });
const usual = { ready: false, initialized: true, restartCount: 0 };

const reports: Record<PodState, Report> = {
  ready: { ...usual, phase: 'Running', ready: true, container: running },
  unready: { ...usual, phase: 'Running', container: running },
  pending: {
    ...usual,
    phase: 'Pending',
    initialized: false,
    container: () => ({ waiting: { reason: 'ContainerCreating' } }),
  },
  'crash-looping': {
    ...usual,
    phase: 'Running',
    restartCount: 5,
    container: () => ({
      waiting: { reason: 'CrashLoopBackOff', message: 'back-off 2m40s restarting failed container' },
    }),
  },
  succeeded: { ...usual, phase: 'Succeeded', container: (at) => exited(0, 'Completed', at) },
  failed: { ...usual, phase: 'Failed', container: (at) => exited(1, 'Error', at) },
};

/** The status that a kubelet would report, readiness gates passed by whoever has to. */
export function podStatus(pod: Pod, state: PodState, at: string): Record<string, unknown> {
  const { containers, initContainers = [], readinessGates = [] } = pod.spec;
  const report = reports[state];
  const condition = (type: string, met: boolean) => ({
    type,
    status: met ? 'True' : 'False',
    lastTransitionTime: at,
  });
  const statusOf = ({ name, image }: Container, change: Record<string, unknown>) => ({
    name,
    image,
    imageID: '',
    lastState: {},
    restartCount: 0,
    ...change,
  });
  const { ready, initialized, restartCount } = report;
  const init = initialized
    ? { ready: true, state: exited(0, 'Completed', at) }
    : { ready: false, state: { waiting: { reason: 'PodInitializing' } } };
  return {
    phase: report.phase,
    startTime: at,
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', initialized),
      condition('ContainersReady', ready),
      condition('Ready', ready),
      ...readinessGates.map(({ conditionType }) => condition(conditionType, true)),
    ],
    initContainerStatuses: initContainers.map((container) => statusOf(container, init)),
    containerStatuses: containers.map((container) =>
      statusOf(container, { ready, restartCount, started: ready, state: report.container(at) }),
    ),
  };
}
