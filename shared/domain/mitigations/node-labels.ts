import type { NodeObject } from '../objects.ts';
import type { Obstacle } from '../placement/daemonset-placement.ts';
import { labelKeyError, labelValueError } from '../placement/label-syntax.ts';
import type { RequirementMismatch, TermMismatch } from '../placement/node-affinity.ts';
import { OS_DEFAULT, OS_LABEL } from '../placement/placement-injection.ts';

type Labels = Readonly<Record<string, string>>;

/** Namespaces of labels that administrators set, within those that are reserved for Kubernetes. */
const ADMINISTRATORS = ['node-role.kubernetes.io', 'node-restriction.kubernetes.io'];
const RESERVED = /(?:^|\.)(?:kubernetes\.io|k8s\.io|kubevirt\.io)$/;

/**
 * The fewest labels that bring a node into the nodeSelector and into a term of the required affinity; `undefined` when
 * labels alone cannot, or when one of them would be a lie. Labels that kubelet, a cloud provider, node feature
 * discovery or virt-handler itself set state a fact about the machine (architecture, zone, `kubevirt.io/schedulable`);
 * only the operating system is set by hand, since nothing else than Linux can have virtual machines of KubeVirt.
 * Source: k8s.io/api/core/v1/well_known_labels.go; facts/kubevirt.md, 3.1 and 5.3.
 */
export function labelsToFit(obstacles: readonly Obstacle[]): Labels | undefined {
  const parts: Labels[] = [];
  for (const obstacle of obstacles) {
    const labels = labelsFor(obstacle);
    if (labels === undefined) return undefined;
    parts.push(labels);
  }
  const labels: Labels = Object.assign({}, ...parts);
  const isRight = Object.entries(labels).every(([key, value]) => isForPeople(key, value));
  return isRight && parts.length > 0 ? labels : undefined;
}

/** The node with more labels, to be judged. */
export function withLabels(node: NodeObject, labels: Labels): NodeObject {
  return { ...node, metadata: { ...node.metadata, labels: { ...node.metadata.labels, ...labels } } };
}

function labelsFor(obstacle: Obstacle): Labels | undefined {
  if (obstacle.kind === 'NodeSelector') return { [obstacle.key]: obstacle.wanted };
  if (obstacle.kind !== 'NodeAffinity') return undefined;
  const choices = obstacle.terms.map(labelsForTerm).filter((labels) => labels !== undefined);
  return choices.sort((left, right) => Object.keys(left).length - Object.keys(right).length)[0];
}

function labelsForTerm({ failing }: TermMismatch): Labels | undefined {
  const labels = failing.map(labelFor);
  if (labels.length === 0 || labels.includes(undefined)) return undefined;
  const all: Labels = Object.assign({}, ...labels);
  return Object.entries(all).every(([key, value]) => isForPeople(key, value)) ? all : undefined;
}

function labelFor({ field, requirement, invalid }: RequirementMismatch): Labels | undefined {
  const { key, operator, values = [] } = requirement;
  if (field !== 'matchExpressions' || invalid !== undefined) return undefined;
  if (operator === 'Exists') return { [key]: '' };
  const [value] = values;
  return operator === 'In' && value !== undefined ? { [key]: value } : undefined;
}

function isForPeople(key: string, value: string): boolean {
  if (labelKeyError(key) !== undefined || labelValueError(value) !== undefined) return false;
  if (key === OS_LABEL) return value === OS_DEFAULT;
  const slash = key.indexOf('/');
  const prefix = slash === -1 ? '' : key.slice(0, slash);
  return ADMINISTRATORS.includes(prefix) || !RESERVED.test(prefix);
}
