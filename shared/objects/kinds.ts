import { READ_KINDS, type ReadKind } from '../domain/evidence-objects.ts';
import { eitherOf, fieldsOf, type Projection, projectionOf } from './projection.ts';
import { SCHEMAS } from './schemas.ts';

const SCALAR: Projection = { type: 'scalar' };
const IDENTITY = fieldsOf({ apiVersion: SCALAR, kind: SCALAR });
const LIST_META = fieldsOf({ metadata: fieldsOf({ continue: SCALAR, resourceVersion: SCALAR }) });

const APIS: Readonly<Record<ReadKind, RegExp>> = {
  Node: /^v1$/,
  Pod: /^v1$/,
  DaemonSet: /^apps\/v1$/,
  VirtualMachineInstance: /^kubevirt\.io\//,
  KubeVirt: /^kubevirt\.io\//,
  Event: /^(?:v1|events\.k8s\.io\/.+)$/,
  Namespace: /^v1$/,
  HyperConverged: /^hco\.kubevirt\.io\//,
  VirtualMachine: /^kubevirt\.io\//,
};

function byKind<Value>(make: (kind: ReadKind) => Value): Readonly<Record<ReadKind, Value>> {
  return Object.fromEntries(READ_KINDS.map((kind) => [kind, make(kind)])) as Record<ReadKind, Value>;
}

/** What is kept of an object whose kind is known. */
export const PROJECTIONS = byKind((kind) => eitherOf(IDENTITY, projectionOf(SCHEMAS[kind])));
/** What is kept of an object while its kind is not known: what any kind needs. */
export const ANY_OBJECT: Projection = Object.values(PROJECTIONS).reduce(eitherOf);
/** What is kept of a document besides its items: it may turn out to be an object or a list. */
export const ANY_DOCUMENT: Projection = eitherOf(ANY_OBJECT, LIST_META);
/** What is kept of a list besides its items. */
export const LIST: Projection = eitherOf(IDENTITY, LIST_META);
/** What is kept of a pod once its labels say that it is none of KubeVirt's. */
const FOREIGN_POD: Projection = eitherOf(
  IDENTITY,
  fieldsOf({ metadata: projectionOf(SCHEMAS.Pod.shape.metadata) }),
);

/** What is kept of an object once its kind is known, if it is one we read, and, of a pod, whether its labels make it foreign. */
export function projectionFor(kind: ReadKind | undefined, foreign: boolean): Projection {
  if (kind === undefined) return IDENTITY;
  return kind === 'Pod' && foreign ? FOREIGN_POD : PROJECTIONS[kind];
}

/** The kind that an apiVersion and a kind name; `undefined` when it is not one we read. The group counts: others have pods too. */
export function kindOf(apiVersion: unknown, kind: unknown): ReadKind | undefined {
  const known = READ_KINDS.find((name) => name === kind);
  return known !== undefined && typeof apiVersion === 'string' && APIS[known].test(apiVersion)
    ? known
    : undefined;
}

/** True for `List` and every typed list. */
export function isListKind(kind: unknown): kind is string {
  return typeof kind === 'string' && kind.endsWith('List');
}

/** The kind of a typed list's items: `Pod` for `PodList`, nothing for `List`, whose items say it themselves. */
export function itemKindName(listKind: string): string | undefined {
  return listKind === 'List' ? undefined : listKind.slice(0, -'List'.length);
}

/** True for the pods that the judgement reads: virt-handler and virt-launcher. The label alone proves nothing; rules check more. */
export function isKubeVirtPod(metadata: unknown): boolean {
  const label = (metadata as { readonly labels?: { readonly 'kubevirt.io'?: unknown } } | undefined)
    ?.labels?.['kubevirt.io'];
  return label === 'virt-handler' || label === 'virt-launcher';
}

/**
 * Whether the items of a list are to be read, by what is known of it so far: not those of a kind that is no list
 * or of a typed list of another kind. A list that has not said its kind yet may be of any.
 */
export function readsItems({ kind, apiVersion }: Readonly<Record<string, unknown>>): boolean {
  if (kind === undefined) return true;
  if (!isListKind(kind)) return false;
  const item = itemKindName(kind);
  return item === undefined || apiVersion === undefined || kindOf(apiVersion, item) !== undefined;
}

const ITEMS = fieldsOf({ items: SCALAR });
/** What is kept of a YAML document whose items were not cut out of it, and may be in it in flow style. */
export const YAML_DOCUMENT: Projection = eitherOf(ANY_DOCUMENT, ITEMS);
/** The same, once the document is known to be a list. */
export const YAML_LIST: Projection = eitherOf(LIST, ITEMS);
