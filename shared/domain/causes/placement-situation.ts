import type { DaemonSetObject, NodeObject, PodObject } from '../objects.ts';
import { judgePlacement, type Obstacle, type PlacementVerdict } from '../placement/daemonset-placement.ts';
import type { PodPlacement } from '../placement-objects.ts';
import type { NodeCase } from './case.ts';
import { hasEnded, isLeaving } from './handler-pods.ts';

/** What the placement rule says about the next handler pod of a node. */
export interface PlacementSituation {
  readonly node: NodeObject;
  /** What the rules were read from: the DaemonSet, or without one the pod that it made. */
  readonly source: DaemonSetObject | PodObject;
  readonly template: PodPlacement;
  /** Makes a path in the template, such as `nodeSelector[cpu]`, one in the source. */
  readonly pathOf: (path: string) => string;
  readonly verdict: PlacementVerdict;
}

/**
 * Judges the next pod by the DaemonSet's template; without one by the pod that is there, as risks.ts does. Answers
 * `undefined` when there is neither, or no node: then nothing is known about placement.
 */
export function placementOf({ judgement, daemonSet }: NodeCase): PlacementSituation | undefined {
  const { node, handler } = judgement;
  if (node === undefined) return undefined;
  const template = daemonSet?.spec?.template?.spec;
  if (daemonSet !== undefined && template !== undefined) {
    const pathOf = (path: string) => `spec.template.spec.${path}`;
    return { node, source: daemonSet, template, pathOf, verdict: judgePlacement(node, template) };
  }
  const { pod } = handler;
  if (pod === undefined) return undefined;
  const own = pod.spec ?? {};
  const pathOf = (path: string) => `spec.${path}`;
  return { node, source: pod, template: own, pathOf, verdict: judgePlacement(node, own) };
}

/** The obstacles of some kinds. */
export function obstaclesOf<Kind extends Obstacle['kind']>(
  { verdict }: PlacementSituation,
  ...kinds: readonly Kind[]
): readonly Extract<Obstacle, { kind: Kind }>[] {
  const wanted: readonly string[] = kinds;
  return verdict.obstacles.filter((it): it is Extract<Obstacle, { kind: Kind }> => wanted.includes(it.kind));
}

/**
 * Whether a pod that is there stays as it is, Ready or not: the obstacles keep only its successor away.
 * Source: shouldContinueRunning, Kubernetes `pkg/controller/daemon/daemon_controller.go` podsShouldBeOnNode.
 */
export function isPodSpared({ judgement }: NodeCase, { verdict }: PlacementSituation): boolean {
  const { pod } = judgement.handler;
  return verdict.shouldContinueRunning && pod !== undefined && !isLeaving(pod) && !hasEnded(pod);
}
