import type { ClusterFacts } from './cluster-facts.ts';
import { type EventObject, refersToNothing } from './evidence-objects.ts';
import { HANDLER_NAME, type Installation } from './installation.ts';
import type { DaemonSetObject } from './objects.ts';
import { validateTaints } from './placement/placement-validation.ts';
import type { Problem } from './problems.ts';
import { KUBEVIRT_LABEL } from './workload.ts';

/** A cluster may have very many Events: a few show what is wrong. */
const MAX_NAMED = 3;

/**
 * What no API server would have accepted, with the field's path, and DaemonSets that look like virt-handler's and do
 * not count. None of it changes a verdict; a dump that was edited or put together by hand should not hide it.
 */
export function oddObjects(facts: ClusterFacts, { daemonSet }: Installation): readonly Problem[] {
  return [
    ...oddTaints(facts),
    ...(daemonSet === undefined ? [] : [...oddSelector(daemonSet), ...copies(facts, daemonSet)]),
  ];
}

/** Events that refer to nothing: no API server accepts one, and they prove nothing of anything. */
export function oddEvents(events: readonly EventObject[]): readonly Problem[] {
  const lost = events.filter(refersToNothing);
  return lost.slice(0, MAX_NAMED).map(({ metadata }): Problem => {
    const field = 'involvedObject (or regarding): names no object';
    const message = `Event ${metadata.namespace ?? ''}/${metadata.name}: ${field}. It was left out.`;
    return { code: 'InvalidObject', kind: 'Event', message };
  });
}

function oddTaints({ nodes }: ClusterFacts): readonly Problem[] {
  return [...nodes.keys()].sort().flatMap((name) =>
    validateTaints(nodes.get(name)?.spec?.taints).map(({ path, message }): Problem => {
      const text = `Node ${name}: ${path}: ${message}. No API server accepts that.`;
      return { code: 'InvalidObject', kind: 'Node', message: text };
    }),
  );
}

function oddSelector({ metadata, spec }: DaemonSetObject): readonly Problem[] {
  if (spec?.selector !== undefined) return [];
  const message = `DaemonSet ${fullName({ metadata })}: spec.selector: is missing. No API server accepts that.`;
  return [{ code: 'InvalidObject', kind: 'DaemonSet', message }];
}

function copies({ daemonSets }: ClusterFacts, counting: DaemonSetObject): readonly Problem[] {
  const alike = daemonSets.filter(
    ({ metadata }) => metadata.name === HANDLER_NAME || metadata.labels?.[KUBEVIRT_LABEL] === HANDLER_NAME,
  );
  if (alike.length < 2) return [];
  const names = alike.map(fullName).sort().join(', ');
  const message = `Several DaemonSets look like virt-handler's (${names}): only ${fullName(counting)} counts.`;
  return [{ code: 'SeveralDaemonSets', kind: 'DaemonSet', message }];
}

function fullName({ metadata }: Pick<DaemonSetObject, 'metadata'>): string {
  return `${metadata.namespace}/${metadata.name}`;
}
