import type { ChangeTarget } from '../domain/mitigations/cluster-change.ts';
import { type PatchOperation, pointer } from '../domain/mitigations/json-patch.ts';

/** What can be written, as a path names it: neither the group nor the plural is ever taken from a record. */
const RESOURCES: Readonly<Record<ChangeTarget['kind'], { readonly group: string; readonly plural: string }>> =
  {
    Node: { group: '', plural: 'nodes' },
    Pod: { group: '', plural: 'pods' },
    KubeVirt: { group: 'kubevirt.io', plural: 'kubevirts' },
    HyperConverged: { group: 'hco.kubevirt.io', plural: 'hyperconvergeds' },
  };

/** An object that is about to be written, as much of it as matters. */
export interface FoundObject {
  readonly metadata: {
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
  };
  readonly status?: {
    readonly conditions?: readonly { readonly type?: string; readonly status?: string }[] | null;
  };
}

/** The path of the object, in the version of the target: a field may be elsewhere in another one. */
export function targetPath({ kind, apiVersion, namespace, name }: ChangeTarget): string {
  const { group, plural } = RESOURCES[kind];
  const version = encodeURIComponent(apiVersion.split('/').at(-1) ?? '');
  const api = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${api}${scope}/${plural}/${encodeURIComponent(name)}`;
}

/** How RBAC names what is written. */
export function targetResource({ kind }: ChangeTarget): {
  readonly group: string;
  readonly resource: string;
} {
  const { group, plural } = RESOURCES[kind];
  return { group, resource: plural };
}

/**
 * Operations that fail when the object is another one, or has changed since it was read. Of what counts its changes the
 * spec only: status updates of a rollout change the resourceVersion every few seconds. A node counts none.
 */
export function guardsFor({ metadata }: FoundObject, kind: ChangeTarget['kind']): readonly PatchOperation[] {
  const { uid, generation, resourceVersion } = metadata;
  const byGeneration = (kind === 'KubeVirt' || kind === 'HyperConverged') && generation !== undefined;
  const version = byGeneration ? test('generation', generation) : test('resourceVersion', resourceVersion);
  return [test('uid', uid), version];
}

function test(field: string, value: unknown): PatchOperation {
  return { op: 'test', path: pointer(['metadata', field]), value };
}
