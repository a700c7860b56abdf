import { type DurationMs, durationMs, type EpochMs, elapsedMs } from '../units.ts';
import { isAnyLeft, isDefinite } from './comparison.ts';
import { goneSince, severityOf, workloadOnly } from './consequences.ts';
import type { Announcement, Incident, IncidentState, Resolution } from './incident.ts';
import type { Observation } from './observation.ts';
import { staying } from './staying.ts';

export interface IncidentPolicy {
  /**
   * How long an orphan without a definite cause must last before it is an incident. Default 120 s: a restart is none. With
   * 0 it is one at once: for whoever knows that it has lasted long enough.
   */
  readonly graceMs: DurationMs;
}

/** An orphan that returns within this time of its resolution continues the episode. Source: design, section 5. */
export const SAME_EPISODE_MS: DurationMs = durationMs(30 * 60 * 1_000);

/** What becomes of a node's incident. `forget`: nothing is to be said any more, the record can go. */
export type Transition =
  | { readonly kind: 'none' }
  | { readonly kind: 'forget' }
  | {
      readonly kind: 'changed';
      readonly next: Incident;
      /** What is told; `undefined` when the record is corrected quietly, with the same revision. */
      readonly announce: Announcement | undefined;
    };

const NONE: Transition = { kind: 'none' };

/**
 * The state machine: one look at a node, and what its incident becomes.
 *
 * | state | Orphaned | AtRisk | Managed | NoWorkload | Unknown |
 * | --- | --- | --- | --- | --- | --- |
 * | none, Resolved | Open if definite or there is no grace period, else Suspected | AtRisk | – (forgotten after 30 min) | the same | – |
 * | AtRisk | the same | – | Resolved | Resolved | – |
 * | Suspected | Open if definite or over the grace period | AtRisk | Resolved | Resolved | – |
 * | Open | – | Resolved | Resolved | Resolved | – |
 *
 * "–" still tells of changed causes or workload, see `staying`. A node that was made anew under its old name resolves what was known
 * of the old one. Pure: same arguments, same answer.
 */
export function transition(
  previous: Incident | undefined,
  observation: Observation,
  policy: IncidentPolicy,
  now: EpochMs,
): Transition {
  if (observation.verdict === 'Unknown') return NONE;
  if (previous === undefined || previous.state === 'Resolved')
    return fromRest(previous, observation, policy, now);
  // What could not be read has not gone.
  const seen = observation.workloadUnread ? { ...observation, ...workloadOnly(previous) } : observation;
  if (isAnotherNode(previous, seen)) return resolve(previous, seen, 'NodeGone', now);
  switch (observation.verdict) {
    case 'Orphaned':
      return whenOrphaned(previous, seen, policy, now);
    case 'AtRisk':
      return whenAtRisk(previous, seen, policy, now);
    case 'Managed':
      return resolve(previous, seen, isAnyLeft(previous, seen) ? 'Recovered' : 'WorkloadsGone', now);
    case 'NoWorkload':
      return resolve(previous, seen, seen.nodeUid === undefined ? 'NodeGone' : 'WorkloadsGone', now);
  }
}

function fromRest(
  previous: Incident | undefined,
  seen: Observation,
  policy: IncidentPolicy,
  now: EpochMs,
): Transition {
  if (seen.verdict === 'Orphaned')
    return begin(previous, seen, isDueAtOnce(seen, policy) ? 'Open' : 'Suspected', now);
  if (seen.verdict === 'AtRisk') return begin(previous, seen, 'AtRisk', now);
  const { resolvedAt } = previous ?? {};
  return resolvedAt !== undefined && elapsedMs(resolvedAt, now) >= SAME_EPISODE_MS
    ? { kind: 'forget' }
    : NONE;
}

function begin(
  previous: Incident | undefined,
  seen: Observation,
  state: 'Open' | 'Suspected' | 'AtRisk',
  now: EpochMs,
): Transition {
  const nodeUid = seen.nodeUid ?? '';
  const next: Incident = {
    node: seen.node,
    nodeUid,
    state,
    severity: severityOf(state, []),
    episode: episodeOf(previous, nodeUid, now),
    revision: (previous?.revision ?? 0) + 1,
    since: now,
    openedAt: state === 'Open' ? now : undefined,
    resolvedAt: undefined,
    resolution: undefined,
    causes: seen.causes,
    ...workloadOnly(seen),
    goneVmis: [],
    diagnosis: undefined,
  };
  return { kind: 'changed', next, announce: ANNOUNCED[state] };
}

const ANNOUNCED: Readonly<Record<IncidentState, Announcement>> = {
  AtRisk: 'at-risk',
  Suspected: 'suspected',
  Open: 'opened',
  Resolved: 'resolved',
};

function episodeOf(previous: Incident | undefined, nodeUid: string, now: EpochMs): number {
  if (previous === undefined) return 1;
  const { episode, resolvedAt } = previous;
  const recent = resolvedAt !== undefined && elapsedMs(resolvedAt, now) < SAME_EPISODE_MS;
  return recent && previous.nodeUid === nodeUid ? episode : episode + 1;
}

function whenOrphaned(
  previous: Incident,
  seen: Observation,
  policy: IncidentPolicy,
  now: EpochMs,
): Transition {
  if (previous.state === 'Open') return stay(previous, seen, policy, now);
  const held = previous.state === 'Suspected' && elapsedMs(previous.since, now) >= policy.graceMs;
  if (isDueAtOnce(seen, policy) || held) return advance(previous, seen, 'Open', now);
  return previous.state === 'Suspected'
    ? stay(previous, seen, policy, now)
    : advance(previous, seen, 'Suspected', now);
}

/** A handler that manages the node again has recovered it, also when it will not stay: that is told next. */
function whenAtRisk(previous: Incident, seen: Observation, policy: IncidentPolicy, now: EpochMs): Transition {
  if (previous.state === 'AtRisk') return stay(previous, seen, policy, now);
  if (previous.state === 'Suspected') return advance(previous, seen, 'AtRisk', now);
  return resolve(previous, seen, isAnyLeft(previous, seen) ? 'Recovered' : 'WorkloadsGone', now);
}

function advance(
  previous: Incident,
  seen: Observation,
  state: 'Open' | 'Suspected' | 'AtRisk',
  now: EpochMs,
): Transition {
  const goneVmis = state === 'AtRisk' ? [] : goneSince(previous, seen);
  const next: Incident = {
    ...previous,
    state,
    severity: severityOf(state, goneVmis),
    revision: previous.revision + 1,
    // An orphan that was suspected is one since then; anything else begins now.
    since: state === 'Open' && previous.state === 'Suspected' ? previous.since : now,
    openedAt: state === 'Open' ? now : undefined,
    causes: seen.causes,
    toldCauses: undefined,
    ...workloadOnly(seen),
    goneVmis,
  };
  return { kind: 'changed', next, announce: ANNOUNCED[state] };
}

function stay(previous: Incident, seen: Observation, { graceMs }: IncidentPolicy, now: EpochMs): Transition {
  const correction = staying(previous, seen, graceMs, now);
  return correction === undefined ? NONE : { kind: 'changed', ...correction };
}

function resolve(previous: Incident, seen: Observation, resolution: Resolution, now: EpochMs): Transition {
  const atRisk = previous.state === 'AtRisk' && resolution !== 'NodeGone';
  const goneVmis = atRisk ? [] : goneSince(previous, seen);
  const next: Incident = {
    ...previous,
    state: 'Resolved',
    severity: severityOf(previous.state, goneVmis),
    revision: previous.revision + 1,
    resolvedAt: now,
    resolution,
    // What it was, not what its handler went through on its way back.
    causes: previous.toldCauses?.causes ?? previous.causes,
    toldCauses: undefined,
    ...workloadOnly(seen),
    goneVmis,
  };
  return { kind: 'changed', next, announce: 'resolved' };
}

function isDueAtOnce({ causes }: Observation, { graceMs }: IncidentPolicy): boolean {
  return graceMs === 0 || causes.some(isDefinite);
}

function isAnotherNode({ nodeUid }: Incident, seen: Observation): boolean {
  return nodeUid !== '' && seen.nodeUid !== undefined && seen.nodeUid !== '' && seen.nodeUid !== nodeUid;
}
