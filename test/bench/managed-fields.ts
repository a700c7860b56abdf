export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** One writer of an object, as the API server records it. */
export interface Writer {
  readonly manager: string;
  readonly subresource?: 'status';
  /** The part of the object that it wrote. */
  readonly wrote: (object: JsonObject) => JsonObject;
}

/** Lists whose items the API server tells apart, with the fields it tells them apart by; of the others it owns the whole. */
const LIST_KEYS: Readonly<Record<string, readonly string[]>> = {
  conditions: ['type'],
  addresses: ['type'],
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  ports: ['containerPort', 'protocol'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  ownerReferences: ['uid'],
  podIPs: ['ip'],
};

/** Objects that are owned as a whole. Source: `x-kubernetes-map-type: atomic` in Kubernetes' OpenAPI document. */
const ATOMIC = [
  'fieldRef',
  'nodeSelector',
  'ownerReference',
  'requiredDuringSchedulingIgnoredDuringExecution',
];

/** Adds `metadata.managedFields` of the form and size that the API server gives them. */
export function withManagedFields(object: JsonObject, writers: readonly Writer[]): JsonObject {
  const managedFields = writers.map(({ manager, subresource, wrote }) => ({
    apiVersion: object['apiVersion'] ?? null,
    fieldsType: 'FieldsV1',
    fieldsV1: membersOf(wrote(object)),
    manager,
    operation: 'Update',
    ...(subresource === undefined ? {} : { subresource }),
    time: '2026-08-22T10:05:12Z',
  }));
  return { ...object, metadata: { ...objectAt(object, 'metadata'), managedFields } };
}

/** The object in that field; an empty one when there is none. */
export function objectAt(object: JsonObject, field: string): JsonObject {
  const value = object[field];
  return isObject(value) ? value : {};
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsOf(field: string, value: Json): JsonObject {
  if (ATOMIC.includes(field)) return {};
  if (isObject(value)) return Object.keys(value).length === 0 ? {} : { '.': {}, ...membersOf(value) };
  const keys = LIST_KEYS[field];
  // Custom resources' lists have no keys in KubeVirt's CRDs, and items without the key are owned as a whole too.
  if (!Array.isArray(value) || keys === undefined) return {};
  const kind = field.replace(/s$/, '');
  return { '.': {}, ...Object.fromEntries(value.filter(isObject).map((item) => itemOf(kind, item, keys))) };
}

function membersOf(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      const top = name === 'metadata' || name === 'spec' || name === 'status';
      return [`f:${name}`, top && isObject(value) ? membersOf(value) : fieldsOf(name, value)];
    }),
  );
}

function itemOf(kind: string, item: JsonObject, keys: readonly string[]): [string, Json] {
  const key = Object.fromEntries(keys.map((name) => [name, item[name] ?? null]));
  return [`k:${JSON.stringify(key)}`, fieldsOf(kind, item)];
}
