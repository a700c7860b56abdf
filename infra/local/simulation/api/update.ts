import { isSameJson } from '../../../../shared/domain/same-json.ts';
import { badRequest, conflict, invalid } from './api-status.ts';
import { daemonSetSpec } from './defaults.ts';
import { compact, type JsonObject, type KubeObject } from './kube-object.ts';
import { type ResourceType, TYPES } from './resource-type.ts';
import { checkKind, checkObject, checkPodUpdate } from './validation.ts';

/** What an update is about. */
export interface UpdateTarget {
  readonly type: ResourceType;
  readonly subresource: 'status' | undefined;
  /** Whether the body is the whole object (PUT), which has to say more than a patch. */
  readonly whole: boolean;
}

/**
 * Makes of an object and what it is to become what is stored: the server's own fields stay, the status or everything
 * else is left out, the generation counts. Answers with `old` itself when nothing changes.
 *
 * @throws ApiStatusError 400, 409 or 422
 * Source: apiserver `pkg/registry/rest/update.go` BeforeUpdate; apiextensions `pkg/registry/customresource/strategy.go`
 */
export function updateObject(target: UpdateTarget, old: KubeObject, body: unknown): KubeObject {
  const { type, subresource } = target;
  const given = checkKind(type, body) as unknown as KubeObject;
  checkMetadata(target, old, given.metadata);
  const merged = subresource === 'status' ? statusUpdate(type, old, given) : mainUpdate(type, old, given);
  const metadata = metadataUpdate(old, merged.metadata);
  const changed = compact({ ...merged, metadata });
  if (type === TYPES.pod && subresource === undefined) checkPodUpdate(old, changed);
  checkObject(type, changed);
  if (isSameJson(old, changed)) return old;
  return type.generation && countsAsChange(type, old, changed)
    ? { ...changed, metadata: { ...metadata, generation: (old.metadata.generation ?? 0) + 1 } }
    : changed;
}

function checkMetadata(
  { type, whole }: UpdateTarget,
  old: KubeObject,
  given: Partial<KubeObject['metadata']> = {},
): void {
  const { name, uid, resourceVersion } = old.metadata;
  if (whole && given.name !== name)
    throw badRequest(
      `the name of the object (${given.name ?? ''}) does not match the name on the URL (${name})`,
    );
  const field = 'metadata.resourceVersion';
  if (whole && type.custom && !given.resourceVersion)
    throw invalid(type, name, {
      reason: 'FieldValueInvalid',
      message: 'Invalid value: 0x0: must be specified for an update',
      field,
    });
  if (given.uid && given.uid !== uid) throw wrongUid(type, old, { uid: given.uid, whole });
  if (given.resourceVersion && given.resourceVersion !== resourceVersion) throw conflict(type, name);
}

/** In a whole object the uid is a condition, in a patch it is a change of what cannot be changed. */
function wrongUid(type: ResourceType, old: KubeObject, given: { uid: string; whole: boolean }): Error {
  const { name, uid } = old.metadata;
  if (given.whole)
    return conflict(
      type,
      name,
      `Precondition failed: UID in precondition: ${given.uid}, UID in object meta: ${uid}`,
    );
  const message = `Invalid value: "${given.uid}": field is immutable`;
  return invalid(type, name, { reason: 'FieldValueInvalid', message, field: 'metadata.uid' });
}

/** Of a status update only the status counts; a built-in kind takes its labels and annotations too. */
function statusUpdate(type: ResourceType, old: KubeObject, { metadata, status }: KubeObject): KubeObject {
  const kept = type.custom ? old.metadata : metadata;
  return { ...old, metadata: kept, ...(status === undefined ? { status: {} } : { status }) };
}

function mainUpdate(type: ResourceType, old: KubeObject, given: KubeObject): KubeObject {
  const { apiVersion, kind } = old;
  const spec = type === TYPES.daemonSet ? { spec: daemonSetSpec(given.spec ?? {}) } : {};
  const { status: _, ...rest } = given;
  const main = { ...(type.status ? rest : given), ...spec, apiVersion, kind };
  return type.status && old.status !== undefined ? { ...main, status: old.status } : main;
}

/** What only the server decides. */
function metadataUpdate(old: KubeObject, given: KubeObject['metadata'] | undefined): KubeObject['metadata'] {
  const { metadata } = old;
  return compact({
    ...withoutEmpty(given),
    name: metadata.name,
    namespace: metadata.namespace,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    creationTimestamp: metadata.creationTimestamp,
    generation: metadata.generation,
    deletionTimestamp: metadata.deletionTimestamp,
    deletionGracePeriodSeconds: metadata.deletionGracePeriodSeconds,
    managedFields: undefined,
  }) as KubeObject['metadata'];
}

/** Go leaves out a map or a list that is empty. */
function withoutEmpty(metadata: Partial<KubeObject['metadata']> = {}): Partial<KubeObject['metadata']> {
  const isEmpty = (value: unknown): boolean =>
    typeof value === 'object' && (value === null || Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => !isEmpty(value)));
}

/** Built-in kinds count changes of the spec, custom resources of everything but metadata and a status of its own. */
function countsAsChange(type: ResourceType, old: KubeObject, changed: KubeObject): boolean {
  const counted = (object: KubeObject): JsonObject => {
    const { metadata: _, status, ...rest } = object;
    return type.status ? rest : { ...rest, status };
  };
  return !isSameJson(counted(old), counted(changed));
}
