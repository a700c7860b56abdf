import { type Identified, referTo } from '../causes/evidence.ts';
import type { ClusterFacts } from '../cluster-facts.ts';
import { hasCauses } from '../evidence-request.ts';
import type { Installation } from '../installation.ts';
import type { NodeJudgement } from '../judge-cluster.ts';
import type { KubeVirtObject, PodObject } from '../objects.ts';
import { judgePlacement, type PlacementVerdict } from '../placement/daemonset-placement.ts';
import type { Problem } from '../problems.ts';

/** About the node in question. `CouldNotLook`: what the step needs was not read, or cannot be told. */
export const STEP_VERDICTS = ['Ok', 'Problem', 'CouldNotLook'] as const;
export type StepVerdict = (typeof STEP_VERDICTS)[number];

/** An object that a step's statement rests on. */
export interface SeenObject {
  /** `Kind namespace/name`, or `Kind name`. */
  readonly object: string;
  /** Empty when the object has none. */
  readonly resourceVersion: string;
}

/** What one step found. */
export interface StepFinding {
  /** One line for a POSIX shell that shows the same; it only reads. */
  readonly command: string;
  readonly objects: readonly SeenObject[];
  /** What was seen: one line of one or more sentences. */
  readonly observed: string;
  readonly verdict: StepVerdict;
}

export interface RunbookStep extends StepFinding {
  /** From 1 to 6. */
  readonly step: number;
  readonly title: string;
}

/** What the steps look at. */
export interface RunbookCase {
  readonly facts: ClusterFacts;
  readonly installation: Installation;
  readonly kubeVirt: KubeVirtObject | undefined;
  readonly node: NodeJudgement;
  /** The handler pods that count, by node. */
  readonly handlersByNode: ReadonlyMap<string | undefined, readonly PodObject[]>;
}

/** An object as one that was seen. */
export function seenObject(object: Identified): SeenObject {
  return { object: referTo(object), resourceVersion: object.metadata.resourceVersion ?? '' };
}

/** A step that could not be taken. */
export function couldNotLook(command: string, why: Problem | string): StepFinding {
  const observed = typeof why === 'string' ? why : why.message;
  return { command, objects: [], observed, verdict: 'CouldNotLook' };
}

/** `Problem` where something is wrong that this node suffers from. */
export function verdictIf(isWrong: boolean, { node }: RunbookCase): StepVerdict {
  return isWrong && (hasCauses(node) || node.verdict === 'Unknown') ? 'Problem' : 'Ok';
}

/** What the DaemonSet's placement says about the node; `undefined` when either was not seen. */
export function placementVerdict({ installation, node }: RunbookCase): PlacementVerdict | undefined {
  const template = installation.daemonSet?.spec?.template?.spec;
  return template === undefined || node.node === undefined ? undefined : judgePlacement(node.node, template);
}

/** Why the DaemonSet was not seen although one may be there. */
export function daemonSetUnread({ facts, installation }: RunbookCase): Problem | undefined {
  const unread = facts.unread.get('DaemonSet');
  if (unread !== undefined || installation.namespace !== undefined) return unread;
  return installation.problems[0];
}
