import type { NodeObject } from '../objects.ts';
import type { Taint } from '../placement-objects.ts';
import type { PlannedChange } from './planned-change.ts';

/**
 * The nodes as they would be with the taints and labels of a change. A node that the change does not alter (a label
 * that it has already) is the same object as before.
 */
export function changeNodes(
  nodes: ReadonlyMap<string, NodeObject>,
  { taints, labels }: PlannedChange,
): ReadonlyMap<string, NodeObject> {
  const changed = new Map(nodes);
  const alter = (name: string, change: (node: NodeObject) => NodeObject) => {
    const node = changed.get(name);
    if (node !== undefined) changed.set(name, change(node));
  };
  for (const { node, taint } of taints) alter(node, (it) => withTaint(it, taint));
  for (const { node, key, value } of labels) alter(node, (it) => withLabel(it, key, value));
  return changed;
}

function withTaint(node: NodeObject, taint: Taint): NodeObject {
  const taints = node.spec?.taints ?? [];
  const isSameKind = ({ key, effect }: Taint): boolean => key === taint.key && effect === taint.effect;
  const known = taints.find(isSameKind);
  if (known !== undefined && (known.value ?? '') === (taint.value ?? '')) return node;
  return { ...node, spec: { ...node.spec, taints: [...taints.filter((it) => !isSameKind(it)), taint] } };
}

function withLabel(node: NodeObject, key: string, value: string | undefined): NodeObject {
  const labels = new Map(Object.entries(node.metadata.labels ?? {}));
  if (labels.get(key) === value) return node;
  if (value === undefined) labels.delete(key);
  else labels.set(key, value);
  return { ...node, metadata: { ...node.metadata, labels: Object.fromEntries(labels) } };
}
