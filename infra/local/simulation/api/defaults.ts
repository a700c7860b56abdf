import { isObject, type JsonObject, valueAt } from './kube-object.ts';
import { type ResourceType, TYPES } from './resource-type.ts';

/** What a pod tolerates for five minutes unless it says otherwise. Source: the admission plugin DefaultTolerationSeconds. */
const POD_TOLERATIONS = ['not-ready', 'unreachable'].map((condition) => ({
  key: `node.kubernetes.io/${condition}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));
/** What every new node carries until it is ready. Source: the admission plugin TaintNodesByCondition. */
const NEW_NODE_TAINT = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

/** Source: Kubernetes `pkg/apis/core/v1/defaults.go`; only what somebody reads here. */
const POD_SPEC = {
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  securityContext: {},
};

/** Source: Kubernetes `pkg/apis/apps/v1/defaults.go`. */
const DAEMON_SET_SPEC = {
  updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
  revisionHistoryLimit: 10,
};
const DAEMON_SET_STATUS = {
  currentNumberScheduled: 0,
  numberMisscheduled: 0,
  desiredNumberScheduled: 0,
  numberReady: 0,
};

/** What the server makes of an object that is created: defaults, admission, and a status where it starts one. */
export function withDefaults(type: ResourceType, object: JsonObject): JsonObject {
  switch (type) {
    case TYPES.pod:
      return podDefaults(object);
    case TYPES.daemonSet:
      return { ...object, spec: daemonSetSpec(objectAt(object, 'spec')), status: DAEMON_SET_STATUS };
    case TYPES.node:
      return nodeDefaults(object);
    case TYPES.namespace:
      return { ...object, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } };
    case TYPES.crd:
      return { ...object, status: establishedStatus(object) };
    default:
      return withoutStatus(type, object);
  }
}

/** A kind with a status subresource starts without a status, whatever was sent. */
function withoutStatus(type: ResourceType, object: JsonObject): JsonObject {
  if (!type.status) return object;
  const { status: _, ...rest } = object;
  return rest;
}

function podDefaults(object: JsonObject): JsonObject {
  const spec = objectAt(object, 'spec');
  const given = listAt(spec, 'tolerations');
  const covered = (key: string): boolean =>
    given.some((toleration) => {
      const tolerated = valueAt(toleration, ['key']);
      return tolerated === key || (tolerated === undefined && valueAt(toleration, ['operator']) === 'Exists');
    });
  const tolerations = [...given, ...POD_TOLERATIONS.filter(({ key }) => !covered(key))];
  const full = { serviceAccountName: 'default', ...POD_SPEC, ...spec, tolerations };
  return { ...object, spec: full, status: { phase: 'Pending', qosClass: 'BestEffort' } };
}

/** Fills in a DaemonSet's spec, at an update too: what a whole `/spec` was replaced with lacks the defaults. */
export function daemonSetSpec(spec: JsonObject): JsonObject {
  const template = objectAt(spec, 'template');
  const podSpec = { ...POD_SPEC, ...objectAt(template, 'spec') };
  const strategy = objectAt(spec, 'updateStrategy');
  const updateStrategy =
    strategy['type'] === 'OnDelete' ? strategy : { ...DAEMON_SET_SPEC.updateStrategy, ...strategy };
  return { ...DAEMON_SET_SPEC, ...spec, updateStrategy, template: { ...template, spec: podSpec } };
}

function nodeDefaults(object: JsonObject): JsonObject {
  const spec = objectAt(object, 'spec');
  const taints = listAt(spec, 'taints');
  const { key, effect } = NEW_NODE_TAINT;
  const marked = taints.some(
    (taint) => valueAt(taint, ['key']) === key && valueAt(taint, ['effect']) === effect,
  );
  return {
    ...object,
    spec: { ...spec, taints: marked ? taints : [...taints, NEW_NODE_TAINT] },
    status: objectAt(object, 'status'),
  };
}

function establishedStatus(object: JsonObject): JsonObject {
  const conditions = ['NamesAccepted', 'Established'].map((type) => ({ type, status: 'True' }));
  const names = valueAt(object, ['spec', 'names']);
  return { conditions, acceptedNames: names, storedVersions: [] };
}

function objectAt(object: JsonObject, member: string): JsonObject {
  const value = object[member];
  return isObject(value) ? value : {};
}

function listAt(object: JsonObject, member: string): readonly unknown[] {
  const value = object[member];
  return Array.isArray(value) ? value : [];
}
