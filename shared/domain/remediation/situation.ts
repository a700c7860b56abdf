import type { ClusterFacts } from '../cluster-facts.ts';
import type { EvidenceFacts } from '../evidence-facts.ts';
import type { Incident } from '../incidents/incident.ts';
import type { ClusterJudgement } from '../judge-cluster.ts';
import type { Kind } from '../objects.ts';
import type { EpochMs } from '../units.ts';
import type { Remediation } from './remediation.ts';

/** What could be read, or why it could not: a gate that rests on the latter is closed. */
export type Readable<Value> = { readonly value: Value } | { readonly unreadable: string };

/** An incident and what is done about it, as far as others have to know. */
export interface IncidentSummary {
  readonly incident: Incident;
  readonly remediation: Remediation;
}

/** Somebody's lease. */
export interface Hold {
  readonly holder: string;
  /** When it expires; `undefined`: never, as far as can be seen. */
  readonly until: EpochMs | undefined;
}

/** A live migration that is not over. */
export interface ActiveMigration {
  readonly namespace: string;
  readonly name: string;
  /** Empty while it is not known. */
  readonly sourceNode: string;
  readonly targetNode: string;
}

/** What other operators are doing. */
export interface Interlocks {
  /** Our own: one remediation at a time. `undefined`: nobody holds it. */
  readonly ownLock: Readable<Hold | undefined>;
  /** The medik8s lease of the node, in `medik8s-leases`. */
  readonly nodeLease: Readable<Hold | undefined>;
  /** NodeMaintenance objects for the node, by name. */
  readonly maintenances: Readable<readonly string[]>;
  readonly migrations: Readable<readonly ActiveMigration[]>;
  /** What the platform (OpenShift's ClusterVersion) says it is doing; `undefined`: nothing, or there is no such platform. */
  readonly platformUpdate: Readable<string | undefined>;
}

/** All that a decision about one node rests on, read after the node's record. */
export interface Situation {
  readonly now: EpochMs;
  readonly node: string;
  readonly facts: ClusterFacts;
  readonly judgement: ClusterJudgement;
  /** `undefined` when it was not looked for. */
  readonly evidence: EvidenceFacts | undefined;
  /** Of all nodes, this one included. */
  readonly incidents: Readable<readonly IncidentSummary[]>;
  readonly interlocks: Interlocks;
}

/** What tells who has a virt-handler, and who may have one. */
const OF_HANDLERS: readonly Kind[] = ['Node', 'Pod', 'DaemonSet', 'KubeVirt'];

/** Why it cannot be told who has a virt-handler, in sentences; empty: all was read. */
export function unreadOf({ facts: { unread } }: Pick<Situation, 'facts'>): readonly string[] {
  return OF_HANDLERS.flatMap((kind) => unread.get(kind)?.message ?? []);
}
