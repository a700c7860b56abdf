import type { CauseCode, CauseOrigin, Certainty } from '../causes/cause.ts';
import type { MitigationCode, MitigationOwner, MitigationRisk } from '../mitigations/mitigation.ts';
import type { EpochMs } from '../units.ts';

/** `AtRisk` is the early warning; `Suspected` waits for the grace period; `Resolved` is kept while it may return. */
export const INCIDENT_STATES = ['AtRisk', 'Suspected', 'Open', 'Resolved'] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

/** `Recovered`: a Ready handler, and VMIs are still there; `WorkloadsGone`: none of them is; `NodeGone`: nor is the node. */
export const RESOLUTIONS = ['Recovered', 'WorkloadsGone', 'NodeGone'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** From least to most. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What became of a VMI that was on the node: its final phase, or `Gone` when it was deleted or moved. */
export const VMI_FATES = ['Succeeded', 'Failed', 'Gone'] as const;
export type VmiFate = (typeof VMI_FATES)[number];

/** How many VMIs, and how many launcher pods, an incident names; `…Count` says how many there are. */
export const MAX_NAMED = 250;

export interface IncidentVmi {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface GoneVmi extends IncidentVmi {
  readonly fate: VmiFate;
}

export interface IncidentPod {
  readonly namespace: string;
  readonly name: string;
}

/** A cause as an incident keeps it. */
export interface IncidentCause {
  readonly code: CauseCode;
  readonly certainty: Certainty;
  readonly origin: CauseOrigin;
  readonly summary: string;
}

/** What can be done about a cause, as an incident keeps it. */
export interface IncidentMitigation {
  readonly code: MitigationCode;
  readonly summary: string;
  /** One line for a POSIX shell that works when pasted. */
  readonly command: string;
  readonly risk: MitigationRisk;
  readonly owner: MitigationOwner;
}

/** What `diagnose` found, the primary cause first. */
export interface IncidentDiagnosis {
  readonly diagnosedAt: EpochMs;
  readonly causes: readonly (IncidentCause & { readonly mitigations: readonly IncidentMitigation[] })[];
}

/** The workload of the node, bounded by MAX_NAMED; the counts are not. Sorted by namespace and name. */
export interface IncidentWorkload {
  readonly vmis: readonly IncidentVmi[];
  readonly vmiCount: number;
  readonly launcherPods: readonly IncidentPod[];
  readonly launcherPodCount: number;
}

/** Causes as they were told last, and since when others are seen. */
export interface ToldCauses {
  readonly causes: readonly IncidentCause[];
  readonly othersSince: EpochMs;
}

/** What is known of one node that is, or was, orphaned or at risk. The same data, whoever looks. */
export interface Incident extends IncidentWorkload {
  /** The node's name, which is the record's name. */
  readonly node: string;
  /** The node's UID; empty when the node did not exist when the episode began. With `episode` it is the identity. */
  readonly nodeUid: string;
  readonly state: IncidentState;
  readonly severity: Severity;
  /** From 1 up; the next one begins when the node is orphaned again later than 30 minutes after the resolution. */
  readonly episode: number;
  /** From 1 up, never starts again: grows when the state, the causes, the diagnosis or the set of workloads changes. */
  readonly revision: number;
  /** Since when the verdict behind the state holds, as far as we saw. */
  readonly since: EpochMs;
  readonly openedAt: EpochMs | undefined;
  readonly resolvedAt: EpochMs | undefined;
  readonly resolution: Resolution | undefined;
  /** As the judgement saw them last, the primary first; without Events. */
  readonly causes: readonly IncidentCause[];
  /** Of an open incident: what was told, while others are seen; they are told when that holds. */
  readonly toldCauses?: ToldCauses | undefined;
  /** VMIs that left the node while it was not managed, in this episode; at most MAX_NAMED, the last ones. */
  readonly goneVmis: readonly GoneVmi[];
  readonly diagnosis: IncidentDiagnosis | undefined;
}

/** What is told of an incident: each is an event type, see shared/events. */
export const ANNOUNCEMENTS = ['at-risk', 'suspected', 'opened', 'updated', 'resolved', 'diagnosed'] as const;
export type Announcement = (typeof ANNOUNCEMENTS)[number];

/** The cause that events name: the diagnosis' first, else the judgement's first. */
export function primaryCause({ diagnosis, causes }: Incident): CauseCode {
  return diagnosis?.causes[0]?.code ?? causes[0]?.code ?? 'Unknown';
}
