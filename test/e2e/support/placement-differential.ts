import type { NodeObject } from '../../../shared/domain/objects.ts';
import {
  type DaemonPodPlacement,
  judgePlacement,
} from '../../../shared/domain/placement/daemonset-placement.ts';
import type { PodPlacement } from '../../../shared/domain/placement-objects.ts';
import type { KubeApi } from './kube-api.ts';
import { type DaemonSet, type KubeObject, kinds, type Pod, ref } from './objects.ts';
import { until } from './until.ts';

/** A DaemonSet of the experiment. It is asked of the real controller and of the rule. */
export interface Candidate {
  readonly name: string;
  readonly template: DaemonPodPlacement;
}

/** A node and a DaemonSet about which the rule and the real controller do not agree; enough to try it again. */
export interface Disagreement {
  readonly node: NodeObject;
  readonly template: DaemonPodPlacement;
  /** Whether there was a pod before the node changed. */
  readonly hadPod: boolean;
  readonly rule: 'pod' | 'no pod';
  readonly controller: 'pod' | 'no pod' | 'another pod';
}

/** The uid of the pod for each `daemonSet/node`. A pod that is being deleted is none. */
export type Pods = ReadonlyMap<string, string>;

/** Where the experiment's DaemonSets are; it has no others. */
export const NAMESPACE = 'default';

/** The DaemonSet of a candidate, as it is created. */
export function daemonSetOf({ name, template }: Candidate): KubeObject {
  const labels = { 'placement-test': name };
  const container = { name: 'none', image: 'none' };
  const pod = { ...template, terminationGracePeriodSeconds: 0, containers: [container] };
  const spec = {
    selector: { matchLabels: labels },
    // A change that is not about the template never replaces pods.
    updateStrategy: { type: 'OnDelete' },
    template: { metadata: { labels }, spec: pod },
  };
  return { ...kinds.daemonSet, metadata: { name, namespace: NAMESPACE }, spec };
}

/** Lets a node have exactly these labels and taints. */
export async function setNodeState(api: KubeApi, { metadata, spec }: NodeObject): Promise<void> {
  const patch = [
    { op: 'add', path: '/metadata/labels', value: metadata.labels ?? {} },
    { op: 'add', path: '/spec/taints', value: spec?.taints ?? [] },
  ];
  await api.patch(ref(kinds.node, metadata.name), patch, { type: 'json' });
}

/** Waits until the controller has looked at every DaemonSet as it is now and has made all pods that it wants. */
export async function awaitSettled(api: KubeApi): Promise<readonly DaemonSet[]> {
  return until(
    'the controller has settled every DaemonSet',
    async () => {
      const daemonSets = await api.list(kinds.daemonSet, { namespace: NAMESPACE });
      const isSettled = daemonSets.every(
        ({ metadata, status }) =>
          status.observedGeneration === metadata.generation &&
          status.currentNumberScheduled === status.desiredNumberScheduled,
      );
      return isSettled && daemonSets;
    },
    60_000,
  );
}

/** Makes the controller look at every DaemonSet again, by a change that means nothing to it. */
export async function requestAnotherLook(api: KubeApi, candidates: readonly Candidate[]): Promise<void> {
  for (const { name } of candidates) {
    await api.patch(ref(kinds.daemonSet, name, NAMESPACE), { spec: { revisionHistoryLimit: 9 } });
  }
}

/** The pods there are, by the node that the controller meant them for. */
export async function readPods(api: KubeApi): Promise<Pods> {
  const pods = await api.list(kinds.pod, { namespace: NAMESPACE });
  return new Map(
    pods
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map((pod) => [`${pod.metadata.labels?.['placement-test']}/${targetOf(pod)}`, `${pod.metadata.uid}`]),
  );
}

function targetOf({ spec }: Pod): string | undefined {
  const { affinity } = spec as PodPlacement;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required?.nodeSelectorTerms?.[0]?.matchFields?.[0]?.values?.[0];
}

/** Compares every pair: a pod that was there must still be there or be gone, elsewhere there must be one or none. */
export function disagreements(
  nodes: readonly NodeObject[],
  candidates: readonly Candidate[],
  { before, after }: { readonly before: Pods; readonly after: Pods },
): readonly Disagreement[] {
  return candidates.flatMap(({ name, template }) =>
    nodes.flatMap((node): readonly Disagreement[] => {
      const pair = `${name}/${node.metadata.name}`;
      const { shouldRun, shouldContinueRunning } = judgePlacement(node, template);
      const hadPod = before.has(pair);
      const rule = (hadPod ? shouldContinueRunning : shouldRun) ? 'pod' : 'no pod';
      const controller = seen(before.get(pair), after.get(pair));
      return rule === controller ? [] : [{ node, template, hadPod, rule, controller }];
    }),
  );
}

function seen(before: string | undefined, after: string | undefined): Disagreement['controller'] {
  if (after === undefined) return 'no pod';
  return before === undefined || before === after ? 'pod' : 'another pod';
}
