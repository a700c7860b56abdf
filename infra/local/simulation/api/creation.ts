import { type EpochMs, formatTimestamp } from '../../../../shared/domain/units.ts';
import { ApiStatusError, badRequest } from './api-status.ts';
import { withDefaults } from './defaults.ts';
import { compact, type JsonObject, type KubeObject } from './kube-object.ts';
import { generateName, generateUid } from './names.ts';
import { groupVersion, type ResourceType } from './resource-type.ts';
import { checkKind, checkName, checkObject } from './validation.ts';

/** Kubernetes writes times in whole seconds. */
export function kubeTime(time: EpochMs): string {
  return formatTimestamp(time).replace(/\.\d+/, '');
}

/**
 * Makes of a body what is stored: named, defaulted, with its uid.
 *
 * @throws ApiStatusError 400, 422 or 500, as the server refuses it
 */
export function createObject(
  type: ResourceType,
  body: unknown,
  { namespace, now }: { readonly namespace: string | undefined; readonly now: EpochMs },
): KubeObject {
  const given = checkKind(type, body);
  const metadata = (given['metadata'] ?? {}) as Partial<KubeObject['metadata']>;
  checkMetadata(metadata, namespace);
  const { generateName: prefix } = metadata;
  const name = checkName(type, metadata.name || (prefix ? generateName(prefix) : undefined));
  const { deletionTimestamp: _, deletionGracePeriodSeconds: __, namespace: ___, ...kept } = metadata;
  const complete: KubeObject['metadata'] = {
    ...withoutNulls(kept),
    name,
    ...(namespace !== undefined && { namespace }),
    uid: generateUid(),
    resourceVersion: '',
    creationTimestamp: kubeTime(now),
    ...(type.generation && { generation: 1 }),
  };
  const identity = { apiVersion: groupVersion(type), kind: type.kind };
  const object = { ...identity, ...withDefaults(type, given), ...identity, metadata: complete };
  checkObject(type, object);
  return object;
}

function checkMetadata(
  metadata: JsonObject & Partial<KubeObject['metadata']>,
  namespace: string | undefined,
): void {
  if (namespace !== undefined && (metadata.namespace || namespace) !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  if (metadata.resourceVersion)
    throw new ApiStatusError(500, '', 'resourceVersion should not be set on objects to be created');
}

function withoutNulls(metadata: Partial<KubeObject['metadata']>): Partial<KubeObject['metadata']> {
  return compact(Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null)));
}
