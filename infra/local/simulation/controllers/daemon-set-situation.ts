import {
  type DaemonPodPlacement,
  judgePlacement,
  type PlacementVerdict,
} from '../../../../shared/domain/placement/daemonset-placement.ts';
import { controllerOf, type KubeObject, valueAt } from '../api/kube-object.ts';
import { type LabelMatch, type LabelSelector, labelSelectorMatch } from '../api/label-selector.ts';
import { TYPES } from '../api/resource-type.ts';
import type { SimulatedApi } from '../api/simulated-api.ts';
import { targetNode, templateHash } from './daemon-pod.ts';
import { asNode } from './views.ts';

/** One node as a DaemonSet sees it. */
export interface DaemonNode {
  readonly name: string;
  readonly verdict: PlacementVerdict;
  /** Its pods there, oldest first, those that are going too. */
  readonly pods: readonly KubeObject[];
}

/** A DaemonSet with all that its controller decides by. */
export interface DaemonSetSituation {
  readonly daemonSet: KubeObject;
  readonly hash: string;
  readonly nodes: readonly DaemonNode[];
  /** Pods that are meant for a node that does not exist, and are not bound. */
  readonly stray: readonly KubeObject[];
}

/** Reads how things stand with a DaemonSet. */
export function readSituation(api: SimulatedApi, daemonSet: KubeObject): DaemonSetSituation {
  const pods = podsOf(api, daemonSet);
  const template = templateOf(daemonSet);
  const nodes = api.list(TYPES.node).map((node) => ({
    name: node.metadata.name,
    verdict: judgePlacement(asNode(node), template),
    pods: pods.filter((pod) => targetNode(pod) === node.metadata.name),
  }));
  const known = new Set(nodes.map(({ name }) => name));
  const stray = pods.filter((pod) => !pod.spec?.['nodeName'] && !known.has(targetNode(pod) ?? ''));
  return { daemonSet, hash: templateHash(daemonSet), nodes, stray };
}

/** The template's pod spec, as the placement rule reads it. */
export function templateOf(daemonSet: KubeObject): DaemonPodPlacement {
  return (valueAt(daemonSet, ['spec', 'template', 'spec']) ?? {}) as DaemonPodPlacement;
}

/** Which pods a DaemonSet takes for its own. */
export function selectorOf(daemonSet: KubeObject): LabelMatch {
  return labelSelectorMatch((daemonSet.spec?.['selector'] ?? {}) as LabelSelector);
}

/** The pods that a DaemonSet controls, oldest first. */
function podsOf(api: SimulatedApi, { metadata }: KubeObject): readonly KubeObject[] {
  return api
    .list(TYPES.pod, metadata.namespace)
    .filter((pod) => controllerOf(pod)?.uid === metadata.uid)
    .sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1));
}
