import type { DaemonSetObject, KubeVirtObject } from '../objects.ts';
import { judgePlacement } from '../placement/daemonset-placement.ts';
import { injectPlacement } from '../placement/placement-injection.ts';
import type { NodePlacement, PodPlacement } from '../placement-objects.ts';
import type { ClusterNode } from './cluster-node.ts';
import { withoutPolicy } from './placement-base.ts';

/** What becomes of every node's virt-handler under another policy. Names are sorted. */
export interface PolicyOutcome {
  /** No virt-handler now and kept out by the rules, but not by the new ones. */
  readonly gained: readonly string[];
  /** A virt-handler that stays now and that the new rules do not let back in: what is being deleted is lost anyway. */
  readonly lost: readonly string[];
  /** Those of the lost that make the change unacceptable: the new rules exclude the node, or it has workload. */
  readonly harmed: readonly string[];
}

/** The DaemonSet's template once virt-operator has rolled out another policy. */
export function templateUnder(
  template: PodPlacement,
  current: NodePlacement | undefined,
  next: NodePlacement | undefined,
): PodPlacement {
  return injectPlacement(withoutPolicy(template, current), next);
}

/** What the DaemonSet's placement is for every node now: the same for each node that mitigations are looked for. */
export interface CurrentPlacement {
  readonly template: PodPlacement;
  readonly simulation: PlacementSimulation;
  /** The policy is not in the DaemonSet, or in part: then it cannot be judged by the DaemonSet. */
  readonly isPending: boolean;
}

/** The current placement; `undefined` without a DaemonSet. */
export function currentPlacement(
  daemonSet: DaemonSetObject | undefined,
  kubeVirt: KubeVirtObject | undefined,
  nodes: readonly ClusterNode[],
): CurrentPlacement | undefined {
  const template = daemonSet?.spec?.template?.spec;
  if (daemonSet === undefined || template === undefined) return undefined;
  const simulation = new PlacementSimulation(template, nodes);
  return { template, simulation, isPending: isPending(daemonSet, kubeVirt, { template, simulation }) };
}

function isPending(
  daemonSet: DaemonSetObject,
  kubeVirt: KubeVirtObject | undefined,
  { template, simulation }: Pick<CurrentPlacement, 'template' | 'simulation'>,
): boolean {
  if (kubeVirt === undefined) return false;
  const applied = daemonSet.metadata.annotations?.['kubevirt.io/generation'];
  const { generation } = kubeVirt.metadata;
  if (applied !== undefined && generation !== undefined && applied !== String(generation)) return true;
  const policy = kubeVirt.spec?.workloads?.nodePlacement;
  return !simulation.decidesAlike(templateUnder(template, policy, policy));
}

/** A DaemonSet's template on every node of a cluster: judged once, and compared with others as often as needed. */
export class PlacementSimulation {
  readonly nodes: readonly ClusterNode[];
  readonly #runsNow: readonly boolean[];
  readonly #staysNow: readonly boolean[];

  constructor(template: PodPlacement, nodes: readonly ClusterNode[]) {
    this.nodes = nodes;
    const verdicts = nodes.map(({ node }) => judgePlacement(node, template));
    this.#runsNow = verdicts.map(({ shouldRun }) => shouldRun);
    this.#staysNow = verdicts.map(({ shouldContinueRunning }) => shouldContinueRunning);
  }

  /** Tells whether another template leads to the same decision on every node. */
  decidesAlike(other: PodPlacement): boolean {
    return this.nodes.every(({ node }, index) => {
      const { shouldRun, shouldContinueRunning } = judgePlacement(node, other);
      return this.#runsNow[index] === shouldRun && this.#staysNow[index] === shouldContinueRunning;
    });
  }

  /**
   * What becomes of every handler under another template. Since every pod is replaced, one that only a NoSchedule
   * taint spares is lost as well (facts/operator-rollout.md, surprise 7).
   */
  outcomeOf(next: PodPlacement): PolicyOutcome {
    const fates = this.nodes.map((it, index) => {
      const now = { shouldRun: this.#runsNow[index] === true, stays: this.#staysNow[index] === true };
      return fateOf(it, now, next);
    });
    const having = (which: Exclude<Fate, undefined>[]) =>
      this.nodes
        .filter((_, index) => which.some((fate) => fate === fates[index]))
        .map(({ node }) => node.metadata.name)
        .sort();
    return { gained: having(['gained']), lost: having(['lost', 'harmed']), harmed: having(['harmed']) };
  }
}

type Fate = 'gained' | 'lost' | 'harmed' | undefined;

interface Now {
  readonly shouldRun: boolean;
  readonly stays: boolean;
}

function fateOf({ node, hasHandler, hasWorkload }: ClusterNode, now: Now, next: PodPlacement): Fate {
  if (judgePlacement(node, next).shouldRun) return now.shouldRun || hasHandler ? undefined : 'gained';
  if (now.shouldRun) return 'harmed';
  if (!hasHandler || !now.stays) return undefined;
  return hasWorkload ? 'harmed' : 'lost';
}
