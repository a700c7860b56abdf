import { durationMs, type EpochMs, epochMs, parseTimestamp } from '../../../../shared/domain/units.ts';
import { ApiStatusError } from './api-status.ts';
import { kubeTime } from './creation.ts';
import { type KubeObject, valueAt } from './kube-object.ts';
import { type ResourceType, TYPES } from './resource-type.ts';

/** What a deletion may ask for. */
export interface DeleteOptions {
  /** In seconds. */
  readonly gracePeriodSeconds?: number | undefined;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string } | undefined;
  /** What becomes of what the object owns; `Background` unless told. */
  readonly propagationPolicy?: string | undefined;
}

/** What a deletion makes of an object. */
export interface Deletion {
  /** As it is marked; the object itself when it was being deleted already and nothing changes. */
  readonly marked: KubeObject;
  /** Whether nothing holds it: it goes at once. */
  readonly gone: boolean;
}

/** Finalizers that the garbage collector works on. Source: apimachinery `pkg/apis/meta/v1/types.go`. */
export const ORPHAN_FINALIZER = 'orphan';
/** As above. */
export const FOREGROUND_FINALIZER = 'foregroundDeletion';

/** A pod's grace unless its spec says otherwise, in seconds. Source: Kubernetes `pkg/apis/core/v1/defaults.go`. */
const POD_GRACE_SECONDS = 30;

/**
 * Decides what becomes of an object that is to be deleted.
 *
 * @throws ApiStatusError 409 when a precondition is not met
 * Source: apiserver `pkg/registry/rest/delete.go` BeforeDelete, `pkg/registry/generic/registry/store.go` Delete
 */
export function deleteObject(
  type: ResourceType,
  object: KubeObject,
  { options, now }: { readonly options: DeleteOptions; readonly now: EpochMs },
): Deletion {
  checkPreconditions(object, options);
  const finalizers = finalizersAfter(object, options);
  const grace = graceSeconds(type, object, options);
  const gone = grace === 0 && finalizers.length === 0;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = object.metadata;
  const withFinalizers = { ...object.metadata, ...(finalizers.length > 0 && { finalizers }) };
  if (deletionTimestamp !== undefined && grace >= deletionGracePeriodSeconds) {
    const same = finalizers.length === (object.metadata.finalizers ?? []).length;
    return { marked: same ? object : { ...object, metadata: withFinalizers }, gone };
  }
  const start = epochMs((parseTimestamp(deletionTimestamp) ?? now) - deletionGracePeriodSeconds * 1_000);
  const generation = object.metadata.generation;
  const marked: KubeObject = {
    ...object,
    metadata: {
      ...withFinalizers,
      ...(generation !== undefined && deletionTimestamp === undefined && { generation: generation + 1 }),
      deletionTimestamp: kubeTime(
        epochMs((deletionTimestamp === undefined ? now : start) + durationMs(grace * 1_000)),
      ),
      deletionGracePeriodSeconds: grace,
    },
  };
  return { marked, gone };
}

function checkPreconditions({ kind, metadata }: KubeObject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion } = preconditions ?? {};
  const refuse = (why: string): ApiStatusError =>
    new ApiStatusError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${kind} "${metadata.name}": ${why}`,
      {
        details: { name: metadata.name, kind },
      },
    );
  if (uid !== undefined && uid !== metadata.uid)
    throw refuse(
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw refuse(
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
}

function finalizersAfter({ metadata }: KubeObject, { propagationPolicy }: DeleteOptions): readonly string[] {
  const others = (metadata.finalizers ?? []).filter(
    (finalizer) => propagationPolicy === undefined || !isCollectors(finalizer),
  );
  if (propagationPolicy === 'Orphan') return [...others, ORPHAN_FINALIZER];
  if (propagationPolicy === 'Foreground') return [...others, FOREGROUND_FINALIZER];
  return others;
}

const isCollectors = (finalizer: string): boolean =>
  finalizer === ORPHAN_FINALIZER || finalizer === FOREGROUND_FINALIZER;

/** Only pods are given time, and only those that a kubelet has to end. Source: `pkg/registry/core/pod/strategy.go`. */
function graceSeconds(type: ResourceType, pod: KubeObject, { gracePeriodSeconds }: DeleteOptions): number {
  if (type !== TYPES.pod || !valueAt(pod, ['spec', 'nodeName'])) return 0;
  const phase = valueAt(pod, ['status', 'phase']);
  if (phase === 'Succeeded' || phase === 'Failed') return 0;
  const own = valueAt(pod, ['spec', 'terminationGracePeriodSeconds']);
  const { deletionGracePeriodSeconds } = pod.metadata;
  const unasked = deletionGracePeriodSeconds ?? (typeof own === 'number' ? own : POD_GRACE_SECONDS);
  return gracePeriodSeconds ?? unasked;
}
