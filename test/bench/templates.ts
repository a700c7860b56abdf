import { readFileSync } from 'node:fs';
import {
  isObject,
  type Json,
  type JsonObject,
  objectAt,
  type Writer,
  withManagedFields,
} from './managed-fields.ts';

/** The shapes a generated cluster is made of. */
export const templates = {
  node: managed(read('node'), nodeWriters()),
  /** Not selected by the DaemonSet of `daemonSet`. */
  nodeWithoutRole: managed(
    without(read('node'), ['metadata', 'labels', 'node-role.kubernetes.io/virt']),
    nodeWriters(),
  ),
  launcher: managed(read('virt-launcher'), podWriters('virt-controller')),
  completedLauncher: managed(completed(read('virt-launcher')), podWriters('virt-controller')),
  handler: managed(read('virt-handler'), podWriters('kube-controller-manager')),
  unreadyHandler: managed(unready(read('virt-handler')), podWriters('kube-controller-manager')),
  vmi: managed(read('virtual-machine-instance'), vmiWriters()),
  succeededVmi: managed(succeeded(read('virtual-machine-instance')), vmiWriters()),
  daemonSet: managed(read('daemon-set'), [all('virt-operator'), status('kube-controller-manager')]),
  kubeVirt: managed(read('kubevirt'), [all('kubectl-create'), status('virt-operator')]),
} as const satisfies Readonly<Record<string, JsonObject>>;

export type TemplateName = keyof typeof templates;

function read(name: string): JsonObject {
  return JSON.parse(readFileSync(new URL(`./templates/${name}.json`, import.meta.url), 'utf8'));
}

/** As kubectl prints it: the fields of every object in the order of their names. */
function managed(object: JsonObject, writers: readonly Writer[]): JsonObject {
  return sorted(withManagedFields(object, writers)) as JsonObject;
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

function without(object: JsonObject, [field, ...rest]: readonly string[]): JsonObject {
  const { [field ?? '']: removed, ...others } = object;
  return rest.length > 0 && isObject(removed) ? { ...others, [field ?? '']: without(removed, rest) } : others;
}

/** A pod whose condition Ready is False, as a failing readiness probe makes it. */
function unready(pod: JsonObject): JsonObject {
  const { conditions, containerStatuses, ...rest } = objectAt(pod, 'status');
  return {
    ...pod,
    status: {
      ...rest,
      conditions: items(conditions).map((condition) =>
        condition['type'] === 'Ready' || condition['type'] === 'ContainersReady'
          ? { ...condition, status: 'False', reason: 'ContainersNotReady' }
          : condition,
      ),
      containerStatuses: items(containerStatuses).map((container) => ({ ...container, ready: false })),
    },
  };
}

function completed(pod: JsonObject): JsonObject {
  const done = unready(pod);
  const terminated = { exitCode: 0, finishedAt: '2026-08-22T11:05:00Z', reason: 'Completed' };
  const containerStatuses = items(objectAt(done, 'status')['containerStatuses']).map((container) => ({
    ...container,
    state: { terminated },
  }));
  return { ...done, status: { ...objectAt(done, 'status'), containerStatuses, phase: 'Succeeded' } };
}

function succeeded(vmi: JsonObject): JsonObject {
  return { ...vmi, status: { ...objectAt(vmi, 'status'), phase: 'Succeeded' } };
}

function items(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Metadata that somebody wrote, as opposed to what the API server gave. */
function written({ metadata }: JsonObject): JsonObject {
  const given = ['creationTimestamp', 'generation', 'name', 'namespace', 'resourceVersion', 'uid'];
  return isObject(metadata ?? null) ? pick(metadata as JsonObject, (name) => !given.includes(name)) : {};
}

function pick(object: JsonObject, wanted: (name: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => wanted(name)));
}

function all(manager: string): Writer {
  return { manager, wrote: (object) => ({ metadata: written(object), spec: objectAt(object, 'spec') }) };
}

function status(manager: string): Writer {
  return { manager, subresource: 'status', wrote: (object) => ({ status: objectAt(object, 'status') }) };
}

function podWriters(creator: string): Writer[] {
  return [all(creator), status('kubelet')];
}

/** VMIs have no status subresource: both write the whole. */
function vmiWriters(): Writer[] {
  const early = [
    'activePods',
    'launcherContainerImageVersion',
    'nodeName',
    'phase',
    'qosClass',
    'runtimeUser',
  ];
  const part = (wanted: (name: string) => boolean) => (object: JsonObject) => ({
    status: pick(objectAt(object, 'status'), wanted),
  });
  const controller = part((name) => early.includes(name));
  return [
    { manager: 'virt-controller', wrote: (object) => ({ ...all('').wrote(object), ...controller(object) }) },
    { manager: 'virt-handler', wrote: part((name) => !early.includes(name)) },
  ];
}

function nodeWriters(): Writer[] {
  const metadata = (wanted: (name: string) => boolean) => (object: JsonObject) => {
    const { annotations = {}, labels = {} } = written(object);
    return {
      metadata: {
        annotations: pick(annotations as JsonObject, wanted),
        labels: pick(labels as JsonObject, wanted),
      },
    };
  };
  const ofKubeVirt = (name: string) => name.includes('kubevirt.io');
  return [
    { manager: 'kubelet', wrote: metadata((name) => !ofKubeVirt(name)) },
    { manager: 'virt-handler', wrote: metadata(ofKubeVirt) },
    { manager: 'kube-controller-manager', wrote: (object) => ({ spec: objectAt(object, 'spec') }) },
    status('kubelet'),
  ];
}
