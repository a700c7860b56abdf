import type { ObjectMeta } from '../objects.ts';
import type { ChangeTarget, ClusterChange } from './cluster-change.ts';
import type { PatchOperation } from './json-patch.ts';
import { pointer } from './json-patch.ts';
import type { PatchDraft } from './patch-draft.ts';
import { isCommandName, shellCommand } from './shell.ts';

/** An object that is to be changed. */
export interface ChangedObject {
  readonly apiVersion: string;
  readonly kind: ChangeTarget['kind'];
  readonly metadata: ObjectMeta;
}

/** The write that a draft for an object stands for; `undefined` for an object that cannot be known again, as in some dumps. */
export function patchOfDraft(object: ChangedObject, draft: PatchDraft): ClusterChange | undefined {
  const target = targetOf(object);
  if (target === undefined) return undefined;
  const { operations, additions } = draft;
  return { action: 'patch', target, operations, additions };
}

/** The write that deletes an object; `undefined` as above. */
export function deletionOf(object: ChangedObject): ClusterChange | undefined {
  const target = targetOf(object);
  return target === undefined ? undefined : { action: 'delete', target };
}

function targetOf({ apiVersion, kind, metadata }: ChangedObject): ChangeTarget | undefined {
  const { name, namespace = '', uid, resourceVersion, generation } = metadata;
  if (!uid || !resourceVersion) return undefined;
  return { apiVersion, kind, namespace, name, uid, resourceVersion, generation };
}

/**
 * The command that takes a draft back, for when it has been carried out: each operation tests what it undoes, and all
 * of it the uid, so that it does nothing to another object. Empty when it cannot be written so that it is safe to paste.
 *
 * @param resource - how kubectl names the object's resource
 */
export function inverseCommand(
  resource: string,
  { uid, name, namespace }: ObjectMeta,
  draft: PatchDraft,
): string {
  if (!uid || !isCommandName(name) || (namespace !== undefined && !isCommandName(namespace))) return '';
  const guard: PatchOperation = { op: 'test', path: pointer(['metadata', 'uid']), value: uid };
  const where = namespace === undefined ? [] : ['-n', namespace];
  const patch = JSON.stringify([guard, ...draft.inverse]);
  return shellCommand('kubectl', 'patch', resource, name, ...where, '--type=json', '-p', patch);
}
