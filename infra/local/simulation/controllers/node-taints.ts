import type { Condition, NodeObject } from '../../../../shared/domain/objects.ts';
import type { Taint } from '../../../../shared/domain/placement-objects.ts';
import { type EpochMs, parseTimestamp } from '../../../../shared/domain/units.ts';
import { kubeTime } from '../api/creation.ts';

const PREFIX = 'node.kubernetes.io/';
/** Which taint stands for a condition that is `True`. */
const OF_CONDITION: Readonly<Record<string, string>> = {
  MemoryPressure: 'memory-pressure',
  DiskPressure: 'disk-pressure',
  PIDPressure: 'pid-pressure',
  NetworkUnavailable: 'network-unavailable',
};
const OWNED: ReadonlySet<string> = new Set(
  [...Object.values(OF_CONDITION), 'not-ready', 'unreachable', 'unschedulable'].map(
    (name) => `${PREFIX}${name}`,
  ),
);

/**
 * The taints that a node is to have: those that others gave it, and those that follow from its conditions. A node that
 * is not ready carries one against new pods and one against those that run.
 * Source: Kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go`, doNoScheduleTaintingPass
 */
export function taintsOf(node: NodeObject, now: EpochMs): readonly Taint[] {
  const taints = node.spec?.taints ?? [];
  const wanted = wantedTaints(node);
  const isWanted = (taint: Taint): boolean => wanted.some((each) => isSame(each, taint));
  const kept = taints.filter((taint) => !OWNED.has(taint.key) || isWanted(taint));
  const missing = wanted.filter((each) => !kept.some((taint) => isSame(each, taint)));
  return [...kept, ...missing.map((taint) => ({ ...taint, timeAdded: kubeTime(now) }))];
}

const isSame = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;

function wantedTaints({ spec, status }: NodeObject): readonly Taint[] {
  const conditions = status?.conditions ?? [];
  const names = conditions
    .filter((each) => each.status === 'True')
    .flatMap(({ type }) => OF_CONDITION[type] ?? []);
  const unready = readinessTaint(conditions.find(({ type }) => type === 'Ready'));
  const schedulable = spec?.unschedulable === true ? ['unschedulable'] : [];
  return [
    ...[...names, ...schedulable, ...unready].map((name) => ({
      key: `${PREFIX}${name}`,
      effect: 'NoSchedule',
    })),
    ...unready.map((name) => ({ key: `${PREFIX}${name}`, effect: 'NoExecute' })),
  ];
}

function readinessTaint(ready: Condition | undefined): readonly string[] {
  if (ready?.status === 'False') return ['not-ready'];
  return ready?.status === 'Unknown' ? ['unreachable'] : [];
}

/** When a taint was added; a taint that does not say so was always there. */
export function taintedSince({ timeAdded }: Taint): EpochMs | undefined {
  return parseTimestamp(timeAdded);
}
