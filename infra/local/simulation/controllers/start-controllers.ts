import type { SimulatedApi } from '../api/simulated-api.ts';
import { DaemonSetController } from './daemon-set-controller.ts';
import { GarbageCollector } from './garbage-collector.ts';
import { NodeLifecycle } from './node-lifecycle.ts';
import { PodGc } from './pod-gc.ts';
import { PodScheduler } from './pod-scheduler.ts';
import { TaintEviction } from './taint-eviction.ts';
import type { Timings } from './timings.ts';

/** Starts what kube-controller-manager and kube-scheduler are to an API server. They run as long as its time does. */
export function startControllers(api: SimulatedApi, timings: Timings): void {
  for (const Controller of [
    DaemonSetController,
    PodScheduler,
    GarbageCollector,
    NodeLifecycle,
    TaintEviction,
    PodGc,
  ])
    new Controller(api, timings);
}
