import type { ClusterFacts } from '../domain/cluster-facts.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import type { Delivery } from '../domain/notifications/delivery.ts';
import type { ClusterObject, Kind } from '../domain/objects.ts';
import type { Approval, Remediation } from '../domain/remediation/remediation.ts';
import type { EpochMs } from '../domain/units.ts';
import type { ProductEvent } from '../events/product-event.ts';

/** The record of an incident: its data, and what was accepted and not yet published, oldest first. */
export interface IncidentRecord {
  /** `metadata.uid`: part of every event's id. */
  readonly uid: string;
  /** What a write is conditional on. */
  readonly resourceVersion: string;
  /** The node's name. */
  readonly node: string;
  /** `undefined` when the record was made and nothing was written into it yet: its maker died. */
  readonly incident: Incident | undefined;
  readonly outbox: readonly ProductEvent[];
  /** What channels were told of it. */
  readonly deliveries: readonly Delivery[];
  /** What was, and is, done about it. */
  readonly remediation: Remediation;
  /** What the record's annotation approves, which is not written by us; `undefined` without one. */
  readonly approval: Approval | undefined;
}

/** The incidents of one cluster. Every write is conditional on what was read (optimistic concurrency). */
export interface IncidentStore {
  /** @throws KubeUnavailableError and the other KUBE_ errors; so do all of these */
  get(node: string): Promise<IncidentRecord | undefined>;
  list(): Promise<readonly IncidentRecord[]>;
  /** Makes an empty record. @throws IncidentConflictError when there is one */
  create(node: string): Promise<IncidentRecord>;
  /** Writes `incident` and `outbox`. @throws IncidentConflictError when the record changed or is gone */
  update(record: IncidentRecord): Promise<IncidentRecord>;
  /** @throws IncidentConflictError when the record changed; that it is gone already is fine */
  remove(record: IncidentRecord): Promise<void>;
}

/** A node's record as it was at that time or later; `undefined` when there was none. */
export interface KnownRecord {
  readonly record: IncidentRecord | undefined;
  readonly asOf: EpochMs;
}

/** Incidents of which all nodes share one list, read at most once a second. */
export interface SharedIncidents extends IncidentStore {
  /**
   * The node's record as it was a second ago, or later: good for a write, which conflicts when it is not the newest, and
   * not for doing nothing. One with events in its outbox is the newest.
   *
   * @throws KUBE_ errors
   */
  recent(node: string): Promise<KnownRecord>;
  /** The node's record as it was at that time or later; may wait a second for it. @throws KUBE_ errors */
  recordOf(node: string, since: EpochMs): Promise<IncidentRecord | undefined>;
}

/** Reads what one node's judgement rests on: the node, its pods and VMIs; DaemonSet and KubeVirt at most once a second. */
export interface NodeReader {
  /** Facts with `workloadOf` set; a node that does not exist is missing in them. @throws KUBE_ errors */
  read(node: string): Promise<ClusterFacts>;
  /**
   * The same facts, with what all nodes share as it was at that time or later; may wait a second for it. A reader that
   * never hands out what is older has none.
   *
   * @throws KUBE_ errors
   */
  refresh?(facts: ClusterFacts, since: EpochMs): Promise<ClusterFacts>;
}

/** Reads one object, for events that only name it. */
export interface ObjectReader {
  /** `undefined` when it is gone. @throws KUBE_ errors */
  get(kind: Kind, namespace: string, name: string): Promise<ClusterObject | undefined>;
}

/** Where our events go. */
export interface EventSink {
  /** Resolves once it was accepted. @throws SinkUnavailableError when it was not, as far as we know */
  publish(event: ProductEvent): Promise<void>;
  /** `true`: nothing is published from here. What is accepted stays in its record, until a process that can publish it reads that. */
  readonly isElsewhere?: true;
}

/** Structured log: facts first, then a sentence. Never secrets, never whole objects. */
export interface Log {
  debug(facts: LogFacts, message: string): void;
  info(facts: LogFacts, message: string): void;
  warn(facts: LogFacts, message: string): void;
  error(facts: LogFacts, message: string): void;
}
export type LogFacts = Readonly<Record<string, unknown>>;

/** What is counted and timed; names and labels are those of shared/observability. */
export interface Metrics {
  /** An event came in and was dealt with. */
  eventHandled(type: string, outcome: 'done' | 'ignored' | 'rejected' | 'failed', seconds: number): void;
  /** One of our events went out, or could not. */
  eventPublished(type: string, outcome: 'published' | 'failed'): void;
  /** A node was judged. */
  nodeJudged(verdict: string, seconds: number): void;
  /** From when it became true to when it was published. */
  detectionLatency(type: string, seconds: number): void;
  /** A channel took a notice, or did not; names of channels are those of the configuration. */
  noticeTold(channel: string, outcome: 'told' | 'failed'): void;
  /** A remediation reached a stage; the code is that of its reason, empty without one. */
  remediationTold(stage: string, code: string): void;
  /** What a full sweep found. */
  sweepFound(found: SweepFinding): void;
}
export interface SweepFinding {
  readonly orphanedNodesByCause: Readonly<Record<string, number>>;
  readonly orphanedVmisByCause: Readonly<Record<string, number>>;
  readonly nodesByVerdict: Readonly<Record<string, number>>;
  readonly incidentsByState: Readonly<Record<string, number>>;
}
