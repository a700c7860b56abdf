import type { EpochMs } from '../domain/units.ts';

/** The object that a Kubernetes Event is about. */
export interface EventObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for what has none, such as a node. */
  readonly namespace: string;
  readonly name: string;
  /** Empty when it is not known. */
  readonly uid: string;
}

/** What a Kubernetes Event says. Texts of any length: the recorder cuts them to what the API server takes. */
export interface ObjectEvent {
  /** The Event's own, a DNS subdomain: what is told twice of an object under one name is there once. */
  readonly name: string;
  readonly regarding: EventObject;
  readonly related: EventObject | undefined;
  readonly type: 'Normal' | 'Warning';
  /** One word, for programs: what happened. */
  readonly reason: string;
  /** One word, for programs: what was done about it. */
  readonly action: string;
  /** For people. */
  readonly note: string;
  readonly at: EpochMs;
}

/**
 * `there`: it is in the cluster now, or was already; `gone`: its namespace is gone or going; `forbidden`: it may not be written;
 * `refused`: the API server does not take it.
 */
export type RecordOutcome = 'there' | 'gone' | 'forbidden' | 'refused';

/** Writes Kubernetes Events. All of it throws KubeUnavailableError, KubeUnauthorizedError, KubeTlsError and KubeConfigError. */
export interface EventRecorder {
  /** Writes an Event, once however often it is asked to. */
  record(event: ObjectEvent): Promise<RecordOutcome>;
  /** Counts that what was recorded is seen again, in the Event's series; writes it anew when it has expired. */
  repeat(event: ObjectEvent): Promise<RecordOutcome>;
}
