import { judgePlacement } from '../placement/daemonset-placement.ts';
import { injectPlacement } from '../placement/placement-injection.ts';
import type { NodePlacement, PodPlacement } from '../placement-objects.ts';
import type { ClusterNode } from './mitigation.ts';
import { withoutPolicy } from './placement-base.ts';

/** What becomes of every node's virt-handler under another policy. Names are sorted. */
export interface PolicyOutcome {
  /** No virt-handler now and kept out by the rules, but not by the new ones. */
  readonly gained: readonly string[];
  /** A virt-handler that the new rules do not let back in, whatever keeps it there now. */
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

/**
 * Compares two templates on every node. Since every pod is replaced, a virt-handler that only a NoSchedule taint
 * spares is lost as well (facts/operator-rollout.md, surprise 7).
 */
export function compareTemplates(
  now: PodPlacement,
  next: PodPlacement,
  nodes: readonly ClusterNode[],
): PolicyOutcome {
  const fates = nodes.map(({ node, hasHandler, hasWorkload }) => {
    const fitted = judgePlacement(node, now).shouldRun;
    const fits = judgePlacement(node, next).shouldRun;
    const isLost = !fits && (fitted || hasHandler);
    return {
      name: node.metadata.name,
      isGained: fits && !fitted && !hasHandler,
      isLost,
      isHarmed: isLost && (fitted || hasWorkload),
    };
  });
  const named = (chosen: typeof fates) => chosen.map(({ name }) => name).sort();
  return {
    gained: named(fates.filter(({ isGained }) => isGained)),
    lost: named(fates.filter(({ isLost }) => isLost)),
    harmed: named(fates.filter(({ isHarmed }) => isHarmed)),
  };
}

/** Tells whether the two templates lead to the same decision on every node. */
export function decideAlike(left: PodPlacement, right: PodPlacement, nodes: readonly ClusterNode[]): boolean {
  return nodes.every(({ node }) => {
    const a = judgePlacement(node, left);
    const b = judgePlacement(node, right);
    return a.shouldRun === b.shouldRun && a.shouldContinueRunning === b.shouldContinueRunning;
  });
}
