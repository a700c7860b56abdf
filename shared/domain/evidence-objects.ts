import { type ClusterObject, type EditedMeta, KINDS, type ObjectMeta } from './objects.ts';
import type { NodePlacement } from './placement-objects.ts';

/** The kinds that prove a cause or tell an owner. No verdict rests on them. */
export const EVIDENCE_KINDS = ['Event', 'Namespace', 'HyperConverged', 'VirtualMachine'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];
export type EvidenceObject = EventObject | NamespaceObject | HyperConvergedObject | VmObject;

/** All that is read. Everything else in a dump is skipped unread. */
export const READ_KINDS = [...KINDS, ...EVIDENCE_KINDS] as const;
export type ReadKind = (typeof READ_KINDS)[number];
export type ReadObject = ClusterObject | EvidenceObject;

/** Whether an object is evidence only. */
export function isEvidence(object: ReadObject): object is EvidenceObject {
  return (EVIDENCE_KINDS as readonly string[]).includes(object.kind);
}

/** An Event of either API (`v1` and `events.k8s.io/v1` are two views of one object), as evidence for a cause. */
export interface EventObject {
  readonly kind: 'Event';
  readonly metadata: ObjectMeta;
  /** `regarding` in events.k8s.io/v1. */
  readonly involvedObject?: ObjectReference | undefined;
  readonly regarding?: ObjectReference | undefined;
  readonly type?: string | undefined;
  readonly reason?: string | undefined;
  /** `note` in events.k8s.io/v1. */
  readonly message?: string | undefined;
  readonly note?: string | undefined;
  readonly count?: number | undefined;
  readonly lastTimestamp?: string | undefined;
  readonly deprecatedLastTimestamp?: string | undefined;
  readonly eventTime?: string | undefined;
  readonly series?:
    | { readonly count?: number | undefined; readonly lastObservedTime?: string | undefined }
    | undefined;
}

export interface ObjectReference {
  readonly kind?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly uid?: string | undefined;
}

/** A Namespace, for OpenShift's node selectors in its annotations. */
export interface NamespaceObject {
  readonly kind: 'Namespace';
  readonly metadata: ObjectMeta;
}

/** HyperConverged, which owns the KubeVirt resource where it is there and reverts edits of it. */
export interface HyperConvergedObject {
  readonly kind: 'HyperConverged';
  readonly apiVersion?: string | undefined;
  readonly metadata: EditedMeta;
  readonly spec?:
    | {
        /** v1beta1 */
        readonly workloads?: { readonly nodePlacement?: NodePlacement | undefined } | undefined;
        /** v1 */
        readonly deployment?:
          | { readonly nodePlacements?: { readonly workload?: NodePlacement | undefined } | undefined }
          | undefined;
      }
    | undefined;
}

/** The VirtualMachine that owns a VMI, for what becomes of it. */
export interface VmObject {
  readonly kind: 'VirtualMachine';
  readonly metadata: ObjectMeta;
  readonly spec?:
    | { readonly runStrategy?: string | undefined; readonly running?: boolean | undefined }
    | undefined;
}

/** Whether an Event names no object at all. It proves nothing, and is kept to be named. */
export function refersToNothing({ involvedObject, regarding }: EventObject): boolean {
  return [involvedObject, regarding].every((about) => !about?.kind || !about.name);
}
