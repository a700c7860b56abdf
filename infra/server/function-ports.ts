import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../shared/config/config.ts';
import type { Clock } from '../../shared/domain/units.ts';
import { Judge } from '../../shared/runtime/judge.ts';
import type { EventSink, Log, Metrics } from '../../shared/runtime/ports.ts';
import type { FunctionPorts } from './catalog.ts';
import type { World } from './world.ts';

/** What functions stand on, in one process. */
export interface PortParts {
  readonly world: World;
  readonly sink: EventSink;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Joins the parts of a process into what functions see; one judge for all of them. */
export function createFunctionPorts(
  { world, sink, clock, log, metrics }: PortParts,
  { clusterName, graceMs }: Pick<Config, 'clusterName' | 'graceMs'>,
): FunctionPorts {
  const { incidents, nodes, objects, cluster, clusterOf } = world;
  const settling = { incidents, sink, clock, log, metrics, clusterName, policy: { graceMs } };
  const judge = new Judge({ ...settling, nodes, wait: (delayMs) => sleep(delayMs) });
  return { ...settling, judge, objects, cluster, clusterOf };
}
