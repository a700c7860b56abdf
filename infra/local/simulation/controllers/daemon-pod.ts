import { createHash } from 'node:crypto';
import {
  DAEMON_TOLERATIONS,
  HOST_NETWORK_TOLERATION,
} from '../../../../shared/domain/placement/tolerations.ts';
import { isObject, type JsonObject, type KubeObject, valueAt } from '../api/kube-object.ts';

/** By which a pod is known to be of a template, and a template of a revision. */
export const HASH_LABEL = 'controller-revision-hash';

const HASH_LENGTH = 10;

/** A name for what a template says: the same template, the same hash. Kubernetes' own hash has another form. */
export function templateHash(daemonSet: KubeObject): string {
  const template = JSON.stringify(daemonSet.spec?.['template'] ?? {});
  return createHash('sha256').update(template).digest('hex').slice(0, HASH_LENGTH);
}

/**
 * The pod that a DaemonSet wants on a node, not bound yet: the scheduler does that.
 * Source: facts/kubevirt.md 1.2; Kubernetes `pkg/controller/daemon/util/daemonset_util.go`, CreatePodTemplate and
 * ReplaceDaemonSetPodNodeNameNodeAffinity: whatever node affinity the template requires gives way to the node's name.
 */
export function daemonPod(daemonSet: KubeObject, node: string, hash: string): JsonObject {
  const template = daemonSet.spec?.['template'];
  const metadata = member(template, 'metadata');
  const spec = member(template, 'spec');
  const { name, uid, generation } = daemonSet.metadata;
  const { apiVersion, kind } = daemonSet;
  const { nodeName: _, ...unbound } = spec;
  const annotations = metadata['annotations'];
  return {
    metadata: {
      generateName: `${name}-`,
      labels: {
        ...member(metadata, 'labels'),
        [HASH_LABEL]: hash,
        'pod-template-generation': `${generation ?? 1}`,
      },
      ...(annotations !== undefined && { annotations }),
      ownerReferences: [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }],
    },
    spec: {
      ...unbound,
      affinity: affinityFor(member(spec, 'affinity'), node),
      tolerations: tolerations(spec),
    },
  };
}

function affinityFor(affinity: JsonObject, node: string): JsonObject {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  const nodeAffinity = {
    ...member(affinity, 'nodeAffinity'),
    requiredDuringSchedulingIgnoredDuringExecution: required,
  };
  return { ...affinity, nodeAffinity };
}

function tolerations({ tolerations: own, hostNetwork }: JsonObject): readonly unknown[] {
  const given = Array.isArray(own) ? own : [];
  const ofHost = hostNetwork === true ? [HOST_NETWORK_TOLERATION] : [];
  return [...given, ...DAEMON_TOLERATIONS, ...ofHost];
}

/** The node that a daemon pod is on, or meant for. */
export function targetNode(pod: KubeObject): string | undefined {
  const bound = pod.spec?.['nodeName'];
  if (typeof bound === 'string' && bound !== '') return bound;
  const terms = valueAt(pod, [
    'spec',
    'affinity',
    'nodeAffinity',
    'requiredDuringSchedulingIgnoredDuringExecution',
    'nodeSelectorTerms',
  ]);
  const [term] = Array.isArray(terms) ? terms : [];
  const fields = valueAt(term, ['matchFields']);
  const [field] = Array.isArray(fields) ? fields : [];
  const values = valueAt(field, ['values']);
  return valueAt(field, ['key']) === 'metadata.name' && Array.isArray(values) ? values[0] : undefined;
}

function member(value: unknown, name: string): JsonObject {
  const found = valueAt(value, [name]);
  return isObject(found) ? found : {};
}
