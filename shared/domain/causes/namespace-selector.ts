import type { NamespaceObject } from '../evidence-objects.ts';
import type { NodeObject } from '../objects.ts';
import { labelOf } from '../placement/node-affinity.ts';

/** A node selector in a namespace's annotation that a node does not match. */
export interface NamespaceMismatch {
  readonly annotation: string;
  readonly selector: string;
  /** Whether only OpenShift reads this annotation; the other one also has a meaning in plain Kubernetes. */
  readonly isOpenShift: boolean;
}

const SCHEDULER_ANNOTATION = 'scheduler.alpha.kubernetes.io/node-selector';
const OPENSHIFT_ANNOTATION = 'openshift.io/node-selector';

/**
 * Tells whether OpenShift's DaemonSet controller keeps a pod off a node by the namespace's node selector. The first
 * annotation hides the second; a selector that cannot be read matches, as there. The cluster's default selector, used
 * where a namespace has neither, is not known here. In plain Kubernetes pods are made all the same.
 *
 * Source: OpenShift's `pkg/controller/daemon/patch_nodeselector.go`, nodeSelectorMatches.
 */
export function namespaceMismatch(
  namespace: NamespaceObject | undefined,
  node: NodeObject,
): NamespaceMismatch | undefined {
  const annotations = namespace?.metadata.annotations;
  const scheduler = labelOf(annotations, SCHEDULER_ANNOTATION);
  const isOpenShift = scheduler === undefined;
  const annotation = isOpenShift ? OPENSHIFT_ANNOTATION : SCHEDULER_ANNOTATION;
  const selector = labelOf(annotations, annotation);
  if (selector === undefined || matches(selector, node)) return undefined;
  return { annotation, selector, isOpenShift };
}

type Requirement = (actual: string | undefined) => boolean;

/** `key=value`, `==`, `!=`, `key`, `!key`, `in (…)`, `notin (…)`. Source: k8s.io/apimachinery `pkg/labels/selector.go`. */
function matches(selector: string, node: NodeObject): boolean {
  const parts = selector.split(/,(?![^(]*\))/).map((part) => part.trim());
  if (parts.length === 1 && parts[0] === '') return true;
  const requirements = parts.map(parseRequirement);
  if (requirements.includes(undefined)) return true;
  return requirements.every((it) => it === undefined || it.isMet(labelOf(node.metadata.labels, it.key)));
}

function parseRequirement(text: string): { readonly key: string; readonly isMet: Requirement } | undefined {
  return parseEquality(text) ?? parseSet(text) ?? parsePresence(text);
}

function parseEquality(text: string) {
  const [, key, operator, value] = /^([^\s!=()<>]+)\s*(==?|!=)\s*([^\s!=()<>]*)$/.exec(text) ?? [];
  if (key === undefined) return undefined;
  const isMet: Requirement = (actual) => (operator === '!=' ? actual !== value : actual === value);
  return { key, isMet };
}

function parseSet(text: string) {
  const [, key, operator, list = ''] = /^([^\s!=()<>]+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text) ?? [];
  if (key === undefined) return undefined;
  const values = list.split(',').map((value) => value.trim());
  const isMet: Requirement = (actual) =>
    operator === 'in'
      ? actual !== undefined && values.includes(actual)
      : actual === undefined || !values.includes(actual);
  return { key, isMet };
}

function parsePresence(text: string) {
  const [, not, key] = /^(!?)\s*([^\s!=()<>]+)$/.exec(text) ?? [];
  if (key === undefined) return undefined;
  const isMet: Requirement = (actual) => (actual === undefined) === (not === '!');
  return { key, isMet };
}
