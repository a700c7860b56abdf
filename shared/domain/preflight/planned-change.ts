import type { NodePlacement, Taint } from '../placement-objects.ts';

/** A taint that a node would get; one of the same key and effect is replaced, as `kubectl taint --overwrite` does. */
export interface PlannedTaint {
  readonly node: string;
  readonly taint: Taint;
}

/** A label that a node would get, or lose where `value` is `undefined`. */
export interface PlannedLabel {
  readonly node: string;
  readonly key: string;
  readonly value: string | undefined;
}

/** The placement policy that would be in force. */
export interface PlannedPlacement {
  /** What the report calls it: the file that it is from. */
  readonly source: string;
  /** `undefined`: the policy would be removed. */
  readonly policy: NodePlacement | undefined;
  /** Paths of fields that decide nothing here, such as preferred affinity. */
  readonly unjudged?: readonly string[] | undefined;
}

/** A change of the cluster that has not been made: all parts of it together, nodes before the policy. */
export interface PlannedChange {
  readonly taints: readonly PlannedTaint[];
  /** In this order: of two for one key of one node the last counts. */
  readonly labels: readonly PlannedLabel[];
  readonly placement?: PlannedPlacement | undefined;
  /** The nodes whose virt-handler pod would be deleted, after everything else. */
  readonly drainedHandlers: readonly string[];
}

/** The nodes that a change names, each once. */
export function namedNodes({ taints, labels, drainedHandlers }: PlannedChange): readonly string[] {
  return [...new Set([...taints, ...labels].map(({ node }) => node).concat(drainedHandlers))].sort();
}

/** Says a change, one phrase for each part of it. */
export function describeChange({
  taints,
  labels,
  placement,
  drainedHandlers,
}: PlannedChange): readonly string[] {
  return [
    ...taints.map(({ node, taint }) => `taint ${node} with ${taintText(taint)}`),
    ...labels.map(({ node, key, value }) =>
      value === undefined ? `remove the label ${key} of ${node}` : `label ${node} with ${key}=${value}`,
    ),
    ...(placement === undefined ? [] : [placementText(placement)]),
    ...drainedHandlers.map((node) => `delete the virt-handler pod of ${node}`),
  ];
}

function taintText({ key, value, effect }: Taint): string {
  return value ? `${key}=${value}:${effect}` : `${key}:${effect}`;
}

function placementText({ source, policy }: PlannedPlacement): string {
  return policy === undefined
    ? `remove the placement policy, as in ${source}`
    : `replace the placement policy with that of ${source}`;
}
