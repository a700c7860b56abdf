import type { NodeObject } from '../objects.ts';
import type { PodPlacement, Taint, Toleration } from '../placement-objects.ts';
import {
  labelOf,
  type RequiredAffinity,
  type RequirementMismatch,
  requiredAffinity,
  type TermMismatch,
} from './node-affinity.ts';
import { describeTaint } from './taints.ts';
import { DAEMON_TOLERATIONS, HOST_NETWORK_TOLERATION, toleratesTaint } from './tolerations.ts';

/** A DaemonSet's pod template as far as placement goes. */
export interface DaemonPodPlacement extends PodPlacement {
  /** With the host's network, the controller also tolerates network-unavailable:NoSchedule. Default false. */
  readonly hostNetwork?: boolean | undefined;
}

/** One rule that keeps the DaemonSet's pod from a node. */
export type Obstacle =
  | { readonly kind: 'NodeName'; readonly wanted: string }
  | {
      readonly kind: 'NodeSelector';
      readonly key: string;
      readonly wanted: string;
      /** The node's value; absent when the node has no such label. */
      readonly actual: string | undefined;
    }
  /** No term of the required node affinity matches; no terms at all match no node. */
  | { readonly kind: 'NodeAffinity'; readonly terms: readonly TermMismatch[] }
  /** An untolerated taint. `scheduling`: a pod that runs may stay, none is made; `running`: it is deleted as well. */
  | { readonly kind: 'Taint'; readonly taint: Taint; readonly stops: 'scheduling' | 'running' };

/** What the DaemonSet controller decides about one node. */
export interface PlacementVerdict {
  /** A pod is made here when there is none. */
  readonly shouldRun: boolean;
  /** A pod that is here may stay. Always true when `shouldRun` is. */
  readonly shouldContinueRunning: boolean;
  /** Every rule that stands against it, not only the first; empty exactly when `shouldRun`. */
  readonly obstacles: readonly Obstacle[];
}

/** A template, read once to judge many nodes by. */
interface PlacementRule {
  readonly nodeName: string | undefined;
  readonly selector: readonly SelectorEntry[];
  readonly affinity: RequiredAffinity | undefined;
  /** Those that the controller adds are behind those of the template. */
  readonly tolerations: readonly Toleration[];
}

interface SelectorEntry {
  readonly key: string;
  readonly wanted: string;
}

/** The rules that were read, as long as their templates are there: callers ask about one node after the other. */
const rules = new WeakMap<DaemonPodPlacement, PlacementRule>();

/**
 * Decides as the DaemonSet controller does whether a DaemonSet's pod should run on a node. Preferred affinity,
 * PreferNoSchedule and unknown taint effects play no part; a rule that the API server would refuse never throws
 * (placement-validation.ts names it). A template must not be changed after it was judged by.
 *
 * Source: `NodeShouldRunDaemonPod` and `predicates`, pkg/controller/daemon/daemon_controller.go; the answers are the
 * same from Kubernetes 1.20 to 1.36. OpenShift's controller also applies the namespace's node selector: not known here.
 */
export function judgePlacement(node: NodeObject, template: DaemonPodPlacement): PlacementVerdict {
  let rule = rules.get(template);
  if (rule === undefined) {
    rule = readRule(template);
    rules.set(template, rule);
  }
  return judge(node, rule);
}

function readRule(template: DaemonPodPlacement): PlacementRule {
  const required = template.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return {
    nodeName: template.nodeName,
    selector: Object.entries(template.nodeSelector ?? {}).map(([key, wanted]) => ({ key, wanted })),
    affinity: required === undefined ? undefined : requiredAffinity(required.nodeSelectorTerms ?? []),
    tolerations: tolerationsOf(template),
  };
}

function judge(
  node: NodeObject,
  { nodeName, selector, affinity, tolerations }: PlacementRule,
): PlacementVerdict {
  const obstacles: Obstacle[] = [];
  if (nodeName && nodeName !== node.metadata.name) obstacles.push({ kind: 'NodeName', wanted: nodeName });
  addSelector(obstacles, node, selector);
  const terms = affinity?.(node);
  if (terms !== undefined) obstacles.push({ kind: 'NodeAffinity', terms });
  const fits = obstacles.length === 0;
  const stopped = addTaints(obstacles, node, tolerations);
  return {
    shouldRun: obstacles.length === 0,
    shouldContinueRunning: fits && stopped !== 'running',
    obstacles,
  };
}

/** The controller adds its own behind those of the template. */
function tolerationsOf({ tolerations = [], hostNetwork }: DaemonPodPlacement): readonly Toleration[] {
  const ofHost = hostNetwork === true ? [HOST_NETWORK_TOLERATION] : [];
  return [...tolerations, ...DAEMON_TOLERATIONS, ...ofHost];
}

function addSelector(obstacles: Obstacle[], node: NodeObject, selector: readonly SelectorEntry[]): void {
  for (const { key, wanted } of selector) {
    const actual = labelOf(node.metadata.labels, key);
    if (actual !== wanted) obstacles.push({ kind: 'NodeSelector', key, wanted, actual });
  }
}

type TaintObstacle = Extract<Obstacle, { kind: 'Taint' }>;

/** Answers with the harshest that an untolerated taint stops; `undefined` when there is none. */
function addTaints(
  obstacles: Obstacle[],
  node: NodeObject,
  tolerations: readonly Toleration[],
): TaintObstacle['stops'] | undefined {
  const taints = node.spec?.taints;
  if (taints === undefined) return undefined;
  let harshest: TaintObstacle['stops'] | undefined;
  for (const taint of taints) {
    const stops = stoppedBy(taint);
    if (stops === undefined || tolerations.some((toleration) => toleratesTaint(toleration, taint))) continue;
    obstacles.push({ kind: 'Taint', taint, stops });
    if (harshest !== 'running') harshest = stops;
  }
  return harshest;
}

function stoppedBy({ effect }: Taint): TaintObstacle['stops'] | undefined {
  if (effect === 'NoExecute') return 'running';
  return effect === 'NoSchedule' ? 'scheduling' : undefined;
}

/** Says one obstacle in a phrase, as short as the rule allows: `taint dedicated=gpu:NoSchedule is not tolerated`. */
export function describeObstacle(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'NodeName':
      return `nodeName is '${obstacle.wanted}'`;
    case 'NodeSelector':
      return `nodeSelector wants ${obstacle.key}=${obstacle.wanted}, ${describeActual(obstacle.key, obstacle.actual)}`;
    case 'NodeAffinity':
      return `no term of the required node affinity matches (${describeTerms(obstacle.terms)})`;
    case 'Taint':
      return `taint ${describeTaint(obstacle.taint)} is not tolerated`;
  }
}

function describeActual(key: string, actual: string | undefined): string {
  return actual === undefined ? `the node has no ${key}` : `the node has ${key}=${actual}`;
}

function describeTerms(terms: readonly TermMismatch[]): string {
  if (terms.length === 0) return 'there are no terms';
  return terms.map(describeTerm).join(' | ');
}

function describeTerm({ index, failing }: TermMismatch): string {
  const reasons = failing.length === 0 ? 'is empty' : failing.map(describeRequirement).join(' and ');
  return `term ${index}: ${reasons}`;
}

function describeRequirement({ requirement, actual, invalid }: RequirementMismatch): string {
  if (invalid !== undefined) return `${requirement.key} cannot be evaluated, ${invalid}`;
  const values = requirement.values?.length ? ` [${requirement.values.join(', ')}]` : '';
  return `${requirement.key} ${requirement.operator}${values}, ${describeActual(requirement.key, actual)}`;
}
