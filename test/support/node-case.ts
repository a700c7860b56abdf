import type { NodeCase } from '../../shared/domain/causes/case.ts';
import type { Cause, CauseCode } from '../../shared/domain/causes/cause.ts';
import { findCauses } from '../../shared/domain/causes/find-causes.ts';
import type { EventObject, NamespaceObject } from '../../shared/domain/evidence-objects.ts';
import { handlerPodsByNode } from '../../shared/domain/handler.ts';
import { locateInstallation } from '../../shared/domain/installation.ts';
import { judgeCluster } from '../../shared/domain/judge-cluster.ts';
import type { ClusterObject, Kind } from '../../shared/domain/objects.ts';
import { epochMs, parseTimestamp } from '../../shared/domain/units.ts';
import { factsOf } from './facts.ts';
import { KUBEVIRT_NAMESPACE, NOW } from './objects.ts';

/** What of a case is not in the cluster's objects. */
export interface CaseParts {
  readonly unread?: readonly Kind[];
  /** `undefined` when Events were not read. */
  readonly events?: readonly EventObject[] | undefined;
  readonly namespace?: NamespaceObject;
  readonly now?: string;
}

/** The case of one node of a cluster that consists of these objects. @throws when the judgement has no such node */
export function caseOf(name: string, objects: readonly ClusterObject[], parts: CaseParts = {}): NodeCase {
  const facts = {
    ...factsOf(objects, parts.unread, name),
    observedAt: parseTimestamp(parts.now ?? NOW) ?? epochMs(0),
  };
  const judgement = judgeCluster(facts).nodes.find((node) => node.name === name);
  if (judgement === undefined) throw new RangeError(`the judgement has no node ${name}`);
  const { namespace, daemonSet } = locateInstallation(facts);
  const handlerPods = handlerPodsByNode(facts, namespace).get(name) ?? [];
  return {
    judgement,
    handlerPods,
    namespace,
    kubeVirt: facts.kubeVirts.find(({ metadata }) => metadata.namespace === namespace),
    daemonSet,
    namespaceObject: parts.namespace,
    read: {
      nodes: !facts.unread.has('Node'),
      kubeVirts: !facts.unread.has('KubeVirt'),
      daemonSets: !facts.unread.has('DaemonSet'),
      events: parts.events !== undefined,
    },
    events: parts.events ?? [],
    now: facts.observedAt,
  };
}

/** The cause with this code. @throws with the codes that were found instead when it was not */
export function causeOf(situation: NodeCase, code: CauseCode): Cause {
  const causes = findCauses(situation);
  const cause = causes.find((it) => it.code === code);
  if (cause === undefined) throw new RangeError(`not ${code} but ${causes.map((it) => it.code).join(', ')}`);
  return cause;
}

/** The codes of all causes, in order. */
export function codesOf(situation: NodeCase): readonly CauseCode[] {
  return findCauses(situation).map(({ code }) => code);
}

/** A warning about an object, through the v1 API. */
export function anEvent(
  about: { readonly kind: string; readonly metadata: ClusterObject['metadata'] },
  reason: string,
  parts: Partial<Omit<EventObject, 'kind' | 'reason'>> = {},
): EventObject {
  const { namespace, name, uid } = about.metadata;
  return {
    kind: 'Event',
    metadata: { name: `${name}.17a`, namespace: namespace ?? 'default', resourceVersion: '2000' },
    involvedObject: { kind: about.kind, namespace, name, uid },
    type: 'Warning',
    reason,
    message: `${reason} happened`,
    count: 1,
    lastTimestamp: '2026-08-22T10:09:00Z',
    ...parts,
  };
}

/** The namespace of KubeVirt with these annotations. */
export function aNamespace(annotations: Readonly<Record<string, string>>): NamespaceObject {
  return { kind: 'Namespace', metadata: { name: KUBEVIRT_NAMESPACE, resourceVersion: '1000', annotations } };
}
